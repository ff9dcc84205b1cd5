import { open, rm, writeFile } from 'node:fs/promises'
import { ToolkitError } from '../../domain/errors.ts'
import { type AuditEntry, readAudit } from '../../store/audit.ts'
import { storageError, systemCode } from '../../store/files.ts'
import type { Settings } from '../config/settings.ts'
import { usageError } from '../usage-error.ts'
import { csvRow } from './csv.ts'

export const exportFormats = ['csv', 'json'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface AuditExportQuery {
  readonly format: ExportFormat
  /** A date or RFC 3339; entries at this moment and later. */
  readonly from: string | undefined
  /** A date or RFC 3339; entries before this moment. */
  readonly to: string | undefined
  /** Our id of an order, or its beginning. */
  readonly order: string | undefined
}

export interface AuditExportJson {
  readonly environment: string
  readonly format: ExportFormat
  readonly entries: number
  /** Null when it went to standard output. */
  readonly file: string | null
  /** The export itself, when it has no file and standard output carries this result. */
  readonly text: string | null
}

/** The columns of the CSV. Amounts are exact decimals; `metadata` is a JSON object; what is not known is empty. */
const columns: readonly (readonly [string, (entry: AuditEntry) => string | null])[] = [
  ['id', ({ id }) => String(id)],
  ['account', ({ account }) => account],
  ['trade_type', ({ tradeType }) => tradeType],
  ['action', ({ action }) => action],
  ['venue', ({ venue }) => venue],
  ['market', ({ market }) => market],
  ['order', ({ order }) => order],
  ['trade', ({ trade }) => trade],
  ['amount', ({ amount }) => amount],
  ['side', ({ side }) => side],
  ['success', ({ success }) => (success === null ? null : String(success))],
  ['error', ({ error }) => error],
  ['metadata', ({ metadata }) => JSON.stringify(metadata)],
  ['time', ({ time }) => time],
  ['hash', ({ hash }) => hash],
]

/** One export being written, piece by piece: it never holds the whole trail. */
export interface AuditExport {
  readonly pieces: AsyncIterable<string>
  /** Entries so far. */
  readonly count: () => number
}

/**
 * The trail as CSV (RFC 4180) or as JSON, one object a line. Reads the journal's files alone.
 * @throws ToolkitError (usage) for a time that is none; while it is read, JOURNAL_CORRUPT at damage.
 */
export function exportAudit({ dataDir, environment }: Settings, query: AuditExportQuery): AuditExport {
  const matches = matching(query)
  let entries = 0
  async function* pieces(): AsyncGenerator<string> {
    if (query.format === 'csv') yield csvRow(columns.map(([name]) => name))
    for await (const entry of readAudit({ dataDir, environment })) {
      if (!matches(entry)) continue
      entries++
      yield query.format === 'csv' ? csvRow(columns.map(([, cell]) => cell(entry))) : `${JSON.stringify(entry)}\n`
    }
  }
  return { pieces: pieces(), count: () => entries }
}

function matching({ from, to, order }: AuditExportQuery): (entry: AuditEntry) => boolean {
  const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : parseMoment(from, '--from')
  const toMs = to === undefined ? Number.POSITIVE_INFINITY : parseMoment(to, '--to')
  return (entry) => {
    const at = Date.parse(entry.time)
    return at >= fromMs && at < toMs && (order === undefined || entry.order?.startsWith(order) === true)
  }
}

const MOMENT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?$/

/** A date is its first moment in UTC. */
function parseMoment(text: string, flag: string): number {
  const ms = MOMENT.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(ms)) return ms
  throw usageError(
    `${flag} ${JSON.stringify(text)} is neither a date such as 2026-11-20 nor a time such as 2026-11-20T18:00:00Z.`,
  )
}

/**
 * Writes an export to a new file, for this user only. What is left of one that failed is removed.
 * @throws ToolkitError FILE_EXISTS when there is one already.
 */
export async function writeExport(file: string, pieces: AsyncIterable<string>): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw systemCode(error) === 'EEXIST' ? fileExists(file) : storageError(error, file)
  })
  try {
    await writeFile(handle, pieces)
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw storageError(error, file)
  } finally {
    await handle.close()
  }
}

function fileExists(file: string): ToolkitError {
  return new ToolkitError({
    code: 'FILE_EXISTS',
    category: 'usage',
    message: `${file} exists already. Nothing was written.`,
    facts: { file },
    suggestions: ['Name another file with --out, or remove this one.'],
  })
}
