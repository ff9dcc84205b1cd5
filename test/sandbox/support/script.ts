import {
  type Money,
  PAR,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseQuotedPrice,
  parseRate,
} from '../../../src/domain/amounts.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { seededIds } from '../../../src/runtime/ids.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { kalshiLadder } from '../../../src/sandbox/catalogue/grids.ts'
import type { Command } from '../../../src/sandbox/commands.ts'
import { Host, kalshiAccount, polymarketAccount } from '../../../src/sandbox/host.ts'
import { readEntry } from '../../../src/sandbox/listing/read-entry.ts'
import type { StateStore } from '../../../src/sandbox/state-files.ts'
import { kalshiEntry, polymarketEntry } from './entries.ts'
import { placeCommand } from './exchange.ts'
import { originMs, smallCatalogue } from './small-catalogue.ts'

const [market, account] = ['kalshi:KXA', kalshiAccount] as const
const wallet = { account: polymarketAccount, market: 'polymarket:p', selfTrade: 'allow' } as const
/** Ids are drawn from the seed: that of the first group. */
const groupId = seededIds(seededRandom('script/group/1')).uuid()
const [five, four, dollars] = [parseQuantity('5'), parseQuantity('4'), parseMoney('12.34')]

/** A host of the markets that the script trades in. */
export function scriptHost(store: StateStore): Host {
  return new Host({
    store,
    clock: new VirtualClock(originMs),
    freshSeed: () => 'script',
    createCatalogue: () =>
      smallCatalogue([
        { venue: 'kalshi', symbol: 'KXA', levels: 2 },
        { venue: 'polymarket', symbol: 'p', levels: 2 },
      ]),
  })
}

function listing(body: Record<string, unknown>): Command {
  const read = readEntry(body, originMs)
  if (read.kind === 'wrong') throw new Error(read.message)
  return { kind: 'list_event', entry: read.entry }
}

// `$` is how files mark exact numbers: here it is a name like any other.
const customMarket = { key: 'T', title: 'A', claim: 'a', strike: { type: 'custom', custom: { $: '7' } } }

/** Every kind of command, in an order in which each has an effect. The last one closes the Kalshi market. */
export const script: readonly Command[] = [
  { kind: 'open_account', account, venue: 'kalshi', unlimited: false, cash: { '0': parseMoney('1000') } },
  { kind: 'open_account', account: wallet.account, venue: 'polymarket', unlimited: false, cash: { pusd: dollars } },
  { kind: 'set_cash', account, pool: '3', amount: -dollars as Money },
  { kind: 'set_cash', account, pool: '3', amount: null },
  { kind: 'order_group', account, action: { kind: 'create', pool: '0', limit: five } },
  { kind: 'order_group', account, action: { kind: 'reset', groupId } },
  placeCommand({ account, market, price: '0.30', quantity: '5', orderId: 'k-1', clientOrderId: 'a' }),
  placeCommand({ account, market, price: '0.90', quantity: '5', orderId: 'k-2', timeInForce: 'ioc' }),
  placeCommand({ account, market, price: '0.10', quantity: '5', orderId: 'k-3', expiresAtMs: originMs + 60_000 }),
  { kind: 'decrease', account, orderId: 'k-3', change: { kind: 'by', quantity: parseQuantity('1') } },
  {
    kind: 'amend',
    ...{ account, orderId: 'k-3', market, side: 'buy', ownPrice: parsePrice('0.20'), total: four },
    ...{ clientOrderId: 'b', expiry: { kind: 'set', atMs: originMs + 90_000 } },
  },
  { kind: 'transfer', account, clientId: 't', from: '0', to: '1', amount: dollars, delayMs: 1_000 },
  { kind: 'cancel_all', account, market, outcome: 'no', tailMs: 60_000 },
  placeCommand({ account, market, price: '0.15', quantity: '5', orderId: 'k-4', groupId }),
  placeCommand({ ...wallet, price: '0.90', budget: '2', orderId: '0xa1', timeInForce: 'fok', doomed: true }),
  placeCommand({ ...wallet, price: '0.30', quantity: '10', orderId: '0xa2', delayMs: 3_000 }),
  placeCommand({ ...wallet, price: '0.30', quantity: '10', orderId: '0xa3', retried: true }),
  { kind: 'cancel', account: wallet.account, orderId: '0xa3', reason: 'uncovered' },
  listing(kalshiEntry({ markets: [customMarket] })),
  listing(polymarketEntry()),
  {
    kind: 'set_fees',
    change: {
      ...{ scope: 'event', ticker: 'KXA-EVENT', type: null, multiplier: parseRate('0.5') },
      ...{ atMs: originMs + 5, secret: true },
    },
  },
  { kind: 'set_fee_waiver', market, untilMs: originMs + 60_000 },
  { kind: 'set_market_rate', market: wallet.market, rate: parseRate('0') },
  { kind: 'set_balance_step', account, step: parseMoney('0.01') },
  { kind: 'set_book', market, bids: [{ price: parsePrice('0.4'), quantity: five }], asks: [] },
  {
    kind: 'set_market',
    market,
    schedule: { closeMs: originMs + 60_000, settleMs: null, yesPayout: PAR, paused: false },
    grid: { name: 'tapered_deci_cent', ladder: kalshiLadder('tapered_deci_cent') },
    texts: { rules: 'Counted twice.' },
  },
  {
    kind: 'set_market',
    market,
    schedule: { determineMs: originMs + 61_000, settleMs: originMs + 62_000, yesPayout: parseQuotedPrice('0.37') },
  },
]
