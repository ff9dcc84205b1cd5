import { join } from 'node:path'

/** Each environment has a journal of its own. */
export function journalDirectory(dataDir: string, environment: string): string {
  return join(dataDir, 'journal', environment)
}

export function viewsDirectory(dataDir: string, environment: string): string {
  return join(dataDir, 'views', environment)
}
