import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { ToolkitError } from '../domain/errors.ts'
import type { Market, MarketId, MarketStatus, VenueId } from '../domain/market.ts'
import { parseMarketId, venueIds } from '../domain/market.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import { wholeNumber } from './amount-schema.ts'
import { findMarket, readListing, readMarkets, writeMarkets } from './catalogue-files.ts'
import { viewsDirectory } from './directories.ts'
import { isMissing, makeDirectory, storageError } from './files.ts'
import { withLock } from './lock.ts'
import { readView, ViewDamaged, writeView } from './view-file.ts'

export interface CatalogueOptions {
  readonly dataDir: string
  readonly environment: string
  readonly clock: Clock
}

export interface MarketFilter {
  readonly venue?: VenueId
  readonly status?: MarketStatus
  /** Words that title, id or category must all hold, in any case. */
  readonly text?: string
  readonly limit: number
}

/** What one sync brought. */
export interface VenueReplacement {
  readonly count: number
  readonly added: number
  readonly removed: number
}

/** The markets of both venues as of their last sync. */
export interface Catalogue {
  /** Replaces a venue's markets when all pages have come; when one fails, the earlier catalogue stands. */
  replaceVenue(venue: VenueId, pages: AsyncIterable<readonly Market[]>): Promise<VenueReplacement>
  /** In the venues' own order. */
  list(filter: MarketFilter): Promise<readonly Market[]>
  /** By id, or by the venue and an alias such as a condition id. Reads one small file however many markets there are. */
  find(id: MarketId): Promise<Market | null>
  /** RFC 3339, or null when the venue was never synced. */
  syncedAt(venue: VenueId): Promise<string | null>
}

/** Opens the catalogue of an environment. Reads and makes nothing yet. */
export function openCatalogue({ dataDir, environment, clock }: CatalogueOptions): Catalogue {
  const directory = join(viewsDirectory(dataDir, environment), 'markets')
  return {
    replaceVenue: (venue, pages) => replaceVenue(directory, venue, pages, () => isoTime(clock.nowMs())),
    list: (filter) => list(directory, filter),
    find: (id) => find(directory, id),
    syncedAt: async (venue) => (await readManifest(directory, venue))?.syncedAt ?? null,
  }
}

const FORMAT = 2

const manifestSchema = v.object({
  format: v.literal(FORMAT),
  /** The folder that holds the markets: each sync makes a new one. */
  generation: wholeNumber,
  shards: wholeNumber,
  count: wholeNumber,
  syncedAt: v.string(),
})
type Manifest = v.InferOutput<typeof manifestSchema>

function manifestFile(directory: string, venue: VenueId): string {
  return join(directory, `${venue}.json`)
}

function generationFolder(directory: string, venue: VenueId, generation: number): string {
  return join(directory, `${venue}-${generation}`)
}

/** A manifest of another format, or one that cannot be read, is none: a sync makes it anew. */
async function readManifest(directory: string, venue: VenueId): Promise<Manifest | null> {
  try {
    return await readView(manifestFile(directory, venue), manifestSchema)
  } catch (error) {
    if (error instanceof ViewDamaged) return null
    throw error
  }
}

async function replaceVenue(
  directory: string,
  venue: VenueId,
  pages: AsyncIterable<readonly Market[]>,
  now: () => string,
): Promise<VenueReplacement> {
  await makeDirectory(directory)
  // Held for the whole sync: a second one waits for its turn or says that this one is under way.
  return withLock(join(directory, `${venue}.lock`), async () => {
    const before = await readManifest(directory, venue)
    const generations = await generationsOf(directory, venue)
    const generation = Math.max(0, ...generations) + 1
    const folder = generationFolder(directory, venue, generation)
    try {
      const known = await knownIds(directory, venue, before)
      const { listing, shards } = await writeMarkets(folder, pages)
      const manifest: Manifest = { format: FORMAT, generation, shards, count: listing.length, syncedAt: now() }
      await writeView(manifestFile(directory, venue), manifest)
      for (const old of generations) await removeGeneration(directory, venue, old)
      return differenceOf(known, listing)
    } catch (error) {
      await removeGeneration(directory, venue, generation)
      throw storageError(error, folder)
    }
  })
}

async function knownIds(directory: string, venue: VenueId, manifest: Manifest | null): Promise<ReadonlySet<string>> {
  if (manifest === null) return new Set()
  try {
    const listing = await readListing(generationFolder(directory, venue, manifest.generation))
    return new Set(listing.map(({ id }) => id))
  } catch (error) {
    // What is damaged is about to be replaced.
    if (error instanceof ViewDamaged) return new Set()
    throw error
  }
}

function differenceOf(before: ReadonlySet<string>, listing: readonly { readonly id: string }[]): VenueReplacement {
  const added = listing.filter(({ id }) => !before.has(id)).length
  return { count: listing.length, added, removed: before.size - (listing.length - added) }
}

async function generationsOf(directory: string, venue: VenueId): Promise<readonly number[]> {
  const pattern = new RegExp(`^${venue}-(\\d{1,9})$`)
  return (await readdir(directory)).flatMap((name) => {
    const number = pattern.exec(name)?.[1]
    return number === undefined ? [] : [Number(number)]
  })
}

function removeGeneration(directory: string, venue: VenueId, generation: number): Promise<void> {
  return rm(generationFolder(directory, venue, generation), { recursive: true, force: true })
}

async function list(directory: string, filter: MarketFilter): Promise<readonly Market[]> {
  const markets: Market[] = []
  for (const venue of filter.venue === undefined ? venueIds : [filter.venue]) {
    const more = await reading(directory, venue, async (folder) => {
      const listing = (await readListing(folder)).filter((listed) => isWanted(listed, filter))
      return readMarkets(folder, listing.slice(0, filter.limit - markets.length))
    })
    markets.push(...(more ?? []))
  }
  return markets
}

function isWanted(listed: { readonly status: MarketStatus; readonly words: string }, filter: MarketFilter): boolean {
  if (filter.status !== undefined && listed.status !== filter.status) return false
  const wanted = (filter.text ?? '').toLowerCase().split(/\s+/)
  return wanted.every((word) => listed.words.includes(word))
}

async function find(directory: string, id: MarketId): Promise<Market | null> {
  const parsed = parseMarketId(id)
  if (parsed === null) return null
  return reading(directory, parsed.venue, (folder, { shards }) => findMarket(folder, shards, id))
}

/** Reads from a venue's current folder; once more when a sync has just replaced it. Null before the first sync. */
async function reading<T>(
  directory: string,
  venue: VenueId,
  read: (folder: string, manifest: Manifest) => Promise<T>,
): Promise<T | null> {
  for (let attempt = 1; ; attempt++) {
    const manifest = await readManifest(directory, venue)
    if (manifest === null) return null
    try {
      return await read(generationFolder(directory, venue, manifest.generation), manifest)
    } catch (error) {
      const gone = error instanceof ViewDamaged || isMissing(error)
      if (!gone) throw error
      if (attempt > 1) throw damagedCatalogue(venue, error)
    }
  }
}

function damagedCatalogue(venue: VenueId, cause: unknown): ToolkitError {
  return new ToolkitError({
    code: 'CATALOGUE_DAMAGED',
    category: 'usage',
    message: `The local list of ${venue} markets cannot be read. Nothing was sent.`,
    facts: { venue },
    suggestions: [`crosstape markets sync --venue ${venue}`],
    cause,
  })
}
