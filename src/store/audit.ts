import type { OrderIntent } from '../domain/order.ts'
import { type AuditFacts, auditFacts } from './audit-facts.ts'
import { journalDirectory } from './directories.ts'
import { readFrom, readToEnd, segmentStart } from './read-from.ts'
import { type PlacedRecord, readHeader, readSegment } from './read-journal.ts'
import { listSegments } from './segments.ts'

/** One line of the audit trail: what was done, to what, and how it ended. Read from the journal, and proven by its chain. */
export interface AuditEntry extends AuditFacts {
  /** The journal record's number. */
  readonly id: number
  /** RFC 3339. */
  readonly time: string
  /** The account's environment. */
  readonly account: string
  /** The kind of journal record, e.g. `order.submitted`. */
  readonly action: string
  /** The journal line's hash: SHA-256 over the hash before it and the line's JSON, seal included. */
  readonly hash: string
}

export interface AuditQuery {
  readonly dataDir: string
  readonly environment: string
  /** The intent of an order that began before what is read. Without it such an order's market and side stay null. */
  readonly intentOf?: (orderId: string) => Promise<OrderIntent | null>
}

/** Orders whose intents are remembered while reading; older ones are looked up. */
const INTENTS_MAX = 10_000

/**
 * The audit trail in order. Needs neither lock nor views, so it can be read when the ledger cannot be opened.
 * @throws ToolkitError JOURNAL_CORRUPT or JOURNAL_NEWER.
 */
export async function* readAudit(query: AuditQuery & { readonly fromSeq?: number }): AsyncGenerator<AuditEntry> {
  const directory = journalDirectory(query.dataDir, query.environment)
  const header = await readHeader(directory)
  if (header === null) return
  const intents = new Map<string, OrderIntent | null>()
  for await (const placed of readFrom(directory, header.format, query.fromSeq ?? 1)) {
    yield entryOf(placed, header.environment, await intentFor(placed, intents, query))
  }
}

/** The newest entries that match, oldest of them first. Reads segments from the last one back, as many as it takes. */
export async function newestAudit(
  query: AuditQuery & { readonly limit: number; readonly matches?: (entry: AuditEntry) => boolean },
): Promise<readonly AuditEntry[]> {
  const directory = journalDirectory(query.dataDir, query.environment)
  const header = await readHeader(directory)
  if (header === null) return []
  const intents = new Map<string, OrderIntent | null>()
  let found: AuditEntry[] = []
  for (const segment of (await listSegments(directory)).toReversed()) {
    if (found.length >= query.limit) break
    const start = await segmentStart(directory, segment)
    if (start === null) continue
    const entries: AuditEntry[] = []
    for await (const placed of readToEnd(directory, readSegment(directory, start, header.format))) {
      const entry = entryOf(placed, header.environment, await intentFor(placed, intents, query))
      if (query.matches?.(entry) ?? true) entries.push(entry)
    }
    found = [...entries, ...found]
  }
  return found.slice(-query.limit)
}

function entryOf({ record, hash }: PlacedRecord, account: string, intent: OrderIntent | null): AuditEntry {
  const { seq, time, event } = record
  return { id: seq, time, account, action: event.type, ...auditFacts(event, intent), hash }
}

async function intentFor(
  { record: { event } }: PlacedRecord,
  intents: Map<string, OrderIntent | null>,
  query: AuditQuery,
): Promise<OrderIntent | null> {
  if ('intent' in event) return remember(intents, event.intent.id, event.intent)
  if (!('orderId' in event)) return null
  const known = intents.get(event.orderId)
  if (known !== undefined) return known
  return remember(intents, event.orderId, (await query.intentOf?.(event.orderId)) ?? null)
}

function remember(
  intents: Map<string, OrderIntent | null>,
  id: string,
  intent: OrderIntent | null,
): OrderIntent | null {
  const [oldest] = intents.keys()
  if (intents.size >= INTENTS_MAX && oldest !== undefined) intents.delete(oldest)
  intents.set(id, intent)
  return intent
}
