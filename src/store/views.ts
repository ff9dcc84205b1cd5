import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { systemClock } from '../runtime/clock.ts'
import { reached } from '../runtime/milestones.ts'
import { wholeNumber } from './amount-schema.ts'
import { Archive } from './archive.ts'
import { isMissing, makeDirectory, systemCode } from './files.ts'
import type { FoldState, TrackedOrder, TrackedTrade } from './fold-state.ts'
import { withLock } from './lock.ts'
import { type JournalPosition, segmentFile } from './segments.ts'
import { stateSchema, storeState, trackedOrderSchema, trackedTradeSchema } from './state-codec.ts'
import { readView, ViewDamaged, writeView } from './view-file.ts'

/** Raised whenever the fold or the shape of a view changes: older views are then made anew from the journal. */
const VIEW_FORMAT = 8

const positionSchema = v.object({
  seq: wholeNumber,
  segment: wholeNumber,
  offset: wholeNumber,
  lineStart: wholeNumber,
  line: wholeNumber,
  hash: v.string(),
}) satisfies v.GenericSchema<unknown, JournalPosition>

const formatSchema = v.looseObject({ format: wholeNumber })

const checkpointSchema = v.object({
  format: v.literal(VIEW_FORMAT),
  position: positionSchema,
  /** The number of the archive that belongs to it. */
  archive: wholeNumber,
  state: stateSchema,
})

/** The state of the ledger at a place in the journal. */
export type Checkpoint = v.InferOutput<typeof checkpointSchema>

/** What has left the state, on the disk. A rebuild makes a new one and leaves the old alone until it is done. */
export interface Archives {
  readonly number: number
  readonly orders: Archive<TrackedOrder>
  readonly trades: Archive<TrackedTrade>
}

function liveFile(directory: string): string {
  return join(directory, 'live.json')
}

function archiveDirectory(directory: string, number: number): string {
  return join(directory, `archive-${number}`)
}

/** Null when there is none. @throws ViewDamaged */
export async function readCheckpoint(directory: string): Promise<Checkpoint | null> {
  const file = liveFile(directory)
  const found = await readView(file, formatSchema)
  if (found === null) return null
  if (found.format !== VIEW_FORMAT) {
    throw new ViewDamaged(file, `it has format ${found.format}, and this version writes format ${VIEW_FORMAT}`)
  }
  const parsed = v.safeParse(checkpointSchema, found)
  if (!parsed.success) throw new ViewDamaged(file, parsed.issues[0].message)
  const checkpoint = parsed.output
  if (checkpoint.state.seq !== checkpoint.position.seq) throw new ViewDamaged(file, 'its state is of another record')
  if (!(await exists(archiveDirectory(directory, checkpoint.archive))))
    throw new ViewDamaged(file, 'its archive is gone')
  return checkpoint
}

/** Whether the journal has, at the checkpoint's place, the very line that the checkpoint ends with. */
export async function matchesJournal(journalDirectory: string, { position }: Checkpoint): Promise<boolean> {
  const length = position.offset - position.lineStart
  if (length <= 0) return false
  const handle = await open(segmentFile(journalDirectory, position.segment), 'r').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (handle === null) return false
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position.lineStart)
    const line = buffer.toString('latin1', 0, bytesRead)
    const record = position.seq === 0 ? '{"format":' : `{"seq":${position.seq},`
    return bytesRead === length && line.startsWith(`${position.hash} ${record}`) && line.endsWith('\n')
  } finally {
    await handle.close()
  }
}

export function openArchives(directory: string, number: number): Archives {
  const folder = archiveDirectory(directory, number)
  return {
    number,
    orders: new Archive<TrackedOrder>({
      directory: join(folder, 'orders'),
      schema: trackedOrderSchema,
      references: ({ order }) =>
        order.venueOrderId === null ? [order.intent.clientOrderId] : [order.intent.clientOrderId, order.venueOrderId],
    }),
    trades: new Archive<TrackedTrade>({
      directory: join(folder, 'trades'),
      schema: trackedTradeSchema,
      references: () => [],
    }),
  }
}

/** Empty archives with a number that nobody else has, above `above`: a checkpoint may still name an archive that is gone. */
export async function createArchives(directory: string, above: number): Promise<Archives> {
  await makeDirectory(directory)
  const numbers = await archiveNumbers(directory)
  for (let number = Math.max(above, ...numbers) + 1; ; number++) {
    try {
      await mkdir(archiveDirectory(directory, number), { mode: 0o700 })
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue
      throw error
    }
    const archives = openArchives(directory, number)
    await archives.orders.create()
    await archives.trades.create()
    return archives
  }
}

/** Removes a checkpoint that cannot be used, so that it does not stand in the way of the next one. */
export async function discardCheckpoint(directory: string): Promise<void> {
  await withLock(join(directory, 'lock'), () => rm(liveFile(directory), { force: true, recursive: true }))
}

/** Removes an archive that cannot be trusted, and so the checkpoint that names it: the next save writes another. */
export async function removeArchives(directory: string, number: number): Promise<void> {
  await withLock(join(directory, 'lock'), () => {
    return rm(archiveDirectory(directory, number), { recursive: true, force: true })
  })
}

/** Numbers of the archives that are there, with or without a checkpoint. */
export async function archiveNumbers(directory: string): Promise<readonly number[]> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return names.flatMap((name) => (/^archive-\d{1,9}$/.test(name) ? [Number(name.slice('archive-'.length))] : []))
}

export interface SaveOptions {
  readonly viewsDirectory: string
  readonly position: JournalPosition
  readonly state: FoldState
  readonly archives: Archives
}

/**
 * Writes archive and checkpoint, unless another process has already written a later one. Archive first: a checkpoint
 * never claims what the archive does not hold. `gone` when the archive was removed from under us.
 */
export async function saveViews(options: SaveOptions): Promise<'saved' | 'gone'> {
  const { viewsDirectory: directory, position, state, archives } = options
  return withLock(join(directory, 'lock'), async () => {
    if (!(await exists(archiveDirectory(directory, archives.number)))) return 'gone'
    const current = await readCheckpoint(directory).catch((error: unknown) => {
      if (error instanceof ViewDamaged) return null
      throw error
    })
    const isBehind = current !== null && current.position.seq >= position.seq
    if (isBehind && current.archive === archives.number) {
      archives.orders.forgetFresh()
      archives.trades.forgetFresh()
      return 'saved'
    }
    reached('views.save:before')
    await archives.orders.flush()
    reached('views.save:between')
    await archives.trades.flush()
    // A place without a line before it in its segment could not be recognised again.
    if (isBehind || position.line === 0) return 'saved'
    const checkpoint = { format: VIEW_FORMAT, position, archive: archives.number, state: storeState(state) }
    reached('views.save:archived')
    await writeView(liveFile(directory), checkpoint)
    reached('views.save:after')
    return 'saved'
  })
}

/** An archive that no checkpoint names may belong to a process that has not written one yet. */
const LEFTOVER_AGE_MS = 3_600_000

/** Removes archives that rebuilds and crashes have left behind. */
export async function removeOldArchives(directory: string, keep: number): Promise<void> {
  await withLock(join(directory, 'lock'), async () => {
    for (const number of await archiveNumbers(directory)) {
      const folder = archiveDirectory(directory, number)
      const { mtimeMs } = await stat(folder)
      // Ages of files are real time, whatever clock the session runs on.
      if (number === keep || systemClock.nowMs() - mtimeMs < LEFTOVER_AGE_MS) continue
      await rm(folder, { recursive: true, force: true })
    }
  })
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}
