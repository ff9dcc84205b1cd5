import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Market, MarketStatus } from '../domain/market.ts'
import { stringifyAmounts, wholeNumber } from './amount-schema.ts'
import { makeDirectory } from './files.ts'
import { marketSchema } from './market-codec.ts'
import { readView, ViewDamaged, writeView } from './view-file.ts'

/** Names an index file holds on average. */
const NAMES_PER_SHARD = 256

/** Where a market's line lies among the markets, in bytes. */
interface Place {
  readonly offset: number
  readonly length: number
}

/** What can be asked of a market without reading it. */
export interface Listed extends Place {
  readonly id: string
  readonly status: MarketStatus
  /** Lower case. */
  readonly words: string
}

const shardSchema = v.record(v.string(), v.tuple([wholeNumber, wholeNumber]))
const listingSchema = v.array(
  v.object({
    id: v.string(),
    status: marketSchema.entries.status,
    words: v.string(),
    offset: wholeNumber,
    length: wholeNumber,
  }),
) satisfies v.GenericSchema<unknown, Listed[]>

export interface WrittenMarkets {
  readonly listing: readonly Listed[]
  readonly shards: number
}

/** Writes the markets of all pages into a new folder, page by page, with a listing and an index by name. */
export async function writeMarkets(folder: string, pages: AsyncIterable<readonly Market[]>): Promise<WrittenMarkets> {
  await makeDirectory(join(folder, 'index'))
  const listing: Listed[] = []
  const places = new Map<string, Place>()
  const handle = await open(marketsFile(folder), 'wx', 0o600)
  try {
    let offset = 0
    for await (const page of pages) {
      // Venues page by cursor over a moving list: the same market can come twice.
      const fresh = page.filter((market) => !places.has(market.id))
      const lines = fresh.map((market) => Buffer.from(`${stringifyAmounts(market)}\n`))
      for (const [index, market] of fresh.entries()) {
        const place = { offset, length: lines[index]?.length ?? 0 }
        listing.push({ id: market.id, status: market.status, words: wordsOf(market), ...place })
        for (const name of [market.id, ...market.aliases.map((alias) => `${market.venue}:${alias}`)]) {
          if (!places.has(name)) places.set(name, place)
        }
        offset += place.length
      }
      await handle.writeFile(Buffer.concat(lines))
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await writeView(listingFile(folder), listing)
  return { listing, shards: await writeIndex(folder, places) }
}

async function writeIndex(folder: string, places: ReadonlyMap<string, Place>): Promise<number> {
  const count = Math.max(1, Math.ceil(places.size / NAMES_PER_SHARD))
  const shards = Array.from({ length: count }, (): [string, [number, number]][] => [])
  for (const [name, { offset, length }] of places) shards[shardOf(name, count)]?.push([name, [offset, length]])
  for (const [shard, entries] of shards.entries()) {
    await writeView(shardFile(folder, shard), Object.fromEntries(entries))
  }
  return count
}

/** @throws ViewDamaged */
export async function readListing(folder: string): Promise<readonly Listed[]> {
  const listing = await readView(listingFile(folder), listingSchema)
  if (listing === null) throw new ViewDamaged(listingFile(folder), 'it is missing')
  return listing
}

/** One market by any of its names: reads one index file and the market itself. @throws ViewDamaged */
export async function findMarket(folder: string, shards: number, name: string): Promise<Market | null> {
  const file = shardFile(folder, shardOf(name, shards))
  const shard = await readView(file, shardSchema)
  if (shard === null) throw new ViewDamaged(file, 'it is missing')
  const place = Object.hasOwn(shard, name) ? shard[name] : undefined
  if (place === undefined) return null
  const [offset, length] = place
  const [market] = await readMarkets(folder, [{ offset, length }])
  return market ?? null
}

/** @throws ViewDamaged */
export async function readMarkets(folder: string, places: readonly Place[]): Promise<readonly Market[]> {
  const markets: Market[] = []
  if (places.length === 0) return markets
  const handle = await open(marketsFile(folder), 'r')
  try {
    for (const place of places) markets.push(await readMarket(folder, handle, place))
  } finally {
    await handle.close()
  }
  return markets
}

async function readMarket(folder: string, handle: FileHandle, { offset, length }: Place): Promise<Market> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), marketSchema), buffer.toString('utf8', 0, bytesRead))
  if (parsed.success) return parsed.output
  throw new ViewDamaged(marketsFile(folder), `the market at byte ${offset} cannot be read`)
}

function wordsOf({ id, title, category, yesLabel }: Market): string {
  return `${id} ${title} ${yesLabel} ${category ?? ''}`.toLowerCase()
}

function shardOf(name: string, shards: number): number {
  return createHash('sha256').update(name).digest().readUInt32BE(0) % shards
}

function marketsFile(folder: string): string {
  return join(folder, 'markets.jsonl')
}

function listingFile(folder: string): string {
  return join(folder, 'listing.json')
}

function shardFile(folder: string, shard: number): string {
  return join(folder, 'index', `${shard}.json`)
}
