import type { Placement } from '../../domain/venue.ts'
import type { Trading } from '../trading.ts'

/**
 * Looks at the kill switch at the last moment before an order leaves. It was looked at under the lock, but a process may be
 * suspended between the two for as long as a machine sleeps, and a later batch may have waited for the venue's rate limit.
 * Null when nothing is halted.
 */
export async function haltedMeanwhile(trading: Trading): Promise<Extract<Placement, { kind: 'not_sent' }> | null> {
  const halt = await trading.readHalt()
  if (halt === null) return null
  return { kind: 'not_sent', code: 'HALTED', message: `Trading was halted (${halt.reason}) before it was sent.` }
}
