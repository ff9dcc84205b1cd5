import type { VenueId } from '../../domain/market.ts'
import { factsOf } from './facts.ts'
import { rewriteEntry, rewriteLeaves } from './rewrite.ts'
import { cannotCompose, nameOf, type SceneExchange } from './scene.ts'

const endpoints: Readonly<Record<VenueId, string>> = { kalshi: 'balance', polymarket: 'balance_allowance' }
const amounts: Readonly<Record<VenueId, RegExp>> = {
  kalshi: /^(?:balance|balance_dollars|portfolio_value)$/,
  polymarket: /^balance$/,
}

/** What one read of a balance says, by the member that says it, as it stands in the scene. */
interface Read {
  readonly source: number
  readonly amounts: ReadonlyMap<string, string>
}

/**
 * A scene in which the balances that a source read go on from where those of the source before it ended: each member moves by
 * one figure for the whole source. Only where nothing was ordered in between; else nobody can tell what they would be, and they
 * stay as they were recorded.
 * @throws ToolkitError SCENE_NOT_COMPOSABLE when a balance would be negative.
 */
export function withBalancesCarried(exchanges: readonly SceneExchange[]): readonly SceneExchange[] {
  const last = new Map<string, Read>()
  const shifts = new Map<string, ReadonlyMap<string, bigint>>()
  return exchanges.map((exchange) => {
    const { entry, source } = exchange
    const { _venue: venue } = entry
    if (factsOf(exchange).some(({ kind }) => kind === 'placed' || kind === 'cancelled' || kind === 'resized')) {
      for (const key of last.keys()) if (key.startsWith(`${venue} `)) last.delete(key)
    }
    if (entry._endpoint !== endpoints[venue] || entry._outcome !== 'response' || entry.response.status >= 300)
      return exchange
    const key = `${venue} ${new URL(entry.request.url).search}`
    const own = `${source} ${key}`
    const before = last.get(key)
    const shift = shifts.get(own) ?? shiftTo(before, source, amountsIn(exchange))
    shifts.set(own, shift)
    const carried = moved(exchange, shift)
    last.set(key, { source, amounts: amountsIn(carried) })
    return carried
  })
}

function amountsIn({ entry }: SceneExchange): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  rewriteLeaves(entry.response.content.text ?? '', ({ path, name, raw }) => {
    if (amounts[entry._venue].test(name) && scaledOf(raw) !== null) found.set(path.join('.'), raw)
    return null
  })
  return found
}

function shiftTo(
  before: Read | undefined,
  source: number,
  now: ReadonlyMap<string, string>,
): ReadonlyMap<string, bigint> {
  const shift = new Map<string, bigint>()
  if (before === undefined || before.source === source) return shift
  for (const [path, raw] of now) {
    const [was, is] = [scaledOf(before.amounts.get(path) ?? ''), scaledOf(raw)]
    if (was !== null && is !== null && was.decimals === is.decimals) shift.set(path, was.units - is.units)
  }
  return shift
}

function moved(exchange: SceneExchange, shift: ReadonlyMap<string, bigint>): SceneExchange {
  if ([...shift.values()].every((units) => units === 0n)) return exchange
  const responseText = (text: string): string =>
    rewriteLeaves(text, ({ path, raw }) => {
      const by = shift.get(path.join('.'))
      const amount = scaledOf(raw)
      if (by === undefined || amount === null) return null
      const sum = amount.units + by
      if (sum < 0n) throw cannotCompose(`the balance that ${nameOf(exchange)} reads would be negative in this scene`)
      const digits = sum.toString().padStart(amount.decimals + 1, '0')
      const whole = digits.slice(0, digits.length - amount.decimals)
      const fraction = digits.slice(digits.length - amount.decimals)
      const text = fraction === '' ? whole : `${whole}.${fraction}`
      return raw.startsWith('"') ? `"${text}"` : text
    })
  return { ...exchange, entry: rewriteEntry(exchange.entry, { responseText }) }
}

/** An amount as its venue wrote it, in units of its last decimal. Null when it is none. */
function scaledOf(raw: string): { readonly units: bigint; readonly decimals: number } | null {
  const text = raw.startsWith('"') ? raw.slice(1, -1) : raw
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) return null
  const [, whole = '', fraction = ''] = match
  return { units: BigInt(whole + fraction), decimals: fraction.length }
}
