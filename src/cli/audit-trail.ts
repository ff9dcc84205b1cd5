import { type AuditEntry, newestAudit } from '../store/audit.ts'
import { type JournalVerdict, verifyJournal } from '../store/verify-journal.ts'
import type { Settings } from './settings.ts'

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

export async function auditVerdict({ dataDir, environment }: Settings): Promise<AuditVerifyJson> {
  return { environment, ...(await verifyJournal({ dataDir, environment })) }
}
