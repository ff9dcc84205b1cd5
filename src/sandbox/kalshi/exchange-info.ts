import type { FaceReply } from '../face.ts'
import { cutoffs } from './ageing.ts'
import type { KalshiContext } from './context.ts'
import { time } from './format.ts'
import { defaultCost, endpointCosts } from './rate-limit.ts'
import { json } from './replies.ts'

/** Status, schedule and account facts. */

const shardNames = ['Default', 'Combos', 'Crypto and commodities', 'Tennis, baseball and basketball']

export function exchangeStatus(context: KalshiContext): FaceReply {
  const { tradingActive, exchangeActive } = context.owner.switches
  const state = {
    exchange_active: exchangeActive,
    trading_active: tradingActive && exchangeActive,
    intra_exchange_transfers_active: exchangeActive,
  }
  return json(200, {
    ...state,
    exchange_index_statuses: shardNames.map((description, exchange_index) => ({
      exchange_index,
      description,
      ...state,
    })),
  })
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']

/** Hours in Eastern time. Thursdays from 3 to 5 the real venue pauses; the sandbox pauses only when told. */
export function exchangeSchedule(context: KalshiContext): FaceReply {
  const start = context.host.catalogue.originMs
  const days = weekdays.map((day) => [day, [{ open_time: '00:00', close_time: '24:00' }]] as const)
  return json(200, {
    schedule: {
      standard_hours: [
        {
          start_time: time(start - 365 * 86_400_000),
          end_time: time(start + 365 * 86_400_000),
          ...Object.fromEntries(days),
        },
      ],
      maintenance_windows: [],
    },
  })
}

/** Reads lag by as much as a fault in force says; otherwise they are current. */
export function userDataTimestamp(context: KalshiContext): FaceReply {
  return json(200, { as_of_time: time(context.host.clock.nowMs() - context.host.faults.readLagMs('kalshi')) })
}

export function historicalCutoff(context: KalshiContext): FaceReply {
  const { orderMs, otherMs } = cutoffs(context)
  return json(200, {
    market_settled_ts: time(otherMs),
    trades_created_ts: time(otherMs),
    orders_updated_ts: time(orderMs),
    market_positions_last_updated_ts: time(otherMs),
  })
}

export function accountLimits(context: KalshiContext): FaceReply {
  const { limits } = context.owner
  const unlimited = { refill_rate: 1_000_000, bucket_capacity: 1_000_000 }
  return json(200, {
    usage_tier: limits?.tier ?? 'prestige',
    read:
      limits === null ? unlimited : { refill_rate: limits.read.refillPerSecond, bucket_capacity: limits.read.capacity },
    write:
      limits === null
        ? unlimited
        : { refill_rate: limits.write.refillPerSecond, bucket_capacity: limits.write.capacity },
    grants: [],
  })
}

const costPaths: Readonly<Record<string, readonly [method: string, path: string]>> = {
  cancel_order: ['DELETE', '/trade-api/v2/portfolio/events/orders/:order_id'],
  batch_cancel: ['DELETE', '/trade-api/v2/portfolio/events/orders/batched'],
  cancel_all: ['DELETE', '/trade-api/v2/portfolio/events/orders'],
  get_order: ['GET', '/trade-api/v2/portfolio/orders/:order_id'],
}

export function accountEndpointCosts(): FaceReply {
  return json(200, {
    default_cost: defaultCost,
    endpoint_costs: Object.entries(endpointCosts).map(([name, cost]) => {
      const [method, path] = costPaths[name] ?? ['GET', name]
      return { method, path, cost }
    }),
  })
}
