import { join } from 'node:path'

/** Each environment has a journal of its own. */
export function journalDirectory(dataDir: string, environment: string): string {
  return join(dataDir, 'journal', environment)
}

/** The key that seals the journal, and the anchors of its end: outside the journal that they prove. */
export function auditDirectory(dataDir: string, environment: string): string {
  return join(dataDir, 'audit', environment)
}

export function viewsDirectory(dataDir: string, environment: string): string {
  return join(dataDir, 'views', environment)
}
