import { createHash } from 'node:crypto'
import { join } from 'node:path'
import * as v from 'valibot'
import { wholeNumber } from './amount-schema.ts'
import { makeDirectory, syncDirectory } from './files.ts'
import { readView, ViewDamaged, writeView } from './view-file.ts'

const SHARDS = 256
const AT_ONCE = 16
/** References that wait in one file before they are spread over the shards: spreading rewrites every shard. */
const RECENT_MAX = 2_048

/** Which ordinal a reference names. */
const referencesSchema = v.record(v.string(), wholeNumber)
type References = v.InferOutput<typeof referencesSchema>

const recentSchema = v.object({
  /** Whether the shards exist, so that a missing one is noticed. */
  spread: v.boolean(),
  references: referencesSchema,
})
type Recent = v.InferOutput<typeof recentSchema>

/** Which archive entry a reference names, in small files however many entries there are. */
export class ArchiveIndex {
  /** The recent file as this process last saw it. What others add later, this process folds and adds itself. */
  private recent: Recent | null = null

  constructor(
    private readonly directory: string,
    private readonly shardOf: (reference: string) => number,
  ) {}

  async create(): Promise<void> {
    await makeDirectory(this.directory)
    await writeView(this.recentFile(), { spread: false, references: {} } satisfies Recent)
  }

  /** @throws ViewDamaged */
  async find(reference: string): Promise<number | null> {
    this.recent ??= await this.readRecent()
    const recent = own(this.recent.references, reference)
    if (recent !== null || !this.recent.spread) return recent
    return own(await this.readShard(this.shardOf(reference)), reference)
  }

  /** References that begin with `prefix`, as far as they share its shard; two at most, since two are too many. */
  async withPrefix(prefix: string): Promise<readonly string[]> {
    this.recent ??= await this.readRecent()
    const shard = this.recent.spread ? await this.readShard(this.shardOf(prefix)) : {}
    const all = [...Object.keys(this.recent.references), ...Object.keys(shard)]
    return [...new Set(all.filter((reference) => reference.startsWith(prefix)))].slice(0, 2)
  }

  /** Call it under the lock of the views. */
  async add(added: ReadonlyMap<string, number>): Promise<void> {
    const onDisk = await this.readRecent()
    const references = { ...onDisk.references, ...this.recent?.references, ...Object.fromEntries(added) }
    const full = Object.keys(references).length > RECENT_MAX
    if (full) await this.spread(references)
    this.recent = full ? { spread: true, references: {} } : { spread: onDisk.spread, references }
    await writeView(this.recentFile(), this.recent)
    // A checkpoint is about to rely on it: after a power cut an older index in its place would hide what it leaves out.
    syncDirectory(this.directory)
  }

  /** Merging twice changes nothing, so a crash half way needs no repair: the recent file still has everything. */
  private async spread(references: References): Promise<void> {
    const shards = Array.from({ length: SHARDS }, (): [string, number][] => [])
    for (const entry of Object.entries(references)) shards[this.shardOf(entry[0])]?.push(entry)
    // Several at a time: the disk makes neighbouring writes durable together.
    for (let from = 0; from < SHARDS; from += AT_ONCE) {
      const some = shards.slice(from, from + AT_ONCE)
      await Promise.all(some.map((entries, index) => this.extendShard(from + index, entries)))
    }
    // Before the recent file says that the shards have everything.
    syncDirectory(this.directory)
  }

  private async extendShard(shard: number, entries: readonly [string, number][]): Promise<void> {
    const before = await readView(this.shardFile(shard), referencesSchema)
    await writeView(this.shardFile(shard), { ...before, ...Object.fromEntries(entries) })
  }

  private async readRecent(): Promise<Recent> {
    const recent = await readView(this.recentFile(), recentSchema)
    if (recent === null) throw new ViewDamaged(this.recentFile(), 'it is missing')
    return recent
  }

  private async readShard(shard: number): Promise<References> {
    const references = await readView(this.shardFile(shard), referencesSchema)
    if (references === null) throw new ViewDamaged(this.shardFile(shard), 'it is missing')
    return references
  }

  private recentFile(): string {
    return join(this.directory, 'recent.json')
  }

  private shardFile(shard: number): string {
    return join(this.directory, `${shard.toString(16).padStart(2, '0')}.json`)
  }
}

/** Characters of an id's random part that choose its shard: a prefix must have as many to be found there. */
export const SHARD_CHARACTERS = 2

/** The part of `o-3f2a9c41` after the dash. */
export function randomPart(id: string): string {
  return id.slice(id.indexOf('-') + 1)
}

/** By the beginning of the random part, so that all ids with one prefix share a shard. */
export function shardByBeginning(id: string): number {
  const beginning = randomPart(id).slice(0, SHARD_CHARACTERS)
  return /^[0-9a-f]{2}$/.test(beginning) ? Number.parseInt(beginning, 16) : shardByHash(beginning)
}

export function shardByHash(reference: string): number {
  return createHash('sha256').update(reference).digest().readUInt8(0)
}

function own(references: References, reference: string): number | null {
  return Object.hasOwn(references, reference) ? (references[reference] ?? null) : null
}
