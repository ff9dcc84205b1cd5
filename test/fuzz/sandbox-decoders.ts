import { exampleMarket, examplePair } from '../../src/cli/sandbox/example-markets.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { createCatalogue } from '../../src/sandbox/catalogue/catalogue.ts'
import { controlPrefix, createControlFace } from '../../src/sandbox/control.ts'
import type { Face, FaceReply } from '../../src/sandbox/face.ts'
import { Host } from '../../src/sandbox/host.ts'
import { readWish } from '../../src/sandbox/inject/wish.ts'
import { encodeJson } from '../../src/sandbox/json.ts'
import { parseBody } from '../../src/sandbox/json-body.ts'
import { readBody } from '../../src/sandbox/kalshi/body.ts'
import { readCommand } from '../../src/sandbox/kalshi/socket-commands.ts'
import { parseOrderBody } from '../../src/sandbox/polymarket/order-body.ts'
import { decodeEntry } from '../../src/sandbox/saved/saved.ts'
import { memoryStore, type StateStore } from '../../src/sandbox/state-files.ts'
import { aTimeMs } from '../support/builders.ts'
import type { Decoder } from './decoders.ts'
import { sandboxFiles } from './sandbox-files.ts'

const at = (path: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `sandbox/${path}#${name}`)

/** What a host is told it writes down, and must be able to read again: else it would never start again. */
const strictStore: StateStore = { ...memoryStore, append: (entry) => void decodeEntry(encodeJson(entry)) }

function freshHost(): Host {
  return new Host({ store: strictStore, clock: new VirtualClock(aTimeMs), createCatalogue, freshSeed: () => 'fuzz' })
}

/** Requests after which the exchange begins anew: what they leave behind would make the last ones slow. */
const RENEWED_AFTER = 100

/** A request of the control interface: it is done, or refused with 400, and nothing is thrown. */
function control(path: string, covers: readonly string[], seeds: readonly string[]): Decoder {
  let face: Face | null = null
  let requests = 0
  return {
    name: `sandbox.control.${path}`,
    covers,
    seeds: () => seeds,
    oracle: { kind: 'none' },
    read: async (body) => {
      if (face === null || requests++ % RENEWED_AFTER === 0) {
        const host = freshHost()
        face = createControlFace({ host: () => host, reset: () => undefined, instance: 'fuzz' })
      }
      const request = {
        method: 'POST',
        path: `${controlPrefix}/${path}`,
        query: new URLSearchParams(),
        headers: {},
        body,
      }
      return doneOf(await face.handle(request))
    },
  }
}

function doneOf({ status, body }: FaceReply): string | undefined {
  if (status === 200) return body ?? ''
  if (status === 400) return undefined
  throw new Error(`answered ${status}`)
}

const aKalshiEvent =
  '{"venue":"kalshi","ticker":"KXRAIN-27JAN","series":{"ticker":"KXRAIN","title":"Rain","frequency":"monthly"},"title":"Rain in January?","category":"Weather","exclusive":false,"shard":0,"grid":"linear_cent","feeType":"quadratic","feeMultiplier":"1","secondary":"Measured.","sources":[{"name":"The office","url":"https://example.com"}],"life":{"open":"2026-12-01T00:00:00Z","close":"2027-02-01T00:00:00Z","determine":"2027-02-01T06:00:00Z","settle":"2027-02-02T00:00:00Z"},"markets":[{"key":"T5","title":"More than 5 inches?","label":"Above 5","claim":"more than 5 inches fall","chance":4000,"strike":{"type":"greater","floor":"5"}}]}'
const aPolymarketEvent =
  '{"venue":"polymarket","slug":"rain-in-january","title":"Rain in January?","category":"Weather","negRisk":false,"tick":"0.01","protocol":"v1","fees":"weather","tags":["Weather"],"life":{"close":"2027-02-01T00:00:00Z"},"end":"2027-01-31T00:00:00Z","markets":[{"key":"rain","title":"More than 5 inches?","label":"5+","chance":4000,"outcomes":["Yes","No"],"rules":"Yes if more than 5 inches fall."}]}'
const aPolymarketOrder = `{"order":{"salt":1,"maker":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","signer":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","tokenId":"7","makerAmount":"6000000","takerAmount":"12000000","side":"BUY","signatureType":0,"timestamp":"1793000000000","metadata":"0x0000000000000000000000000000000000000000000000000000000000000000","builder":"0x0000000000000000000000000000000000000000000000000000000000000000","expiration":"0","signature":"0x${'ab'.repeat(65)}"},"owner":"k","orderType":"GTC","postOnly":false}`

const asked: readonly Decoder[] = [
  control('clock', [], ['{"advanceMs":60000}']),
  control(
    'books',
    [],
    [
      `{"market":"${exampleMarket.kalshi}","bids":[["0.44","30"],["0.43","7.5"]],"asks":[["0.46","30"]]}`,
      `{"market":"${exampleMarket.polymarket}","bids":[["0.31","10.25"]],"asks":[]}`,
    ],
  ),
  control(
    'markets',
    [],
    [
      `{"market":"${exampleMarket.kalshi}","status":"closed","result":"0.5","yesLabel":"a","rules":"b"}`,
      `{"market":"${exampleMarket.kalshi}","priceLevelStructure":"linear_cent","closeMs":1795000000000}`,
    ],
  ),
  control('listings', at('listing/read-entry.ts', 'readEntry'), [aKalshiEvent, aPolymarketEvent]),
  control(
    'cash',
    [],
    ['{"venue":"kalshi","pool":"0","amount":"12.34"}', '{"venue":"polymarket","pool":"pusd","amount":null}'],
  ),
  control('exchange', [], ['{"tradingActive":false,"exchangeActive":true}']),
  control('fees', at('control-fee-input.ts', 'readFeeInput'), [
    '{"series":"KXHOUSE","type":"quadratic","multiplier":"0.5","afterMs":1000,"secret":false}',
    `{"waive":"${exampleMarket.kalshi}","forMs":60000}`,
    `{"market":"${exampleMarket.polymarket}","rate":"0.05"}`,
    '{"balanceStep":"0.01"}',
  ]),
  control(
    'polymarket',
    [],
    [
      '{"trading":"cancel_only","restart":true,"balanceLagMs":500,"cash":"12.5"}',
      '{"approve":{"asset":"collateral","exchange":"v2","amount":"5"}}',
      `{"tick":{"market":"${exampleMarket.polymarket}","size":"0.01"}}`,
    ],
  ),
  control('wallets', [], ['{"signatureType":2,"funder":"0x70997970C51812dc3A010C7d01b50e0d17dc79C8","cash":"100"}']),

  control('faults', at('fault-schema.ts', 'parseFaultRule'), [
    '{"venue":"kalshi","endpoint":"place_order","times":1,"skip":2,"percent":50,"fault":"status","status":503,"executed":true}',
    '{"venue":"polymarket","fault":"delay","ms":500}',
    '{"fault":"answer_form","form":"bare"}',
  ]),
]

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const jsonHeaders = { 'content-type': 'application/json' }

const sent: readonly Decoder[] = [
  {
    name: 'sandbox.injection',
    covers: at('inject/wish.ts', 'readWish'),
    seeds: () => [
      `{"markets":["${examplePair.first}","${examplePair.second}"],"polarity":"same","edge":"0.05","size":"20","forMs":100,"on":"order","effects":["vanish:kalshi","thin:polymarket:4"]}`,
    ],
    oracle: { kind: 'none' },
    read: (text) => {
      const body = isJson(text) ? JSON.parse(text) : null
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined
      const read = readWish(body)
      return read.kind === 'wrong' ? undefined : read
    },
  },
  {
    name: 'sandbox.kalshi.body',
    covers: at('kalshi/body.ts', 'readBody'),
    seeds: () => ['{"ticker":"KXA","side":"bid","count":"10.00","price":"0.4500","client_order_id":"c"}'],
    oracle: { kind: 'none' },
    read: (body) => {
      const read = readBody({ method: 'POST', path: '/', query: new URLSearchParams(), headers: jsonHeaders, body })
      return read.kind === 'refused' ? undefined : read
    },
  },
  {
    name: 'sandbox.kalshi.command',
    covers: at('kalshi/socket-commands.ts', 'readCommand'),
    seeds: () => [
      '{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta","fill"],"market_tickers":["KXA","KXB"]}}',
      '{"id":2,"cmd":"update_subscription","params":{"sids":[1],"action":"add_markets","market_tickers":["KXC"]}}',
      '{"id":3,"cmd":"unsubscribe","params":{"sids":[1,2]}}',
    ],
    oracle: { kind: 'none' },
    read: (text) => {
      const { command } = readCommand(text)
      return command.kind === 'error' ? undefined : command
    },
  },
  {
    name: 'sandbox.polymarket.order',
    covers: [...at('polymarket/order-body.ts', 'parseOrderBody'), ...at('json-body.ts', 'parseBody')],
    seeds: () => [aPolymarketOrder],
    // Amounts are whole units there.
    oracle: { kind: 'paths', places: 0 },
    read: (text) => {
      const order = parseOrderBody(parseBody(text))
      return 'refused' in order ? undefined : order
    },
  },
]

export const sandboxDecoders: readonly Decoder[] = [...asked, ...sent, ...sandboxFiles]
