import { reached } from '../../runtime/milestones.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Trading } from '../trading.ts'
import { tradeWord } from './trade-record.ts'

type TradeEvent = Extract<JournalEvent, { type: 'trade.updated' }>

/**
 * Writes what a trade has come to, and says so to the drill that kills a process in every state of it. `about`: the order that
 * is named and about to be sent.
 */
export async function recordTrade(
  { ledger }: Pick<Trading, 'ledger'>,
  event: TradeEvent,
  about: 'sell' | 'buy' | null = null,
): Promise<void> {
  await ledger.append(event)
  reached(`trade.${about ?? tradeWord(event.trade)}:after`)
}
