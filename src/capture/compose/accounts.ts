import type { VenueId } from '../../domain/market.ts'
import type { Manifest } from '../format/manifest.ts'
import { cannotCompose, type SceneSource } from './scene.ts'

type Account = Manifest['accounts'][string]

/** The account of each venue in a scene: that of the first source which trades there. */
export function accountsOf(sources: readonly SceneSource[]): Manifest['accounts'] {
  const idle = sources.flatMap(({ manifest }) => Object.entries(manifest.accounts))
  const trading = sources.flatMap((source) =>
    Object.entries(source.manifest.accounts).filter(([venue]) => tradesAt(source, venue)),
  )
  // The first of them counts, and one that trades before one that does not.
  return Object.fromEntries([...trading, ...idle].reverse())
}

function tradesAt({ exchanges }: SceneSource, venue: string): boolean {
  return exchanges.some(({ _venue }: { readonly _venue: VenueId }) => _venue === venue)
}

/**
 * What to call the account of a source in the scene: recordings of several days may be of several wallets, and a scene is of
 * one. Only addresses have other names; two kinds of wallet sign different orders.
 */
export function accountRenames(source: SceneSource, accounts: Manifest['accounts']): ReadonlyMap<string, string> {
  const renames = new Map<string, string>()
  for (const [venue, own] of Object.entries(source.manifest.accounts)) {
    const scene = accounts[venue]
    if (scene === undefined || !tradesAt(source, venue)) continue
    for (const [name, value] of Object.entries(own)) addRename(renames, { source, venue, name, value, scene })
  }
  return renames
}

function addRename(
  renames: Map<string, string>,
  {
    source,
    venue,
    name,
    value,
    scene,
  }: {
    readonly source: SceneSource
    readonly venue: string
    readonly name: string
    readonly value: string
    readonly scene: Account
  },
): void {
  const there = scene[name]
  if (there === value) return
  if (there !== undefined && isAddress(value) && isAddress(there)) {
    renames.set(value, there)
    renames.set(value.toLowerCase(), there.toLowerCase())
    return
  }
  throw cannotCompose(
    `the ${venue} account of ${source.session} has another ${name} than that of the recording before it`,
  )
}

function isAddress(text: string): boolean {
  return /^0x[0-9a-fA-F]{40}$/.test(text)
}
