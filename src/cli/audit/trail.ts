import { type AuditEntry, newestAudit } from '../../store/audit.ts'
import { type JournalVerdict, verifyJournal } from '../../store/verify-journal.ts'
import type { Settings } from '../config/settings.ts'
import { usageError } from '../usage-error.ts'

export interface AuditListJson {
  /** Oldest first. */
  readonly entries: readonly AuditEntry[]
}

export type AuditVerifyJson = JournalVerdict & { readonly environment: string }

/** The newest entries of the trail. Reads the journal's files alone, so it works when the ledger cannot be opened. */
export async function auditTrail(
  { dataDir, environment }: Settings,
  query: { readonly limit: number; readonly order: string | undefined },
): Promise<AuditListJson> {
  const { limit, order } = query
  const matches = order === undefined ? undefined : (entry: AuditEntry) => entry.order?.startsWith(order) === true
  return { entries: await newestAudit({ dataDir, environment, limit, ...(matches === undefined ? {} : { matches }) }) }
}

/** @throws ToolkitError (usage) when one of `heads` is not a record's number and hash. */
export async function auditVerdict(
  { dataDir, environment }: Settings,
  heads: readonly string[],
): Promise<AuditVerifyJson> {
  const expected = heads.map(parseHead)
  return { environment, ...(await verifyJournal({ dataDir, environment, expected })) }
}

/** A head as `audit verify` prints it: `<record>:<hash>`. */
function parseHead(text: string): { readonly seq: number; readonly hash: string } {
  const [, seq, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? []
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash }
  throw usageError(
    `--expect ${JSON.stringify(text)} is not a record's number and hash, such as 120:5f0c… with 64 digits.`,
    'audit verify',
  )
}
