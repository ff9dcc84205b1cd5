import { createHash, generateKeyPairSync } from 'node:crypto'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import { parseJsonExactly } from '../../src/capture/format/json-exact.ts'
import { flattenJson, parseJsonOrUndefined } from '../../src/capture/format/json-text.ts'
import { checkedLine } from '../../src/capture/format/line-check.ts'
import {
  entrySchema,
  manifestSchema,
  operationSchema,
  pendingSchema,
  progressSchema,
  streamHeaderSchema,
  streamLineSchema,
  wireSchema,
} from '../../src/capture/format/manifest.ts'
import { readSource } from '../../src/capture/import/read-source.ts'
import { takeIn } from '../../src/capture/import/take-in.ts'
import { readJson } from '../../src/capture/read/problems.ts'
import { loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { parseCaptureFilter } from '../../src/capture/record/filter.ts'
import { parseFaultOverride } from '../../src/capture/serve/fault-overrides.ts'
import { parseLatency } from '../../src/capture/serve/latency.ts'
import { loadSettings } from '../../src/cli/config/config.ts'
import { parseConfigText } from '../../src/cli/config/config-schema.ts'
import { parseDuration, parseExpiry, parseShortDuration } from '../../src/cli/flags/durations.ts'
import { orderDraft, parseMarketFlag } from '../../src/cli/flags/order-flags.ts'
import { decodeBegin } from '../../src/cli/replay/state.ts'
import { decodeOperation } from '../../src/cli/session/operation-codec.ts'
import * as wireForms from '../../src/clients/decode.ts'
import { decodeWith, type Schema } from '../../src/clients/decode.ts'
import type { HttpReply } from '../../src/clients/http/request.ts'
import { retryHintMs } from '../../src/clients/http/retry-hint.ts'
import { venueSettings } from '../../src/clients/index.ts'
import { parseJson } from '../../src/clients/json.ts'
import { loadKalshiAccount } from '../../src/clients/kalshi/auth.ts'
import {
  balanceOf,
  bookOfLadders,
  fillOf,
  openOrderOf,
  positionOf,
  reportOfCreation,
  reportOfOrder,
} from '../../src/clients/kalshi/decode.ts'
import {
  cancellationOf as kalshiCancellation,
  placementOf as kalshiPlacement,
} from '../../src/clients/kalshi/errors.ts'
import { marketOf } from '../../src/clients/kalshi/market-decode.ts'
import { judgeCancelledEntry, judgeCreatedEntry } from '../../src/clients/kalshi/orders.ts'
import { settlementOf } from '../../src/clients/kalshi/settlements.ts'
import * as kalshi from '../../src/clients/kalshi/wire.ts'
import { loadPolymarketAccount, parseSignatureType } from '../../src/clients/polymarket/account.ts'
import { judgeCancellation } from '../../src/clients/polymarket/cancels.ts'
import * as polymarket from '../../src/clients/polymarket/decode.ts'
import { judgeBatch } from '../../src/clients/polymarket/errors.ts'
import { clobFeeSchema, clobFees, gammaFeeSchema, gammaFees } from '../../src/clients/polymarket/fees.ts'
import {
  buildMarket,
  clobMarketSchema,
  decodeGammaMarket,
  gammaMarketSchema,
  identityOf,
} from '../../src/clients/polymarket/market-decode.ts'
import { judgePlacement } from '../../src/clients/polymarket/placement.ts'
import { payoutOfYes } from '../../src/clients/polymarket/resolution.ts'
import { cancellationFrom, placementFrom } from '../../src/clients/refusal-table.ts'
import {
  parseMoney,
  parsePrice,
  parseQuantity,
  parseQuotedPrice,
  parseRate,
  parseSignedQuantity,
} from '../../src/domain/amounts.ts'
import { parseMarketId } from '../../src/domain/market.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { parseLimits } from '../../src/safeguards/limits.ts'
import { stringifyAmounts } from '../../src/store/amount-schema.ts'
import { newestAnchor, readAnchors } from '../../src/store/anchors.ts'
import * as codec from '../../src/store/codec.ts'
import { readHalt } from '../../src/store/halt.ts'
import { decodeLine, encodeLines, GENESIS } from '../../src/store/line.ts'
import { marketSchema } from '../../src/store/market-codec.ts'
import { readForward, readHeader } from '../../src/store/read-journal.ts'
import { journalStart, segmentFile } from '../../src/store/segments.ts'
import { stateSchema, trackedOrderSchema, trackedTradeSchema } from '../../src/store/state-codec.ts'
import { JOURNAL_FORMAT, upcast } from '../../src/store/upcast.ts'
import { readCheckpoint } from '../../src/store/views.ts'
import { aTrade } from '../store/support.ts'
import { anIntent, aTime, aTimeMs } from '../support/builders.ts'
import { frameDecoders } from './frame-decoders.ts'
import { inFolder } from './in-folder.ts'
import { exactly } from './json-tree.ts'
import { type Oracle, wrongText } from './oracle.ts'
import { sandboxDecoders } from './sandbox-decoders.ts'
import { captureSeeds, objectsIn, realAnswers, type Seeds } from './seeds.ts'

/** Something that turns text from outside into values. */
export interface Decoder {
  readonly name: string
  /** The exports that are exercised, as `path#name`. */
  readonly covers: readonly string[]
  /** Valid text to start from. `found` are objects of real and sandbox answers; those that the decoder takes are used. */
  readonly seeds: (seeds: Seeds, found: readonly string[]) => readonly string[]
  /** The value; undefined when it was refused in a named way that is no exception. @throws what the decoder throws */
  readonly read: (text: string) => unknown
  readonly oracle: Oracle
}

const intent = anIntent({ quantity: '12', timeInForce: 'gtc', price: '0.50' })
const anchorKey = { id: 'k1', bytes: Buffer.alloc(32, 7) }
const clock = new VirtualClock(aTimeMs)
const byPath: Oracle = { kind: 'paths' }
const none: Oracle = { kind: 'none' }
const somewhere: Oracle = { kind: 'somewhere' }
const parsedByEngine: Oracle = { kind: 'paths', doubles: true }
const fromAnswers: Decoder['seeds'] = (_, found) => found

const at = (path: string, ...names: readonly string[]): readonly string[] => names.map((name) => `${path}#${name}`)
const ofKalshi = (...names: readonly string[]): readonly string[] => at('clients/kalshi/wire.ts', ...names)
const ofPolymarket = (...names: readonly string[]): readonly string[] => at('clients/polymarket/decode.ts', ...names)

/** A schema of an answer, and what the client makes of the value next. */
function answer<T>(
  name: string,
  covers: readonly string[],
  schema: Schema<T>,
  {
    use,
    oracle = byPath,
    seeds = fromAnswers,
  }: Partial<Pick<Decoder, 'oracle' | 'seeds'>> & { use?: (value: T) => unknown } = {},
): Decoder {
  return {
    name,
    covers,
    seeds,
    oracle,
    read: (text) => {
      const value = decodeWith(schema, parseJson(text), name)
      use?.(value)
      return value
    },
  }
}

function replyOf(status: number, text: string): HttpReply {
  return { status, headers: {}, text, json: parseJson(text) }
}

/** What an order call makes of any answer: it concludes something, and never throws. */
function judgement(name: string, covers: readonly string[], judge: (reply: HttpReply) => readonly unknown[]): Decoder {
  const refusals = [
    '{"error":{"code":"insufficient_balance","message":"no"}}',
    '{"error":"no orders found","code":"x"}',
    '"busy"',
  ]
  return {
    name,
    covers,
    seeds: (_, found) => [...found.slice(0, 12), ...refusals],
    oracle: none,
    read: (text) => {
      const conclusions = [200, 201, 400, 404, 429, 500].flatMap((status) => judge(replyOf(status, text)))
      const wrong = conclusions.map((one) => wrongText(messageOf(one))).find((problem) => problem !== null)
      if (wrong !== undefined) throw new Error(wrong)
      return conclusions
    },
  }
}

function messageOf(value: unknown): string {
  return typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : ''
}

const ORDER_ID = `0x${'ab'.repeat(32)}`
const sent = { orderId: ORDER_ID, intent, makerAmount: 6_000_000n, takerAmount: 12_000_000n }
const renamed = {
  originalSize: ['original_size'],
  sizeMatched: ['size_matched'],
  quantity: ['size', 'matched_amount'],
  makerOrders: ['maker_orders'],
  items: ['data'],
}
const aPolymarketTrade = JSON.stringify({
  id: 'trade-1',
  taker_order_id: ORDER_ID,
  market: '0x5d',
  asset_id: '71321',
  side: 'SELL',
  size: '10.25',
  price: '0.4501',
  status: 'MATCHED',
  match_time: '1793000000',
  maker_address: '0xf39F',
  trader_side: 'MAKER',
  maker_orders: [
    {
      order_id: '0xcd',
      maker_address: '0xf39F',
      asset_id: '71321',
      matched_amount: '4.000001',
      price: '0.45',
      side: 'BUY',
    },
  ],
})

const answersOfKalshi: readonly Decoder[] = [
  answer('kalshi.create', ofKalshi('createAnswer'), kalshi.createAnswer, {
    use: (value) => reportOfCreation(value, intent),
  }),
  answer('kalshi.cancel', ofKalshi('cancelAnswer'), kalshi.cancelAnswer),
  answer('kalshi.order', ofKalshi('orderAnswer'), kalshi.orderAnswer, {
    use: ({ order }) => reportOfOrder(order, intent),
  }),
  answer('kalshi.orders', ofKalshi('ordersPage'), kalshi.ordersPage, { use: ({ orders }) => orders.map(openOrderOf) }),
  answer('kalshi.fills', ofKalshi('fillsPage'), kalshi.fillsPage, {
    use: ({ fills }) => fills.map((fill) => fillOf(fill, null)),
  }),
  answer('kalshi.fill', ofKalshi('wireFill'), kalshi.wireFill, { use: (fill) => fillOf(fill, null) }),
  answer('kalshi.positions', ofKalshi('positionsPage'), kalshi.positionsPage, {
    use: ({ market_positions: positions }) => positions.map(positionOf),
  }),
  answer('kalshi.balance', ofKalshi('balanceAnswer'), kalshi.balanceAnswer, { use: balanceOf }),
  answer('kalshi.timestamp', ofKalshi('userDataTimestamp'), kalshi.userDataTimestamp, {
    seeds: (_, found) => ['{"as_of_time":"2026-11-20T12:00:00Z"}', ...found],
  }),
  answer('kalshi.book', ofKalshi('orderbookAnswer'), kalshi.orderbookAnswer, {
    use: (book) => bookOfLadders(book, 'kalshi:KXA', 0),
  }),
  answer('kalshi.market', ofKalshi('wireMarket', 'marketAnswer'), kalshi.marketAnswer, {
    oracle: { kind: 'paths', cut: ['yes_bid_size_fp', 'yes_ask_size_fp', 'volume_fp'] },
    use: ({ market }) => marketOf(market, null, null),
  }),
  answer('kalshi.markets', ofKalshi('marketsPage'), kalshi.marketsPage, {
    oracle: { kind: 'paths', cut: ['yes_bid_size_fp', 'yes_ask_size_fp', 'volume_fp'] },
    seeds: pagesOf('markets'),
    use: ({ markets }) => markets.map((market) => marketOf(market, null, null)),
  }),
  answer('kalshi.event', ofKalshi('wireEvent', 'eventAnswer'), kalshi.eventAnswer),
  answer('kalshi.events', ofKalshi('eventsPage'), kalshi.eventsPage, {
    seeds: pagesOf('events'),
  }),
  answer('kalshi.series', ofKalshi('wireSeries', 'seriesAnswer'), kalshi.seriesAnswer),
  answer('kalshi.series-list', ofKalshi('seriesList'), kalshi.seriesList, {
    seeds: pagesOf('series'),
  }),
  answer('kalshi.series-fee-changes', ofKalshi('seriesFeeChanges'), kalshi.seriesFeeChanges, {
    seeds: (_, found) => [
      '{"series_fee_change_arr":[{"id":"1","series_ticker":"KXA","fee_type":"quadratic","fee_multiplier":0.5,"scheduled_ts":"2026-11-20T12:00:00Z"}]}',
      ...found,
    ],
  }),
  answer('kalshi.event-fee-changes', ofKalshi('eventFeeChanges'), kalshi.eventFeeChanges, {
    seeds: (_, found) => [
      '{"event_fee_changes":[{"id":"1","event_ticker":"KXA-26","fee_type_override":null,"fee_multiplier_override":null,"scheduled_ts":"2026-11-20T12:00:00Z"}],"cursor":""}',
      ...found,
    ],
  }),
  answer('kalshi.event-fee-update', ofKalshi('eventFeeUpdate'), kalshi.eventFeeUpdate, {
    seeds: () => ['{"msg":{"event_ticker":"KXA-26","fee_type_override":"quadratic","fee_multiplier_override":0.5}}'],
  }),
  answer('kalshi.amend', ofKalshi('amendAnswer'), kalshi.amendAnswer, {
    seeds: (_, found) => ['{"order_id":"o-1","client_order_id":"c-1","remaining_count":"8.50"}', ...found],
  }),
  answer('kalshi.decrease', ofKalshi('decreaseAnswer'), kalshi.decreaseAnswer, {
    seeds: (_, found) => ['{"order_id":"o-1","client_order_id":"c-1","remaining_count":"8.50"}', ...found],
  }),
  answer('kalshi.settlements', ofKalshi('settlementsPage'), kalshi.settlementsPage, {
    seeds: (_, found) => [
      '{"settlements":[{"ticker":"KXA","market_result":"yes","yes_count_fp":"3.00","no_count_fp":"0.00","revenue":300,"value":100,"settled_time":"2026-11-20T12:00:00Z"}],"cursor":""}',
      ...found.filter((text) => text.includes('settlements')),
    ],
    use: ({ settlements }) => settlements.map(settlementOf),
  }),
  judgement(
    'kalshi.judgements',
    [
      ...at('clients/kalshi/errors.ts', 'judge', 'judgeEntry', 'readFailure'),
      ...at('clients/kalshi/orders.ts', 'judgeCreatedEntry', 'judgeCancelledEntry'),
    ],
    (reply) => [
      kalshiPlacement(reply),
      kalshiCancellation(reply),
      judgeCreatedEntry(reply.json, intent),
      judgeCancelledEntry(reply.json, 'o'),
      retryHintMs(reply),
    ],
  ),
]

/** Pages of one, from anything that may be the one. */
function pagesOf(many: string): Decoder['seeds'] {
  return (_, texts) => texts.flatMap((text) => [text, `{"${many}":[${text}],"cursor":""}`])
}

const answersOfPolymarket: readonly Decoder[] = [
  answer('polymarket.credentials', ofPolymarket('credentialsSchema'), polymarket.credentialsSchema, {
    oracle: none,
    seeds: () => ['{"apiKey":"k","secret":"s","passphrase":"p"}'],
  }),
  answer('polymarket.balance', ofPolymarket('balanceSchema'), polymarket.balanceSchema, {
    oracle: { kind: 'paths', places: 0 },
  }),
  answer('polymarket.book', ofPolymarket('bookSchema'), polymarket.bookSchema, {
    oracle: { kind: 'paths', renamed: { quantity: ['size'] } },
  }),
  answer('polymarket.order', ofPolymarket('orderSchema'), polymarket.orderSchema, {
    oracle: { kind: 'paths', renamed },
  }),
  answer('polymarket.orders', [], polymarket.pageOf(polymarket.orderSchema), {
    oracle: { kind: 'paths', renamed },
  }),
  answer('polymarket.trade', ofPolymarket('tradeSchema'), polymarket.tradeSchema, {
    oracle: { kind: 'paths', renamed },
    seeds: (_, found) => [aPolymarketTrade, ...found],
  }),
  answer('polymarket.cancel', ofPolymarket('cancelSchema'), polymarket.cancelSchema, {
    seeds: (_, found) => ['{"canceled":["0xa"],"not_canceled":{"0xb":"already gone"}}', ...found.slice(0, 5)],
  }),
  answer('polymarket.positions', ofPolymarket('positionsPageSchema'), polymarket.positionsPageSchema, {
    oracle: { kind: 'paths', cut: ['current_size'] },
    seeds: (_, found) => [
      '{"data":[{"token_id":"7","condition_id":"0x5d","current_size":12.5,"slug":"a","outcome_index":0}],"pagination":{"next_cursor":""}}',
      ...found.slice(0, 3),
    ],
  }),
  answer('polymarket.resolutions', ofPolymarket('resolutionsPageSchema'), polymarket.resolutionsPageSchema, {
    seeds: () => ['{"data":[{"condition_id":"0x5d","status":"resolved","payouts":[1000000,0]}]}'],
    use: ({ data }) => data.map(({ payouts }) => payoutOfYes(payouts)),
  }),
  answer(
    'polymarket.catalogue-row',
    at('clients/polymarket/market-decode.ts', 'gammaMarketSchema', 'decodeGammaMarket'),
    gammaMarketSchema,
    {
      oracle: { kind: 'paths', cut: ['volume'] },
      seeds: (_, found) => found.filter((text) => text.includes('"conditionId"') && text.includes('"clobTokenIds"')),
      use: (row) => {
        const market = buildMarket(row, 'not_asked', aTimeMs)
        if (market !== null) identityOf(row, market)
        gammaFees(row)
      },
    },
  ),
  answer('polymarket.market', at('clients/polymarket/market-decode.ts', 'clobMarketSchema'), clobMarketSchema, {
    use: (word) => {
      const row = decodeGammaMarket(parseJson('{"slug":"a","conditionId":"0x5d","outcomes":["Y","N"]}'), 'row')
      buildMarket(row, word, aTimeMs)
    },
  }),
  answer('polymarket.fees', at('clients/polymarket/fees.ts', 'clobFeeSchema'), clobFeeSchema, {
    seeds: () => ['{"r":0.05,"e":1,"to":true}'],
    use: clobFees,
  }),
  answer('polymarket.catalogue-fees', at('clients/polymarket/fees.ts', 'gammaFeeSchema'), gammaFeeSchema, {
    seeds: () => ['{"rate":0.05,"exponent":1,"takerOnly":true}'],
    use: (fees) => gammaFees({ feesEnabled: true, feeSchedule: fees }),
  }),
  judgement(
    'polymarket.judgements',
    [
      ...at('clients/polymarket/errors.ts', 'judge', 'judgeBatch', 'judgeText', 'readFailure'),
      ...at('clients/polymarket/placement.ts', 'judgePlacement', 'judgeEntry'),
      ...at('clients/polymarket/cancels.ts', 'judgeCancellation', 'judgeCancelEntry'),
    ],
    (reply) => [
      judgePlacement(reply, sent),
      judgeCancellation(reply, ORDER_ID),
      placementFrom(judgeBatch(reply, 'place')),
      cancellationFrom(judgeBatch(reply, 'cancel')),
    ],
  ),
]

/** The forms that amounts and whole numbers have on the wire, for every use at once. */
const forms: readonly Decoder[] = [
  answer(
    'clients.amounts',
    [
      ...at('clients/decode.ts', 'decimal', 'decimalText', 'integer'),
      ...at('clients/decode.ts', 'unixSeconds', 'textOrNull', 'decodeWith'),
      ...at('clients/json.ts', 'parseJson'),
    ],
    v.object({
      text: wireForms.textAmounts.money,
      number: wireForms.numberAmounts.money,
      either: wireForms.looseAmounts.signedQuantity,
      price: wireForms.textAmounts.price,
      quoted: wireForms.looseAmounts.quotedPrice,
      rate: wireForms.numberAmounts.rate,
      shown: wireForms.looseAmounts.approximateQuantity,
      count: wireForms.integer,
      at: wireForms.unixSeconds,
      plain: v.pipe(
        wireForms.decimal,
        v.transform(() => null),
      ),
      strict: v.pipe(
        wireForms.decimalText,
        v.transform(() => null),
      ),
      words: wireForms.textOrNull,
    }),
    {
      oracle: { kind: 'paths', cut: ['shown'] },
      seeds: () => [
        '{"text":"-12.5","number":1.5e-3,"either":-7,"price":"0.45","quoted":1,"rate":0.07,"shown":"1.23456789","count":12,"at":1793000000,"plain":1,"strict":"1","words":"a"}',
      ],
    },
  ),
]

/** Text that JSON.parse reads: journal, views, recordings. */
function stored<T>(
  name: string,
  covers: readonly string[],
  schema: v.GenericSchema<unknown, T>,
  seeds: Decoder['seeds'],
  oracle: Oracle = parsedByEngine,
): Decoder {
  return {
    name,
    covers,
    seeds,
    oracle,
    read: (text) => {
      const checked = readJson(schema, name, text)
      return checked.ok ? checked.value : undefined
    },
  }
}

const inStore = (path: string, ...names: readonly string[]): readonly string[] => at(`store/${path}`, ...names)

const store: readonly Decoder[] = [
  {
    name: 'journal.record',
    covers: inStore(
      'codec.ts',
      'decodeRecord',
      'intentSchema',
      'fillSchema',
      'feeDriftSchema',
      'breakerSchema',
      'tradeSchema',
    ),
    seeds: ({ records }) => [
      ...records,
      stringifyAmounts({ seq: 2, time: aTime, event: { type: 'trade.opened', trade: aTrade('t-1') } }),
    ],
    oracle: parsedByEngine,
    read: (text) => {
      const decoded = codec.decodeRecord(text)
      return decoded.ok ? decoded.record : undefined
    },
  },
  {
    name: 'journal.older-format',
    covers: inStore('upcast.ts', 'upcast'),
    seeds: ({ records }) => records,
    oracle: none,
    read: (text) => {
      const value = parseJsonOrUndefined(text)
      return value === undefined ? undefined : upcast(value, 1, [])
    },
  },
  {
    name: 'journal.line',
    covers: inStore('line.ts', 'decodeLine'),
    seeds: ({ records }) => records.slice(0, 4).map((record) => encodeLines(GENESIS, [record]).text.trimEnd()),
    oracle: none,
    read: (text) => decodeLine(Buffer.from(text), GENESIS) ?? undefined,
  },
  stored('views.state', inStore('state-codec.ts', 'stateSchema'), stateSchema, ({ state }) => [state], somewhere),
  stored('views.order', inStore('state-codec.ts', 'trackedOrderSchema'), trackedOrderSchema, ({ state }) =>
    partsOf(state, 'orders'),
  ),
  stored('views.trade', inStore('state-codec.ts', 'trackedTradeSchema'), trackedTradeSchema, () => [
    stringifyAmounts({ ordinal: 1, trade: aTrade('t-1') }),
  ]),
  stored('catalogue.market', inStore('market-codec.ts', 'marketSchema'), marketSchema, ({ operations }) =>
    objectsIn(operations).filter((text) => text.startsWith('{"id":') && text.includes('"ladder"')),
  ),
  inFolder({
    name: 'anchors',
    covers: inStore('anchors.ts', 'readAnchors'),
    seeds: () => [
      `{"seq":12,"hash":"${'a'.repeat(64)}","time":"${aTime}","key":"${anchorKey.id}","mac":"${'b'.repeat(64)}"}\n`,
    ],
    file: 'anchors.jsonl',
    read: async (place) => {
      const { anchors } = await readAnchors(place, anchorKey)
      const newest = await newestAnchor(place)
      // Nobody who lacks the key can write a proof.
      if (anchors.some(({ proof }) => proof === 'holds')) throw new Error('an anchor passed that nobody signed')
      return anchors.length === 0 ? undefined : { anchors, newest }
    },
  }),
  inFolder({
    name: 'halt',
    covers: inStore('halt.ts', 'readHalt'),
    seeds: ({ halt }) => [halt],
    file: 'halt.json',
    read: async (place) => {
      const halt = await readHalt(place)
      if (halt === null) throw new Error('a halt that is there passed for none')
      return halt
    },
  }),
  inFolder({
    name: 'views.checkpoint',
    covers: [...inStore('views.ts', 'readCheckpoint'), ...inStore('view-file.ts', 'readView')],
    seeds: ({ checkpoint }) => [checkpoint],
    file: 'live.json',
    beside: ({ checkpoint }) => ({ [`archive-${JSON.parse(checkpoint).archive}/x`]: '' }),
    // The checksum would refuse every change, and hide what lies behind it.
    wrap: (text) => `{"checksum":"${createHash('sha256').update(text).digest('hex')}","contents":${text}}`,
    read: readCheckpoint,
  }),
  inFolder({
    name: 'journal.segment',
    covers: inStore('read-journal.ts', 'readHeader', 'readForward', 'readSegment'),
    seeds: ({ journal }) => [journal],
    file: basename(segmentFile('.', 1)),
    read: async (place) => {
      if ((await readHeader(place)) === null) return undefined
      let records = 0
      for await (const batch of readForward(place, journalStart, JOURNAL_FORMAT)) records += batch.records.length
      return records
    },
  }),
]

function partsOf(text: string, member: string): readonly string[] {
  const list: unknown = JSON.parse(text)[member]
  return Array.isArray(list) ? list.map((one) => JSON.stringify(one)) : []
}

const inCapture = (path: string, ...names: readonly string[]): readonly string[] => at(`capture/${path}`, ...names)

const progressNotes = [
  `{"seq":1,"began":"${aTime}","method":"GET","venue":"kalshi","endpoint":"get_book","path":"/x"}`,
  `{"seq":1,"file":"001_x.json","sha256":"${'a'.repeat(64)}"}`,
  '{"seq":1,"unrecorded":"no room"}',
  `{"operation":1,"sha256":"${'a'.repeat(64)}"}`,
] as const

/** A socket's file, line by line. */
const aSocket = [
  `{"_seq":1,"_inFlight":[],"_venue":"kalshi","_service":"ws","_endpoint":"socket","startedDateTime":"${aTime}","request":{"method":"GET","url":"wss://x.test/ws","httpVersion":"HTTP/1.1","cookies":[],"headers":[],"queryString":[],"headersSize":-1,"bodySize":0}}`,
  '{"ms":8.1,"opened":{"status":101,"headers":[{"name":"date","value":"x"}]}}',
  '{"ms":9.2,"type":"receive","opcode":1,"data":"{\\"type\\":\\"trade\\"}"}',
  '{"ms":9.3,"type":"send","opcode":10,"data":"aGk=","encoding":"base64"}',
  '{"ms":9.4,"closed":{"code":1000,"reason":"","by":"us"}}',
] as const

const recordings: readonly Decoder[] = [
  stored('recording.manifest', inCapture('format/manifest.ts', 'manifestSchema'), manifestSchema, ({ manifest }) => [
    manifest,
  ]),
  stored('recording.exchange', inCapture('format/manifest.ts', 'entrySchema'), entrySchema, ({ exchanges }) =>
    small(exchanges),
  ),
  stored('recording.wire', inCapture('format/manifest.ts', 'wireSchema'), wireSchema, () => [
    '{"text":"H4sIAAAAAAAAA6tWKkktLlGyUlAqS8wpTgUAdI6aRBEAAAA=","encoding":"base64"}',
    '{"missing":"redacted"}',
  ]),
  stored('recording.operation', inCapture('format/manifest.ts', 'operationSchema'), operationSchema, ({ operations }) =>
    small(operations),
  ),
  stored('recording.progress', inCapture('format/manifest.ts', 'progressSchema'), progressSchema, () => progressNotes),
  stored('recording.pending', inCapture('format/manifest.ts', 'pendingSchema'), pendingSchema, ({ exchanges }) =>
    small(exchanges).map((entry) => `{"seq":1,"file":"001_x.json","entry":${entry}}`),
  ),
  stored('recording.stream-header', inCapture('format/manifest.ts', 'streamHeaderSchema'), streamHeaderSchema, () => [
    aSocket[0],
  ]),
  stored('recording.stream-line', inCapture('format/manifest.ts', 'streamLineSchema'), streamLineSchema, () =>
    aSocket.slice(1),
  ),
  {
    name: 'recording.json-text',
    covers: inCapture('format/json-text.ts', 'flattenJson', 'parseJsonOrUndefined'),
    seeds: ({ answers }) => small(answers),
    oracle: none,
    read: (text) => flattenJson(text) ?? undefined,
  },
  {
    name: 'recording.json-exact',
    covers: inCapture('format/json-exact.ts', 'parseJsonExactly'),
    seeds: ({ answers }) => small(answers),
    oracle: none,
    read: (text) => parseJsonExactly(text),
  },
  ...(
    [
      'manifest.json',
      'operations.jsonl',
      '001_GET_kalshi_market.json',
      '001_WS_kalshi.jsonl',
      'exchanges.jsonl',
    ] as const
  ).map((file) =>
    inFolder({
      name: `recording.folder.${file}`,
      covers: [
        ...inCapture('read/recording.ts', 'loadRecording', 'readExchange', 'readOperations'),
        ...inCapture('format/manifest-file.ts', 'readManifest', 'readManifestFile'),
        ...inCapture('read/stream-reader.ts', 'readStream'),
        ...inCapture('read/progress-reader.ts', 'readProgress'),
        ...inCapture('format/line-check.ts', 'readCheck'),
        ...inCapture('read/problems.ts', 'readJson', 'readText', 'readLines'),
      ],
      seeds: ({ manifest, operations, exchanges }) =>
        ({
          'manifest.json': [manifest],
          'operations.jsonl': operations.slice(0, 1).map((line) => `${line}\n`),
          '001_GET_kalshi_market.json': small(exchanges),
          '001_WS_kalshi.jsonl': [`${aSocket.join('\n')}\n`],
          'exchanges.jsonl': [`${checkedLine(JSON.parse(progressNotes[0])).line}\n`],
        })[file],
      file,
      beside: ({ manifest }) => (file === 'manifest.json' ? {} : { 'manifest.json': manifest }),
      read: (place) => {
        verifyRecording(place)
        return loadRecording(place, null)
      },
    }),
  ),
  {
    name: 'recording.begin',
    covers: at('cli/replay/state.ts', 'decodeBegin'),
    seeds: ({ operations, state }) =>
      operations
        .filter((line) => line.includes('"op":"begin"'))
        .flatMap((line) => {
          const { input } = JSON.parse(line)
          return [JSON.stringify(input), JSON.stringify({ ...input, state: JSON.parse(state) })]
        }),
    oracle: none,
    read: (text) => decodeBegin(parseJsonOrUndefined(text)),
  },
  {
    name: 'recording.replayed-operation',
    covers: at('cli/session/operation-codec.ts', 'decodeOperation'),
    seeds: ({ operations }) =>
      operations.filter((line) => !line.includes('"op":"begin"')).map((line) => JSON.stringify(JSON.parse(line).input)),
    oracle: parsedByEngine,
    read: (text) => {
      const { operation } = decodeOperation(parseJsonOrUndefined(text))
      return operation
    },
  },
]

function small(texts: readonly string[]): readonly string[] {
  return [...texts].sort((a, b) => a.length - b.length).slice(0, 6)
}

const configurations = [
  '{"environment":"demo","dataDir":"./data","captureDir":"tapes","captureFilter":"all","limits":{"maxNotional":50,"maxSlippage":"0.05","maxDailyLoss":"none"}}',
  '{"environments":{"live":{"limits":{"minNotional":0.1,"maxExposure":1000.000001},"venues":{"kalshi":{"urls":{"rest":"https://x.test"},"credentials":{"privateKeyPath":"/k","apiKeyId":{"env":"K"}}}}}}}',
]

/** What people type: no JSON, but the same mutations reach far. */
const typed: readonly Decoder[] = [
  {
    name: 'config.file',
    covers: at('cli/config/config-schema.ts', 'parseConfigText'),
    seeds: () => configurations,
    oracle: { kind: 'none' },
    read: (text) => parseConfigText('crosstape.config.json', text).content,
  },
  {
    name: 'config.limits',
    covers: at('safeguards/limits.ts', 'parseLimits'),
    seeds: () => [
      '{"minNotional":"0.1","maxNotional":"100.5","maxSlippage":"0.05","maxExposure":"1000","maxDailyLoss":"none","maxBookAgeMs":"9000","duplicateWindowMs":"60000","sessionBudget":"3"}',
    ],
    oracle: none,
    read: (text) => {
      const { limits } = parseConfigText('c', `{"limits":${text}}`).content
      const parsed = parseLimits(limits ?? {})
      return parsed.kind === 'limits' ? parsed.limits : undefined
    },
  },
  {
    name: 'typed.amounts',
    covers: [],
    seeds: () => ['0.45', '10', '-3.25', '100.000001'],
    oracle: none,
    read: (text) => {
      const parsers = [parsePrice, parseQuotedPrice, parseQuantity, parseSignedQuantity, parseMoney, parseRate]
      return parsers.flatMap((parse) => {
        const read = valueOrRefusal(() => parse(text))
        if (read !== undefined && read !== exactly(text, 6)) throw new Error(`${text} was read as ${read} millionths`)
        return read === undefined ? [] : [read]
      })
    },
  },
  {
    name: 'typed.order',
    covers: at('cli/flags/order-flags.ts', 'parseMarketFlag'),
    seeds: () => [JSON.stringify({ market: 'kalshi:KXA-26', quantity: '10.5', price: '0.45', expires: '+10m' })],
    oracle: none,
    read: (text) => {
      const value = parseJsonOrUndefined(text)
      const word = (name: string): string => {
        const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : ''
        return typeof found === 'string' ? found : (JSON.stringify(found) ?? '')
      }
      parseMarketFlag(word('market'), '--market')
      const flags = {
        market: word('market'),
        quantity: word('quantity'),
        price: word('price'),
        expires: word('expires'),
      }
      const rest = {
        outcome: 'yes',
        side: 'buy',
        tif: 'gtd',
        'post-only': false,
        'reduce-only': false,
        'allow-duplicate': false,
      } as const
      const draft = orderDraft({ ...flags, ...rest }, clock)
      const same = draft.quantity === parseQuantity(flags.quantity) && draft.price === parsePrice(flags.price)
      if (!same || parseMarketId(draft.market) === null) throw new Error('the order is not the one that was typed')
      return draft
    },
  },
  {
    name: 'typed.times',
    covers: at('cli/flags/durations.ts', 'parseDuration', 'parseShortDuration', 'parseExpiry'),
    seeds: () => ['10m', '+2d', '2026-11-20T18:00:00Z', '2026-11-20T18:00:00.123456789+05:30'],
    oracle: none,
    read: (text) => [
      valueOrRefusal(() => parseShortDuration(text, '--for')),
      valueOrRefusal(() => parseDuration(text, '--since')),
      parseExpiry(text, '--expires', aTimeMs),
    ],
  },
  {
    name: 'typed.served-fault',
    covers: at('capture/serve/fault-overrides.ts', 'parseFaultOverride'),
    seeds: () => ['3:reset', 'a-session/3:429', '12:delay=1500'],
    oracle: none,
    read: (text) => parseFaultOverride(text),
  },
  {
    name: 'typed.latency',
    covers: at('capture/serve/latency.ts', 'parseLatency'),
    seeds: () => ['x0.5', 'x12', 'recorded', 'none'],
    oracle: none,
    read: (text) => parseLatency(text),
  },
  {
    name: 'typed.capture-filter',
    covers: at('capture/record/filter.ts', 'parseCaptureFilter'),
    seeds: () => ['orders', 'all', '^POST .*/orders'],
    oracle: none,
    read: (text) => parseCaptureFilter(text),
  },
  inFolder({
    name: 'config.settings',
    covers: [...at('cli/config/config.ts', 'loadSettings'), ...at('cli/config/config-file.ts', 'readConfigFile')],
    seeds: () => configurations,
    file: 'crosstape.config.json',
    read: (cwd) =>
      loadSettings({ flags: {}, env: {}, cwd, configDir: cwd, dataDir: join(cwd, 'data'), venues: venueSettings }),
  }),
  inFolder({
    name: 'key-file.kalshi',
    covers: [...at('clients/kalshi/auth.ts', 'loadKalshiAccount'), ...at('clients/key-file.ts', 'readKeyFile')],
    seeds: () => [generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    file: 'key.pem',
    read: (place) => loadKalshiAccount({ keyId: 'k', privateKeyPath: join(place, 'key.pem') }),
  }),
  inFolder({
    name: 'key-file.polymarket',
    covers: at('clients/polymarket/account.ts', 'loadPolymarketAccount'),
    seeds: () => [`0x${'3'.repeat(64)}\n`],
    file: 'key',
    read: (place) => loadPolymarketAccount({ privateKeyPath: join(place, 'key') }),
  }),
  {
    name: 'typed.signature-type',
    covers: at('clients/polymarket/account.ts', 'parseSignatureType'),
    seeds: () => ['0', '3'],
    oracle: none,
    read: (text) => parseSignatureType(text),
  },
]

function valueOrRefusal<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Error && ['AmountError', 'ToolkitError'].includes(error.name)) return undefined
    throw error
  }
}

/** What comes from venues. */
export const wireDecoders: readonly Decoder[] = [...forms, ...answersOfKalshi, ...answersOfPolymarket, ...frameDecoders]

const exchangeToImport =
  '{"captured_at":"2026-01-20T06:14:44.774085+00:00","latency_ms":200,"request":{"method":"POST","url":"https://clob.polymarket.com/order","headers":{"content-type":"application/json"},"body":{"price":0.45}},"response":{"status":201,"headers":{"date":"now"},"body_raw":"{}"}}'
const entryToImport =
  '{"startedDateTime":"2026-11-20T10:00:00.000Z","time":12.5,"request":{"method":"GET","url":"https://clob.polymarket.com/order","headers":[{"name":"accept","value":"*"}]},"response":{"status":101,"headers":[],"content":{"size":2,"text":"{}"}},"_webSocketMessages":[{"type":"send","time":1795168800.25,"opcode":1,"data":"PING"}]}'

/** What other programs recorded. */
const imported: readonly Decoder[] = (
  [
    [
      'a.har',
      'har-source.ts',
      'readHar',
      `{"log":{"creator":{"name":"x","version":"1"},"entries":[${entryToImport}]}}`,
    ],
    [
      'a.yaml',
      'vcr-source.ts',
      'readCassette',
      'interactions: [{request: {method: GET, uri: "https://clob.polymarket.com/ok", body: null, headers: {}}, response: {status: {code: 200, message: OK}, headers: {}, body: {string: "OK"}}}]',
    ],
    ['a.json', 'exchange-file-source.ts', 'readExchangeFile', exchangeToImport],
  ] as const
).map(([file, source, reader, seed]) =>
  inFolder({
    name: `import.${file}`,
    covers: [
      ...inCapture(`import/${source}`, reader),
      ...inCapture('import/read-source.ts', 'readSource'),
      ...inCapture('import/yaml-text.ts', 'parseYaml'),
    ],
    seeds: () => [seed],
    file,
    read: async (place) => {
      const { session } = await readSource(join(place, file))
      return takeIn(session, [], 0)
    },
  }),
)

/** What comes from the disk and from people. */
export const localDecoders: readonly Decoder[] = [...store, ...recordings, ...typed, ...imported]

/** Every decoder. A new one is one line above, and a test fails while an exported one is missing. */
export const decoders: readonly Decoder[] = [...wireDecoders, ...localDecoders, ...sandboxDecoders]

let found: { readonly real: boolean; readonly texts: readonly string[] } | null = null

/** The decoder's own valid texts. With `real`, also what the venues really sent, where it lies beside the repository. */
export async function seedsOf(decoder: Decoder, real: boolean): Promise<readonly string[]> {
  const seeds = await captureSeeds()
  found = found?.real === real ? found : { real, texts: objectsIn([...seeds.answers, ...(real ? realAnswers() : [])]) }
  const taken: string[] = []
  for (const text of decoder.seeds(seeds, found.texts)) {
    if (taken.length < 8 && (await isTaken(decoder, text))) taken.push(text)
  }
  return taken
}

async function isTaken({ read }: Decoder, text: string): Promise<boolean> {
  try {
    return (await read(text)) !== undefined
  } catch {
    return false
  }
}
