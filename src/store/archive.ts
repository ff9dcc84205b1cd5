import { join } from 'node:path'
import * as v from 'valibot'
import { wholeNumber } from './amount-schema.ts'
import { ArchiveIndex, randomPart, SHARD_CHARACTERS, shardByBeginning, shardByHash } from './archive-index.ts'
import { makeDirectory, syncDirectory } from './files.ts'
import type { Departed } from './fold-state.ts'
import { readView, ViewDamaged, writeView } from './view-file.ts'

/** Entries a page: one order's page is read or written in a millisecond or two. */
const PAGE_SIZE = 128

/** An entry on its page: its number, its id, and its value each time it left the state, oldest first. */
const pageSchema = v.array(
  v.object({
    ordinal: wholeNumber,
    id: v.string(),
    versions: v.array(v.object({ seq: wholeNumber, value: v.unknown() })),
  }),
)
type Page = v.InferOutput<typeof pageSchema>
type Entry = Page[number]

export interface ArchiveOptions<T> {
  readonly directory: string
  /** Parses what JSON gave back. */
  readonly schema: v.GenericSchema<unknown, T>
  /** Other names by which an entry is looked up. */
  readonly references: (value: T) => readonly string[]
}

/**
 * Ended orders (or trades) on pages of neighbouring ones, with an index by reference. Nothing in it is ever replaced: each
 * departure is kept with its journal record's number. So writing the same departures twice, from several processes, in any
 * order, gives the same archive, and a fold that is behind can still see the past as it was.
 */
export class Archive<T> {
  private readonly ids: ArchiveIndex
  private readonly references: ArchiveIndex
  /** Not yet on the disk. */
  private fresh: Departed<T>[] = []
  private readonly freshById = new Map<string, Departed<T>[]>()

  constructor(private readonly options: ArchiveOptions<T>) {
    this.ids = new ArchiveIndex(join(options.directory, 'ids'), shardByBeginning)
    this.references = new ArchiveIndex(join(options.directory, 'references'), shardByHash)
  }

  /** Makes the empty archive. */
  async create(): Promise<void> {
    await makeDirectory(join(this.options.directory, 'pages'))
    await this.ids.create()
    await this.references.create()
  }

  get freshCount(): number {
    return this.fresh.length
  }

  put(departures: readonly Departed<T>[]): void {
    for (const departed of departures) {
      this.fresh.push(departed)
      const versions = this.freshById.get(departed.id)
      if (versions === undefined) this.freshById.set(departed.id, [departed])
      else versions.push(departed)
    }
  }

  /**
   * What a reference names, as of a journal record: the last departure up to `asOfSeq`. Null when there is none.
   * @throws ViewDamaged
   */
  async get(reference: string, asOfSeq: number): Promise<T | null> {
    const fresh = (this.freshById.get(reference) ?? this.freshUnder(reference)).findLast(({ seq }) => seq <= asOfSeq)
    if (fresh !== undefined) return fresh.value
    const ordinal = (await this.ids.find(reference)) ?? (await this.references.find(reference))
    if (ordinal === null) return null
    const entry = (await this.page(pageOf(ordinal))).find((each) => each.ordinal === ordinal)
    if (entry === undefined) throw new ViewDamaged(this.pageFile(pageOf(ordinal)), `entry ${ordinal} is missing`)
    return this.valueOf(entry, asOfSeq)
  }

  /** Whether an entry has this id. Quicker than `get`, which also looks for other names. @throws ViewDamaged */
  async holds(id: string): Promise<boolean> {
    return this.freshById.has(id) || (await this.ids.find(id)) !== null
  }

  /** Ids that begin with `prefix`; two at most, since two are too many. None for a prefix that nearly every id has. */
  async withPrefix(prefix: string): Promise<readonly string[]> {
    if (randomPart(prefix).length < SHARD_CHARACTERS) return []
    const found = new Set(await this.ids.withPrefix(prefix))
    for (const id of this.freshById.keys()) {
      if (found.size > 1) break
      if (id.startsWith(prefix)) found.add(id)
    }
    return [...found]
  }

  /** From the ordinal `newest` downwards, as of a journal record. Entries still open then are left out. */
  async *newestFirst(newest: number, asOfSeq: number): AsyncGenerator<{ ordinal: number; value: T }> {
    for (let page = pageOf(newest); page >= 0; page--) {
      const values = new Map<number, T>()
      for (const entry of await this.page(page)) {
        const value = this.valueOf(entry, asOfSeq)
        if (value !== null) values.set(entry.ordinal, value)
      }
      for (const { ordinal, seq, value } of this.fresh) {
        if (pageOf(ordinal) === page && seq <= asOfSeq) values.set(ordinal, value)
      }
      for (const ordinal of [...values.keys()].sort((a, b) => b - a)) {
        const value = values.get(ordinal)
        if (value !== undefined && ordinal <= newest) yield { ordinal, value }
      }
    }
  }

  /** Writes what is fresh. Call it under the lock of the views. */
  async flush(): Promise<void> {
    if (this.fresh.length === 0) return
    const byPage = new Map<number, Departed<T>[]>()
    for (const departed of this.fresh) {
      const page = pageOf(departed.ordinal)
      byPage.set(page, [...(byPage.get(page) ?? []), departed])
    }
    for (const [page, departures] of byPage) {
      await writeView(this.pageFile(page), mergePage(await this.page(page), departures))
    }
    syncDirectory(join(this.options.directory, 'pages'))
    // After the pages: the index names only what is there.
    await this.ids.add(new Map(this.fresh.map(({ id, ordinal }) => [id, ordinal])))
    await this.references.add(new Map(this.fresh.flatMap((departed) => this.referencesOf(departed))))
    this.forgetFresh()
  }

  /** For departures that another process has written already. */
  forgetFresh(): void {
    this.fresh = []
    this.freshById.clear()
  }

  private referencesOf({ ordinal, value }: Departed<T>): readonly (readonly [string, number])[] {
    return this.options.references(value).map((reference) => [reference, ordinal] as const)
  }

  private freshUnder(reference: string): readonly Departed<T>[] {
    return this.fresh.filter(({ value }) => this.options.references(value).includes(reference))
  }

  private pageFile(page: number): string {
    return join(this.options.directory, 'pages', `${String(page).padStart(8, '0')}.json`)
  }

  private async page(page: number): Promise<Page> {
    return (await readView(this.pageFile(page), pageSchema)) ?? []
  }

  private valueOf(entry: Entry, asOfSeq: number): T | null {
    const version = entry.versions.findLast(({ seq }) => seq <= asOfSeq)
    if (version === undefined) return null
    const parsed = v.safeParse(this.options.schema, version.value)
    if (parsed.success) return parsed.output
    throw new ViewDamaged(this.pageFile(pageOf(entry.ordinal)), `entry ${entry.ordinal} cannot be read`)
  }
}

function pageOf(ordinal: number): number {
  return Math.floor(ordinal / PAGE_SIZE)
}

function mergePage(page: Page, departures: readonly Departed<unknown>[]): Page {
  const entries = new Map(page.map((entry) => [entry.ordinal, entry]))
  for (const { ordinal, id, seq, value } of departures) {
    const versions = (entries.get(ordinal)?.versions ?? []).filter((version) => version.seq !== seq)
    versions.push({ seq, value })
    versions.sort((a, b) => a.seq - b.seq)
    entries.set(ordinal, { ordinal, id, versions })
  }
  return [...entries.values()].sort((a, b) => a.ordinal - b.ordinal)
}
