import { addMoney, type Money, subtractMoney } from '../../domain/amounts.ts'
import type { FaceReply } from '../face.ts'
import type { KalshiContext } from './context.ts'
import { cents, dollars, unixSeconds } from './format.ts'
import { json } from './replies.ts'

/** Cash by shard: what orders tie up, and the lists of what came and went. */

interface Pool {
  readonly shard: number
  readonly cash: Money
  readonly tiedUp: Money
}

function pools(context: KalshiContext): readonly Pool[] {
  const { exchange } = context.host
  const account = exchange.account(context.owner.account)
  return [...(account?.cash ?? new Map<string, Money>())].map(([pool, cash]) => ({
    shard: Number(pool),
    cash,
    tiedUp: subtractMoney(cash, exchange.available(context.owner.account, pool)),
  }))
}

export function totalRestingOrderValue(context: KalshiContext): FaceReply {
  const all = pools(context)
  return json(200, {
    total_resting_order_value: cents(addMoney(...all.map((pool) => pool.tiedUp))),
    resting_order_value_breakdown: all.map(({ shard, tiedUp }) => ({
      exchange_index: shard,
      balance: dollars(tiedUp),
    })),
  })
}

/** The account has one subaccount, the primary. */
export function subaccountBalances(context: KalshiContext): FaceReply {
  const updated_ts = unixSeconds(context.host.clock.nowMs())
  return json(200, {
    subaccount_balances: pools(context).map(({ shard, cash }) => ({
      subaccount_number: 0,
      exchange_index: shard,
      balance: dollars(cash),
      updated_ts,
    })),
  })
}

export function subaccountNetting(context: KalshiContext): FaceReply {
  return json(200, {
    netting_configs: pools(context).map(({ shard }) => ({
      subaccount_number: 0,
      enabled: false,
      exchange_index: shard,
    })),
  })
}
