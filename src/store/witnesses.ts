import type { PlacedRecord } from './read-journal.ts'

/** Something that has seen a record of the journal. */
export interface Witness {
  readonly seq: number
  /** Of the record's line; of the journal's first line when `seq` is 0. */
  readonly hash: string
  readonly kind: 'anchor' | 'expected'
  /** How it knows, for a person. */
  readonly source: string
}

/** What anchors and people have seen, against what is there. */
export class Witnesses {
  /** Anchors whose record is there as they saw it. */
  anchorsMet = 0
  private readonly bySeq = new Map<number, readonly Witness[]>()
  private last: Witness | null = null

  constructor(witnesses: readonly Witness[]) {
    for (const witness of witnesses) {
      this.bySeq.set(witness.seq, [...(this.bySeq.get(witness.seq) ?? []), witness])
      if (this.last === null || witness.seq > this.last.seq) this.last = witness
    }
  }

  /** What is wrong with this record according to who has seen another in its place, or null. */
  contradiction({ record, hash }: PlacedRecord): string | null {
    const seen = this.bySeq.get(record.seq) ?? []
    const against = seen.find((witness) => witness.hash !== hash)
    this.anchorsMet += seen.filter((witness) => witness.kind === 'anchor' && witness.hash === hash).length
    if (against === undefined) return null
    return `it is not the record ${record.seq} that has been there (${against.source}): records were cut off and others written in their place`
  }

  /** The last that was seen, when the journal ends before it. */
  beyond(seq: number): Witness | null {
    return this.last !== null && this.last.seq > seq ? this.last : null
  }
}
