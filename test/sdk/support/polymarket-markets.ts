import type { Clob } from './polymarket-sdk.ts'
import type { Levels, ServedSandbox } from './program.ts'
import { at, listAt, numberAt, textAt } from './read.ts'

const END = 'LTE='

/** All rows of a list of the order service, page by page until its end cursor. */
export async function allPages(list: (cursor: string | undefined) => Promise<unknown>): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  let cursor: string | undefined
  while (cursor !== END) {
    const page = await list(cursor)
    rows.push(...listAt(page, 'data'))
    cursor = textAt(page, 'next_cursor')
  }
  return rows
}

export interface ClobMarket {
  readonly conditionId: string
  readonly slug: string
  readonly yes: string
  readonly no: string
  readonly tickSize: string
  readonly negRisk: boolean
  /** Order version that the SDK must be told: 3 for position ids. */
  readonly version: 2 | 3
}

export interface MarketWish {
  readonly tick?: string
  readonly negRisk?: boolean
  readonly version?: 2 | 3
}

const MONTH_MS = 30 * 86_400_000

/** The first open market of these properties that has no delay and does not end within a month. */
export async function findMarket(clob: Clob, wish: MarketWish = {}): Promise<ClobMarket> {
  const { tick = '0.01', negRisk = false, version = 2 } = wish
  const rows = await allPages((cursor) => clob.getSamplingMarkets(cursor))
  const found = rows
    .filter((row) => numberAt(row, 'seconds_delay') === 0)
    .filter((row) => Date.parse(textAt(row, 'end_date_iso')) > Date.now() + MONTH_MS)
    .map(asMarket)
    .find((market) => market.tickSize === tick && market.negRisk === negRisk && market.version === version)
  if (found === undefined) throw new Error(`the sandbox has no market like ${JSON.stringify(wish)}`)
  return found
}

function asMarket(row: unknown): ClobMarket {
  const yes = textAt(row, 'tokens.0.token_id')
  return {
    conditionId: textAt(row, 'condition_id'),
    slug: textAt(row, 'market_slug'),
    yes,
    no: textAt(row, 'tokens.1.token_id'),
    tickSize: String(numberAt(row, 'minimum_tick_size')),
    negRisk: at(row, 'neg_risk') === true,
    version: isPositionId(BigInt(yes)) ? 3 : 2,
  }
}

/** Bits 40 to 103 of a position id are zero; of a token id, which is a hash, they are not. */
function isPositionId(id: bigint): boolean {
  return ((id >> 40n) & ((1n << 64n) - 1n)) === 0n
}

export async function setBook(sandbox: ServedSandbox, market: ClobMarket, bids: Levels, asks: Levels): Promise<void> {
  await sandbox.setBook(`polymarket:${market.slug}`, bids, asks)
}

/**
 * Waits for an order that may match: the SDK then polls for the settlement, which takes the venue seconds. The sandbox's
 * clock is moved on meanwhile.
 */
export async function settling<Value>(sandbox: ServedSandbox, posted: Promise<Value>): Promise<Value> {
  let open = true
  const done = posted.finally(() => {
    open = false
  })
  while (open) {
    await Promise.race([done.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 200))])
    if (open) await sandbox.advance(3_000)
  }
  return done
}
