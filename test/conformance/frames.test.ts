import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { parse } from 'yaml'
import { KalshiProtocol } from '../../src/clients/kalshi/stream-protocol.ts'
import { kalshiLadder } from '../../src/sandbox/catalogue/grids.ts'
import { kalshiEntry } from '../sandbox/support/entries.ts'
import { KalshiSocketBench } from '../sandbox/support/kalshi-socket.ts'
import { originMs } from '../sandbox/support/small-catalogue.ts'
import { fieldsOf, type Json } from './openapi.ts'
import { Validator } from './validator.ts'

const folder = process.env.CROSSTAPE_KALSHI_SPEC_DIR ?? resolve(import.meta.dirname, '../../../shared/reference')
const file = join(folder, 'kalshi-asyncapi.yaml')

/** The schema of each message that the sandbox sends, by the type that the message gives itself. */
const payloads: Readonly<Record<string, string>> = {
  subscribed: 'subscribedResponsePayload',
  unsubscribed: 'unsubscribedResponsePayload',
  ok: 'okResponsePayload',
  error: 'errorResponsePayload',
  orderbook_snapshot: 'orderbookSnapshotPayload',
  orderbook_delta: 'orderbookDeltaPayload',
  ticker: 'tickerPayload',
  trade: 'tradePayload',
  fill: 'fillPayload',
  user_order: 'userOrderPayload',
  market_position: 'marketPositionPayload',
  market_lifecycle_v2: 'marketLifecycleV2Payload',
  event_lifecycle: 'eventLifecyclePayload',
  event_fee_update: 'eventFeeUpdatePayload',
}

const commands: Readonly<Record<string, string>> = {
  subscribe: 'subscribeCommandPayload',
  unsubscribe: 'unsubscribeCommandPayload',
  update_subscription: 'updateSubscriptionCommandPayload',
}

/** A day of everything that the sandbox tells. */
function allFrames(): readonly Json[] {
  const bench = new KalshiSocketBench()
  const market = 'kalshi:KXA'
  bench.say('subscribe', { channels: ['orderbook_delta'], market_tickers: ['KXA', 'KXB'], use_yes_price: true })
  bench.say('subscribe', { channels: ['ticker'], market_tickers: ['KXA'], send_initial_snapshot: true })
  bench.say('subscribe', { channels: ['trade', 'fill', 'user_orders', 'market_positions', 'market_lifecycle_v2'] })
  bench.say('update_subscription', { sid: 1, action: 'get_snapshot', market_tickers: ['KXA'] })
  bench.say('list_subscriptions')
  bench.say('dance')
  bench.place({ price: '0.52', quantity: '3', timeInForce: 'ioc' })
  bench.place({ price: '0.30', quantity: '3', expiresAtMs: originMs + 500 })
  bench.place({ side: 'sell', price: '0.90', quantity: '3' })
  bench.tick(1_000)
  bench.setMarket(market, { paused: true })
  bench.setMarket(market, { paused: false })
  bench.during(() => {
    const grid = { name: 'deci_cent', ladder: kalshiLadder('deci_cent') }
    bench.host.exchange.execute({ kind: 'set_market', market, schedule: {}, grid })
  })
  bench.during(() => {
    const texts = { yesLabel: 'Above 5' }
    bench.host.exchange.execute({ kind: 'set_market', market, schedule: {}, texts })
  })
  bench.list(kalshiEntry({ exclusive: true }))
  bench.list(kalshiEntry({ markets: [{ key: 'B', title: 'B?', claim: 'b' }] }))
  bench.charge({ event: 'KXNEW-27', type: 'quadratic', multiplier: '0.5' })
  bench.charge({ event: 'KXNEW-27' })
  bench.setMarket(market, { closeMs: originMs + 2_000 })
  bench.tick(5_000)
  bench.setMarket(market, { closeMs: originMs + 90_000 })
  bench.tick(100_000)
  bench.setMarket(market, { determineMs: originMs, settleMs: originMs, yesPayout: 1_000_000n })
  bench.say('unsubscribe', { sids: [2] })
  return bench.frames
}

/** Every command that our client sends. */
function allCommands(): readonly Json[] {
  const nowMs = { value: 0 }
  const sent: string[] = []
  const protocol = new KalshiProtocol({
    sink: { onMarket: () => undefined },
    channels: { quotes: true, trades: true, account: true },
    nowMs: () => nowMs.value,
    proveEveryMs: 1_000,
    answerWithinMs: 100_000,
  })
  protocol.watch(['KXA', 'KXB'])
  sent.push(...protocol.opened())
  sent.push(...protocol.received('{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}'))
  sent.push(...protocol.received('{"type":"subscribed","id":3,"msg":{"channel":"market_lifecycle_v2","sid":2}}'))
  for (const [seq, ticker] of [
    [1, 'KXA'],
    [2, 'KXB'],
  ]) {
    protocol.received(
      JSON.stringify({ type: 'orderbook_snapshot', sid: 1, seq, msg: { market_ticker: ticker, market_id: '' } }),
    )
  }
  sent.push(...protocol.resync('KXA'))
  sent.push(...protocol.watch(['KXC']), ...protocol.unwatch(['KXB']))
  nowMs.value = 5_000
  const tick = protocol.tick()
  if (tick.kind === 'send') sent.push(...tick.texts)
  return sent.map((text): Json => JSON.parse(text))
}

describe("frames against Kalshi's AsyncAPI document", () => {
  let validator: Validator
  let schemas: Readonly<Record<string, Json>>

  before(function () {
    if (!existsSync(file)) this.skip()
    const root = fieldsOf(parse(readFileSync(file, 'utf8')))
    const all = Object.entries(fieldsOf(fieldsOf(root.components).schemas))
    const wanted = new Set([...Object.values(payloads), ...Object.values(commands)])
    // Shared pieces have no `Payload` in their names; those of other channels are of no concern here.
    schemas = Object.fromEntries(
      all.filter(([name]) => wanted.has(name) || !name.endsWith('Payload')).map(([name, one]) => [name, fieldsOf(one)]),
    )
    validator = new Validator(schemas, {})
  })

  it('hold for every message of the sandbox', () => {
    const frames = allFrames()
    const types = new Set(frames.map(({ type }) => String(type)))
    expect([...types].sort()).to.deep.equal(Object.keys(payloads).sort())
    const problems = frames.flatMap((frame) => {
      // The list of subscriptions has a schema of its own under the same type.
      if (Array.isArray(frame.msg)) return []
      const schema = schemas[payloads[String(frame.type)] ?? ''] ?? {}
      return validator.problems(schema, frame).map((problem) => `${frame.type} ${problem.pointer} ${problem.message}`)
    })
    expect([...new Set(problems)]).to.deep.equal([])
  })

  it('hold for every command of our client', () => {
    const sent = allCommands()
    expect(new Set(sent.map(({ cmd }) => cmd))).to.deep.equal(new Set(['subscribe', 'update_subscription']))
    const problems = sent.flatMap((command) => {
      const schema = schemas[commands[String(command.cmd)] ?? ''] ?? {}
      return validator.problems(schema, command).map(({ pointer, message }) => `${command.cmd} ${pointer} ${message}`)
    })
    expect([...new Set(problems)]).to.deep.equal([])
  })
})
