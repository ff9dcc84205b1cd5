import type { Decision, Ledger, LedgerState } from '../../src/store/ledger.ts'

export interface HoldTimes {
  /** Milliseconds under the lock until the decision, and from there until it is on the disk and the lock is free. */
  readonly decidingMs: number[]
  readonly writingMs: number[]
}

/** Measures how long a session's decisions keep other processes waiting. */
export function measureHolds(ledger: Ledger): HoldTimes {
  const times: HoldTimes = { decidingMs: [], writingMs: [] }
  const transact = ledger.transact.bind(ledger)
  const measured = async <T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T> => {
    let decidedMs = 0
    const result = await transact(async (state) => {
      const begunMs = performance.now()
      const decision = await decide(state)
      decidedMs = performance.now()
      times.decidingMs.push(decidedMs - begunMs)
      return decision
    })
    times.writingMs.push(performance.now() - decidedMs)
    return result
  }
  ledger.transact = measured
  return times
}
