import {
  accountEventOf,
  changeOf,
  lifecycleOf,
  printOf,
  quoteOf,
  snapshotOf,
} from '../../src/clients/kalshi/stream-frames.ts'
import { feeNewsOf, lifeNewsOf } from '../../src/clients/kalshi/stream-news.ts'
import {
  bookFrameOf,
  changeFrameOf,
  newMarketOf,
  orderEventOf,
  printFrameOf,
  tickFrameOf,
  tradeOf,
} from '../../src/clients/polymarket/stream-frames.ts'
import { BadFrame, isMembers, type Members, parseFrame } from '../../src/clients/streams/frame.ts'
import type { Decoder } from './decoders.ts'

/** A frame is refused by name, or every amount that is read from it stands in it. */
function frame(name: string, seeds: readonly string[], read: (members: Members, text: string) => unknown): Decoder {
  return {
    name: `frame.${name}`,
    covers: ['clients/streams/frame.ts#parseFrame'],
    seeds: () => seeds,
    oracle: { kind: 'somewhere' },
    read: (text) => {
      const members = parseFrame(text)
      if (!isMembers(members)) return undefined
      try {
        return read(members, text)
      } catch (error) {
        if (error instanceof BadFrame) return undefined
        throw error
      }
    },
  }
}

const kalshiFill =
  '{"type":"fill","sid":1,"seq":1,"msg":{"trade_id":"t-1","order_id":"o-1","market_ticker":"KXA","book_side":"bid","outcome_side":"yes","count_fp":"3.00","yes_price_dollars":"0.4500","is_taker":true,"fee_cost":"0.0300","ts":1793000000}}'
const kalshiOrder =
  '{"type":"user_order","sid":1,"seq":2,"msg":{"order_id":"o-1","client_order_id":"c-1","status":"resting","fill_count_fp":"1.00","remaining_count_fp":"4.00"}}'
const kalshiPosition = '{"type":"market_position","sid":1,"seq":3,"msg":{"market_ticker":"KXA","position_fp":"-3.00"}}'
const aTrade =
  '{"id":"t-1","taker_order_id":"0xab","market":"0x5d","asset_id":"71321","side":"SELL","size":"10.25","price":"0.4501","status":"MATCHED","matchtime":"1793000000","maker_address":"0xf39F","trader_side":"MAKER","maker_orders":null}'

export const frameDecoders: readonly Decoder[] = [
  frame(
    'kalshi.snapshot',
    ['{"market_ticker":"KXA","yes_dollars_fp":[["0.4500","10.00"]],"no_dollars_fp":[["0.4700","7.50"]]}'],
    (members) => snapshotOf(members, 'yes', '1'),
  ),
  frame(
    'kalshi.change',
    ['{"market_ticker":"KXA","side":"no","price_dollars":"0.4700","delta_fp":"-2.50"}'],
    (members) => changeOf(members, 'yes'),
  ),
  frame(
    'kalshi.trade',
    [
      '{"market_ticker":"KXA","trade_id":"t","taker_book_side":"bid","yes_price_dollars":"0.4600","count_fp":"2.00","ts_ms":1793000000000}',
    ],
    printOf,
  ),
  frame(
    'kalshi.ticker',
    [
      '{"market_ticker":"KXA","price_dollars":"0.4600","yes_bid_dollars":"0.4500","yes_bid_size_fp":"3.00","yes_ask_dollars":"0.4700","yes_ask_size_fp":"4.00","volume_fp":"99.00"}',
    ],
    quoteOf,
  ),
  frame(
    'kalshi.lifecycle',
    [
      '{"market_ticker":"KXA","event_type":"activated","close_ts":1793000000}',
      '{"market_ticker":"KXA","event_type":"determined","result":"yes"}',
      '{"market_ticker":"KXA","event_type":"price_level_structure_updated","price_ranges":[{"start":"0.0000","end":"1.0000","step":"0.0100"}]}',
    ],
    lifecycleOf,
  ),
  frame(
    'kalshi.news',
    [
      '{"market_ticker":"KXA","event_type":"created","exchange_index":0,"open_ts":1793000000,"close_ts":1794000000,"price_level_structure":"linear_cent","additional_metadata":{"name":"A","title":"Will A?","rules_primary":"If A.","event_ticker":"KXA-26","floor_strike":4.25}}',
      '{"market_ticker":"KXA","event_type":"metadata_updated","yes_sub_title":"above 95"}',
      '{"market_ticker":"KXA","event_type":"close_date_updated","close_ts":1793000000}',
    ],
    lifeNewsOf,
  ),
  frame(
    'kalshi.fees',
    [
      '{"type":"event_fee_update","sid":5,"seq":2,"msg":{"event_ticker":"KXA-26","fee_type_override":"quadratic","fee_multiplier_override":0.5}}',
      '{"type":"event_fee_update","sid":5,"msg":{"event_ticker":"KXA-26","fee_type_override":null,"fee_multiplier_override":null}}',
    ],
    // The rates of a fee type are not in the message.
    (_, text) => {
      const news = feeNewsOf(text)
      return news.kind === 'fees_changed' && news.told?.kind === 'quadratic' ? news.told.multiplier : null
    },
  ),
  frame('kalshi.fill', [kalshiFill], (_, text) => accountEventOf('fill', text)),
  frame('kalshi.user-order', [kalshiOrder], (_, text) => accountEventOf('user_order', text)),
  frame('kalshi.position', [kalshiPosition], (_, text) => accountEventOf('market_position', text)),
  frame(
    'polymarket.book',
    [
      '{"asset_id":"71321","timestamp":"1793000000000","hash":"0xab","bids":[{"price":"0.45","size":"10.5"}],"asks":[{"price":"0.47","size":"3"}],"tick_size":"0.01","last_trade_price":"0.46"}',
    ],
    (members) => {
      const { bids, asks } = bookFrameOf(members)
      return { bids, asks }
    },
  ),
  frame(
    'polymarket.change',
    [
      '{"timestamp":"1793000000000","price_changes":[{"asset_id":"71321","price":"0.45","size":"12","side":"BUY","hash":"0xab","best_bid":"0.45","best_ask":"0.47"}]}',
    ],
    (members) => changeFrameOf(members).changes.map(({ level, best }) => ({ level, best })),
  ),
  frame(
    'polymarket.trade-print',
    ['{"asset_id":"71321","timestamp":"1793000000000","price":"0.46","size":"2.5","side":"SELL"}'],
    printFrameOf,
  ),
  frame(
    'polymarket.new-market',
    [
      '{"id":"1","question":"Will A?","market":"0x5d","slug":"will-a","assets_ids":["71321","52114"],"outcomes":["Yes","No"],"event_message":{"slug":"a","title":"A"},"order_price_min_tick_size":"0.01","timestamp":"1793000000000"}',
    ],
    newMarketOf,
  ),
  frame('polymarket.tick', ['{"asset_id":"71321","new_tick_size":"0.001","timestamp":"1793000000000"}'], tickFrameOf),
  frame(
    'polymarket.order',
    ['{"id":"0xab","type":"PLACEMENT","status":"LIVE","original_size":"10","size_matched":"0"}'],
    orderEventOf,
  ),
  frame('polymarket.user-trade', [aTrade], tradeOf),
]
