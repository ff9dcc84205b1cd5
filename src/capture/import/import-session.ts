import { createHash } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import { type Clock, isoTime } from '../../runtime/clock.ts'
import { exchangeFileName } from '../format/exchange.ts'
import type { Manifest, RecordingTrigger } from '../format/manifest.ts'
import { writeManifest } from '../format/manifest-file.ts'
import { OPERATIONS_FILE, RECORDING_FORMAT } from '../format/session-files.ts'
import { streamFileName } from '../format/stream.ts'
import { restoreExport } from '../har/restore-export.ts'
import { describeProblem } from '../read/problems.ts'
import { verifyRecording } from '../read/verify.ts'
import { writeExchange } from '../record/exchange-files.ts'
import { createSessionFolder } from '../record/session-folder.ts'
import { redactionRules } from '../redact/redaction-rules.ts'
import type { ForeignFormat, ForeignSession } from './foreign.ts'
import type { KnownService } from './hosts.ts'
import { readSource } from './read-source.ts'
import { type TakenIn, takeIn } from './take-in.ts'

export interface ImportOptions {
  /** Folder that the session goes to; made when it is missing. */
  readonly captureDir: string
  /** Name of the session; that of the source when null. A taken name gets `-2`, `-3`, … */
  readonly session: string | null
  /** Services at addresses that are not the venues' own. */
  readonly services: readonly KnownService[]
  readonly toolVersion: string
  readonly clock: Clock
}

export interface ImportReport {
  readonly session: string
  readonly directory: string
  readonly format: ForeignFormat
  readonly creator: string | null
  /** `restored`: an export of ours, the same file for file. `taken_in`: redacted and numbered anew. */
  readonly kind: 'restored' | 'taken_in'
  readonly exchanges: number
  readonly sockets: number
  /** What was left out, by reason. */
  readonly left: TakenIn['left']
  readonly notes: readonly string[]
}

/**
 * Makes a session of what was recorded elsewhere: an HTTP archive of a browser, a proxy or ourselves, cassettes, or files
 * of one exchange each. Secrets are replaced before the first write, and the session verifies or is not left behind.
 * @throws ToolkitError of category `usage` when the source cannot be read, holds no venue's traffic, or the folder will not do.
 */
export async function importSession(source: string, options: ImportOptions): Promise<ImportReport> {
  const { har, session } = await readSource(source)
  const name = options.session ?? sessionName(source)
  const notes = [...session.notes]
  if (har !== null) {
    const folder = (): ReturnType<typeof createSessionFolder> => createSessionFolder(options.captureDir, name)
    const restored = restoreExport(har, folder)
    if (restored.kind === 'restored') {
      const { exchanges, streams: sockets } = verifyRecording(restored.directory)
      return { ...restored, format: 'crosstape', creator: 'crosstape', exchanges, sockets, left: [], notes }
    }
    if (restored.kind === 'changed') {
      notes.push(
        `It was changed since it was exported (${describeProblem(restored.problem)}), so it is taken in like any other.`,
      )
    }
  }
  const taken = takeIn(session, options.services, options.clock.nowMs())
  if (taken.entries.length + taken.sockets.length === 0) throw nothingThere(source, taken)
  notes.push(...unknownNotes(session))
  const trigger: RecordingTrigger = {
    kind: 'import',
    format: session.format,
    source: basename(source),
    creator: session.creator,
    unknown: unknownOf(session),
  }
  const folder = createSessionFolder(options.captureDir, name)
  try {
    writeSession(folder, taken, trigger, options.toolVersion)
    const [problem] = verifyRecording(folder.directory).problems
    if (problem !== undefined) throw new Error(`what was imported does not verify: ${describeProblem(problem)}`)
  } catch (error) {
    rmSync(folder.directory, { recursive: true, force: true })
    throw error
  }
  const { format, creator } = session
  return {
    ...folder,
    kind: 'taken_in',
    format,
    creator,
    exchanges: taken.entries.length,
    sockets: taken.sockets.length,
    left: taken.left,
    notes,
  }
}

/** From the source's name, in the letters that a session's name may have. */
function sessionName(source: string): string {
  const stem = basename(source).replace(/\.(?:z?har|json|ya?ml)$/i, '')
  const name = stem
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 100)
  return name === '' ? 'imported' : name
}

function writeSession(
  folder: { readonly session: string; readonly directory: string },
  taken: TakenIn,
  trigger: RecordingTrigger,
  toolVersion: string,
): void {
  const { entries, sockets, venues, environment } = taken
  const files: Record<string, string> = {}
  for (const entry of entries) {
    const { _seq: seq, _venue: venue, _endpoint: endpoint } = entry
    const file = exchangeFileName({ seq, method: entry.request.method, venue, endpoint })
    files[file] = writeExchange(folder.directory, { seq, file, entry }).sha256
  }
  for (const { header, lines } of sockets) {
    const file = streamFileName({ seq: header._seq, venue: header._venue })
    files[file] = writeText(
      folder.directory,
      file,
      [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join(''),
    )
  }
  files[OPERATIONS_FILE] = writeText(folder.directory, OPERATIONS_FILE, '')
  const { startedAtMs, endedAtMs } = spanOf(taken)
  const manifest: Manifest = {
    format: RECORDING_FORMAT,
    session: folder.session,
    environment,
    toolVersion,
    startedAt: isoTime(startedAtMs),
    endedAt: isoTime(endedAtMs),
    outcome: 'imported',
    clockOriginMs: Math.trunc(startedAtMs),
    seed: '',
    filter: 'all',
    venues: [...venues],
    counts: {
      exchanges: entries.length,
      operations: 0,
      streams: sockets.length,
      frames: sockets.reduce((sum, { lines }) => sum + lines.filter((line) => 'type' in line).length, 0),
    },
    redaction: Object.values(redactionRules).flatMap((rules) => rules.names),
    files,
    unrecorded: [],
    trigger,
    accounts: {},
  }
  writeManifest(folder.directory, manifest)
}

function writeText(directory: string, file: string, text: string): string {
  writeFileSync(join(directory, file), text, { flag: 'wx' })
  return createHash('sha256').update(text).digest('hex')
}

function spanOf({ entries, sockets }: TakenIn): { readonly startedAtMs: number; readonly endedAtMs: number } {
  let [startedAtMs, endedAtMs] = [Number.POSITIVE_INFINITY, 0]
  const spans = [
    ...entries.map(({ startedDateTime, time }) => ({ startedDateTime, ms: time })),
    ...sockets.map(({ header, lines }) => ({ startedDateTime: header.startedDateTime, ms: lines.at(-1)?.ms ?? 0 })),
  ]
  for (const { startedDateTime, ms } of spans) {
    startedAtMs = Math.min(startedAtMs, Date.parse(startedDateTime))
    endedAtMs = Math.max(endedAtMs, Date.parse(startedDateTime) + ms)
  }
  return { startedAtMs, endedAtMs }
}

type Unknown = Extract<RecordingTrigger, { kind: 'import' }>['unknown'][number]

function unknownOf({ exchanges }: ForeignSession): Unknown[] {
  const checks: readonly [Unknown, boolean][] = [
    ['times', exchanges.some(({ startedAtMs }) => startedAtMs === null)],
    ['latencies', exchanges.some(({ latencyMs }) => latencyMs === null)],
    ['bodies', exchanges.some(({ isBodyMissing }) => isBodyMissing)],
  ]
  return checks.flatMap(([what, isUnknown]) => (isUnknown ? [what] : []))
}

const unknownTexts: Readonly<Record<Unknown, string>> = {
  times: 'The source does not say when every exchange was made: such stand beside the one before.',
  latencies: 'The source does not say how long every exchange took: such stand with 0 ms.',
  bodies: 'The source leaves out bodies that were there: such messages are empty on the tape.',
}

function unknownNotes(session: ForeignSession): readonly string[] {
  return unknownOf(session).map((what) => unknownTexts[what])
}

function nothingThere(source: string, { left }: TakenIn): ToolkitError {
  const reasons = left.slice(0, 5).map(({ reason, count }) => `${count}: ${reason}`)
  return new ToolkitError({
    code: 'IMPORT_EMPTY',
    category: 'usage',
    message: `${source} holds no exchange with a venue that can be kept${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}. Nothing was written.`,
    facts: { source },
    suggestions: [
      'A recording of a sandbox or through a proxy is recognised by its address: set KALSHI_BASE_URL or POLYMARKET_CLOB_URL to it.',
    ],
  })
}
