import type { NamesFate } from './machine/disk.ts'
import type { DiskFate, DiskOperation } from './machine/machine.ts'

/** A power cut that comes by what happens on the disk, wherever in the run that is. */
export interface PowerCut {
  readonly kind: 'power_cut'
  /** The n-th operation (from 0) of this name, e.g. `rename`, on this path. */
  readonly after: { readonly name: string; readonly path: string; readonly nth: number }
  /** How many operations later the power goes: with 0 right after the one that is meant. */
  readonly later: number
  /** Folders of which names that are not synced are lost; all others keep theirs. Null leaves each folder to chance. */
  readonly lost: readonly string[] | null
}

/** The power cuts of one run, which must be shown every operation in turn. */
export class PowerCuts {
  private readonly cuts: { readonly item: PowerCut; met: number; at: number | null }[]

  constructor(items: readonly PowerCut[]) {
    this.cuts = items.map((item) => ({ item, met: 0, at: null }))
  }

  /** Null where the power stays. */
  fateOf({ ordinal, name, path }: DiskOperation): DiskFate | null {
    let fate: DiskFate | null = null
    for (const cut of this.cuts) {
      const { after, later, lost } = cut.item
      if (name === after.name && path === after.path && cut.met++ === after.nth) cut.at = ordinal + later
      if (cut.at !== ordinal) continue
      fate ??= { kind: 'crash', when: 'after', power: true, ...(lost === null ? {} : { names: losing(lost) }) }
    }
    return fate
  }
}

function losing(folders: readonly string[]): (path: string) => NamesFate {
  return (path) => (folders.includes(path) ? 'lost' : 'kept')
}
