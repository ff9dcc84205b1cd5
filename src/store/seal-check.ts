import type { AuditKey } from './audit-key.ts'
import type { PlacedRecord } from './read-journal.ts'
import { sealHolds, sealIn } from './seal.ts'

/**
 * Follows a journal line by line and judges the seals. Lines without seals may only come first, lines sealed with a key
 * that is not here only before those sealed with the one that is: each of them is covered by the first valid seal after.
 */
export class SealCheck {
  /** Records whose own seal holds. */
  sealed = 0
  /** Of the last record before ours that has a seal of another key; 0 when there is none. */
  foreignUpTo = 0
  private stage: 'unsealed' | 'foreign' | 'ours' = 'unsealed'
  private previousHash = ''

  constructor(private readonly key: AuditKey | null) {}

  /** What is wrong with the first line of a journal, or null. */
  header(line: { readonly json: string; readonly hash: string }, mustBeSealed: boolean): string | null {
    const wrong = this.judge(line.json, true)
    this.previousHash = line.hash
    if (wrong !== null) return wrong
    return mustBeSealed && this.stage === 'unsealed' ? 'its seal was removed' : null
  }

  /** What is wrong with the next record, or null. */
  record({ json, hash, record }: PlacedRecord): string | null {
    const wrong = this.judge(json, record.event.type === 'journal.keyed')
    this.previousHash = hash
    if (wrong !== null) return wrong
    if (this.stage === 'foreign') this.foreignUpTo = record.seq
    if (this.stage === 'ours') this.sealed++
    return null
  }

  /** What is wrong though every line is in its place, or null. */
  end(): 'nothing_sealed' | 'key_missing' | null {
    if (this.stage === 'ours') return null
    if (this.stage === 'foreign') return 'key_missing'
    return this.key === null ? null : 'nothing_sealed'
  }

  private judge(json: string, mayChangeKey: boolean): string | null {
    const { stage, key } = this
    const seal = sealIn(json)
    if (seal === null)
      return stage === 'unsealed'
        ? null
        : 'it has no seal, though the records before it have: it was added or rewritten'
    if (key === null || seal.keyId !== key.id) {
      if (stage === 'ours')
        return `it is sealed with the key ${seal.keyId}, and not with ${key?.id ?? 'ours'} as the records before it`
      this.stage = 'foreign'
      return null
    }
    if (!sealHolds(json, seal, this.previousHash, key)) {
      return stage === 'ours'
        ? 'its seal does not hold: it was changed by somebody without the key'
        : 'its seal does not hold: it, or a record before it, was changed by somebody without the key'
    }
    if (stage !== 'ours' && !mayChangeKey) return 'it is the first with a seal of our key, and does not say so'
    this.stage = 'ours'
    return null
  }
}
