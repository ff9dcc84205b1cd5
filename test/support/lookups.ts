import type { OrderReport } from '../../src/domain/order.ts'
import { judgeStories } from '../../src/domain/stories.ts'
import type { OrderLookup } from '../../src/domain/venue.ts'

/** What a search for a lost order comes to by itself. */
export function verdictOf({ report, evidence }: OrderLookup): 'found' | 'absent' | 'not_seen' {
  if (report !== null) return 'found'
  return judgeStories(evidence).kind === 'no_order' ? 'absent' : 'not_seen'
}

export function reportIn({ report, evidence }: OrderLookup): OrderReport {
  if (report === null) throw new Error(evidence.map(({ detail }) => detail).join('; '))
  return report
}
