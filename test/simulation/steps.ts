import { executePair } from '../../src/arb/execute-pair.ts'
import { halt, switchOn } from '../../src/cli/halt/kill-switch.ts'
import { parseMoney, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { OrderPurpose } from '../../src/domain/order.ts'
import { cancelAllOrders } from '../../src/engine/cancel/cancel-all.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { placeOrder } from '../../src/engine/place/place-order.ts'
import { type OrderDraft, planOrder } from '../../src/engine/place/plan-order.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../src/engine/settle/order-status.ts'
import type { Trading } from '../../src/engine/trading.ts'
import { type Clock, isoTime } from '../../src/runtime/clock.ts'
import { approve, type Hands, runLoop } from './arb-steps.ts'
import type { Step, Wish } from './plan.ts'

/** Does what a person would have the program do. Returns a word on how it went, for the trace. */
export async function perform(step: Exclude<Step, { kind: 'close' }>, hands: Hands): Promise<string> {
  const { session, clock } = hands
  const { trading } = session
  switch (step.kind) {
    case 'place': {
      const { order, denials } = await placeOrder(trading, await planOrder(trading, draftOf(step.wish, clock)))
      return denials.length === 0 ? order.status : `denied ${denials.map(({ code }) => code).join(' ')}`
    }
    case 'pair':
      return placePair(trading, step, clock)
    case 'cancel': {
      const id = nthOpen(trading, step.nth)
      return id === null ? 'nothing to cancel' : (await cancelOrder(trading, id)).outcome
    }
    case 'cancel_all':
      return (await cancelAllOrders(trading, venueIds)).map(({ outcome }) => outcome).join(' ')
    case 'refresh': {
      const id = nthOpen(trading, step.nth)
      return id === null ? 'nothing to look at' : (await refreshOrder(trading, id)).order.status
    }
    case 'watch': {
      const id = nthOpen(trading, step.nth)
      if (id === null) return 'nothing to watch'
      hands.onWatching(parseQuantity(step.quantity))
      let status = ''
      for (let look = 0; look < 4; look++) {
        status = (await refreshOrder(trading, id)).order.status
        await clock.sleep(150)
      }
      return status
    }
    case 'reconcile': {
      const report = await reconcile(trading, { fix: step.fix, venues: venueIds })
      return `${report.settled.length} settled, ${report.unsettled.length} unsettled, ${report.differences.length} differences`
    }
    case 'approve':
      return approve(step, hands)
    case 'arb':
      return runLoop(step, hands)
    case 'halt':
      await halt({
        settings: session.settings,
        clock,
        onWarning: hands.onWarning,
        onProgress: () => undefined,
        reason: 'simulated',
        cancel: false,
      })
      return 'halted'
    case 'resume':
      return (await switchOn({ settings: session.settings, clock, onWarning: hands.onWarning })) ? 'resumed' : 'no halt'
  }
}

async function placePair(trading: Trading, step: Extract<Step, { kind: 'pair' }>, clock: Clock): Promise<string> {
  const tradeId = trading.runtime.ids.short('t')
  const purpose: OrderPurpose = { kind: 'arb_leg', tradeId }
  const first = await planOrder(trading, { ...draftOf(step.first, clock), purpose })
  const second = await planOrder(trading, { ...draftOf(step.second, clock), purpose })
  const { trade } = await executePair(trading, [first, second], parseMoney('0.05'), tradeId)
  return trade.status
}

function draftOf(wish: Wish, clock: Clock): OrderDraft {
  const { quantity, price, ...rest } = wish
  return {
    ...rest,
    quantity: parseQuantity(quantity),
    price: parsePrice(price),
    expiresAt: wish.timeInForce === 'gtd' ? isoTime(clock.nowMs() + 150_000) : null,
    reduceOnly: false,
  }
}

function nthOpen(trading: Trading, nth: number): string | null {
  const ids = [...trading.ledger.state.openOrders.keys()]
  return ids.length === 0 ? null : (ids[nth % ids.length] ?? null)
}
