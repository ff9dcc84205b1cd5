import { pairName } from '../../domain/market.ts'
import { approvePair, readPair } from '../../engine/markets/pairs.ts'
import { tradeWord } from '../../engine/trades/trade-record.ts'
import { linkedAbort } from '../../runtime/abort.ts'
import { systemClock } from '../../runtime/clock.ts'
import { wishesOf } from '../arb/arb-flags.ts'
import { runArbSession } from '../arb/run-session.ts'
import { agreeing } from '../consent/prompt.ts'
import type { ArbRunJson } from '../json/arb-json.ts'
import { dollars } from '../views/dollars.ts'
import type { TwinMarkets } from './pair-step.ts'
import type { Stage, Step } from './stage.ts'

/** Longer than the loop takes to hear of both books. */
const patienceMs = 20_000

const middling = { bids: [['0.45', '50']], asks: [['0.55', '50']] } as const

/** The loop follows two books by socket, an edge is offered in them, and the loop takes it. */
export function injectStep({ first, second }: TwinMarkets): Step {
  return {
    name: 'an edge is offered, and the loop takes it',
    expected: '10 pairs bought at once, for what was offered, not final yet',
    run: async (stage) => {
      const { trading, catalogue } = stage.session
      const read = await readPair(catalogue, [first.id, second.id])
      await approvePair(trading, read, { polarity: 'same', by: 'rehearsal' })
      // Near the middle either side is worth more than the least that its venue takes.
      for (const { id } of [first, second]) await stage.control.setBook(id, middling)
      const over = linkedAbort(stage.signal)
      const running = runLoop(stage, [first.id], over.signal)
      void systemClock.sleep(patienceMs, over.signal).then(over.abort)
      const wish = { edge: '0.05', size: '10', forMs: null, on: null, effects: [] }
      const { id, edge } = await stage.control.inject({ markets: [first.id, second.id], polarity: 'same', ...wish })
      const { trades } = await running.finally(over.abort)
      const { orders } = await stage.control.injection(id)
      const [done] = trades.filter(({ trade }) => trade.pair === pairName([first.id, second.id]))
      if (done === undefined) return { ok: false, observed: `the loop did not trade; ${orders.length} orders came` }
      const { trade } = done
      const filled = trade.legs.map(({ filledQuantity }) => filledQuantity)
      const ok = filled.every((quantity) => quantity === '10') && trade.edgeExpected === edge && orders.length === 2
      const arrived = Math.round(Math.max(...orders.map(({ afterMs }) => afterMs)))
      return {
        ok: ok && tradeWord(trade) === 'provisional',
        observed: `${tradeWord(trade)}: ${filled.join(' and ')} filled for ${dollars(trade.edgeExpected)}, both orders there after ${arrived} ms`,
      }
    },
  }
}

function runLoop({ session }: Stage, only: readonly string[], signal: AbortSignal): Promise<ArbRunJson> {
  const flags = { 'min-edge': '0.01', size: '10', policy: 'unwind', 'max-provisional': '100' } as const
  return runArbSession(session, {
    wishes: wishesOf(flags, session.trading.limits.maxSlippage),
    order: 'together',
    books: 'sockets',
    once: false,
    maxTrades: 1,
    dryRun: false,
    only,
    prompter: agreeing,
    announce: () => undefined,
    onEvent: () => undefined,
    onProblem: () => undefined,
    signal,
  })
}
