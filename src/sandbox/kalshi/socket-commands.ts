import { parseBody } from '../json-body.ts'
import { asFields, type Fields } from './body.ts'

/** Every channel of the venue. Those without a source in the sandbox are taken and stay silent. */
export const channels = [
  'orderbook_delta',
  'ticker',
  'trade',
  'fill',
  'market_positions',
  'user_orders',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
  'order_group_updates',
  'communications',
] as const
export type Channel = (typeof channels)[number]

/** Source of codes: venue page §8. */
export interface CommandError {
  readonly kind: 'error'
  readonly code: number
  readonly message: string
}

export type Command =
  | {
      readonly kind: 'subscribe'
      readonly channels: readonly Channel[]
      /** Null: all markets. */
      readonly tickers: readonly string[] | null
      readonly usesYesPrice: boolean
      readonly wantsInitial: boolean
    }
  | { readonly kind: 'unsubscribe'; readonly sids: readonly number[] }
  | {
      readonly kind: 'update'
      readonly sid: number
      readonly action: 'add_markets' | 'delete_markets' | 'get_snapshot'
      readonly tickers: readonly string[]
    }
  | { readonly kind: 'list' }

export interface ReadCommand {
  /** Null when it gave none that can be repeated. */
  readonly id: number | null
  readonly command: Command | CommandError
}

function error(code: number, message: string): CommandError {
  return { kind: 'error', code, message }
}

export function readCommand(text: string): ReadCommand {
  const fields = asFields(parseBody(text))
  if (fields === null) return { id: null, command: error(1, 'Unable to process message') }
  const id = typeof fields.id === 'number' && Number.isSafeInteger(fields.id) && fields.id > 0 ? fields.id : null
  return { id, command: commandOf(fields) }
}

function commandOf(fields: Fields): Command | CommandError {
  if (fields.cmd === 'list_subscriptions') return { kind: 'list' }
  if (fields.cmd !== 'subscribe' && fields.cmd !== 'unsubscribe' && fields.cmd !== 'update_subscription') {
    return error(5, 'Unknown command')
  }
  const params = asFields(fields.params)
  if (params === null) return error(2, 'Params required')
  switch (fields.cmd) {
    case 'subscribe':
      return subscribeOf(params)
    case 'unsubscribe':
      return unsubscribeOf(params)
    case 'update_subscription':
      return updateOf(params)
  }
}

function tickersOf(params: Fields): readonly string[] | null {
  if (typeof params.market_ticker === 'string') return [params.market_ticker]
  if (!Array.isArray(params.market_tickers)) return null
  return params.market_tickers.filter((ticker) => typeof ticker === 'string')
}

function subscribeOf(params: Fields): Command | CommandError {
  const wanted: readonly unknown[] = Array.isArray(params.channels) ? params.channels : []
  if (wanted.length === 0) return error(3, 'Channels required')
  const known = channels.filter((channel) => wanted.includes(channel))
  if (known.length !== new Set(wanted).size) return error(8, 'Unknown channel name')
  const tickers = tickersOf(params)
  if (known.includes('orderbook_delta') && (tickers === null || tickers.length === 0)) {
    return error(14, 'Market Ticker required')
  }
  return {
    kind: 'subscribe',
    channels: known,
    tickers,
    usesYesPrice: params.use_yes_price === true,
    wantsInitial: params.send_initial_snapshot === true,
  }
}

function sidsOf(params: Fields): readonly number[] {
  if (typeof params.sid === 'number') return [params.sid]
  return Array.isArray(params.sids) ? params.sids.filter((sid) => typeof sid === 'number') : []
}

function unsubscribeOf(params: Fields): Command | CommandError {
  const sids = sidsOf(params)
  return sids.length === 0 ? error(4, 'Subscription IDs required') : { kind: 'unsubscribe', sids }
}

function updateOf(params: Fields): Command | CommandError {
  const [sid, ...others] = sidsOf(params)
  if (sid === undefined || others.length > 0) return error(12, 'Exactly one subscription ID is required')
  const { action } = params
  if (action === undefined) return error(15, 'Action required')
  if (action !== 'add_markets' && action !== 'delete_markets' && action !== 'get_snapshot') {
    return error(13, 'Unsupported action')
  }
  const tickers = tickersOf(params)
  if (tickers === null || tickers.length === 0) return error(14, 'Market Ticker required')
  return { kind: 'update', sid, action, tickers }
}
