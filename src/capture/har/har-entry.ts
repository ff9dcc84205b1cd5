import type { ExchangeEntry } from '../format/exchange.ts'

/** An exchange as HAR readers like it: what failed says so where browsers look. Everything else of the file stays. */
export function toHarEntry(fileText: string): Readonly<Record<string, unknown>> {
  const entry: ExchangeEntry = JSON.parse(fileText)
  if (entry._outcome === 'response') return { ...entry }
  const { code, syscall } = entry._error ?? { code: 'UNKNOWN', syscall: null }
  const error = `${entry._outcome}: ${syscall === null ? code : `${syscall} ${code}`}`
  return { ...entry, response: { ...entry.response, _error: error } }
}

/** The text of the file that an entry of our own export came from. */
export function toFileText(harEntry: Readonly<Record<string, unknown>>): string {
  const { response } = harEntry
  const isFailure = harEntry._outcome !== 'response' && typeof response === 'object' && response !== null
  const entry = isFailure ? { ...harEntry, response: without(response, '_error') } : harEntry
  return `${JSON.stringify(entry, null, 2)}\n`
}

function without(value: object, name: string): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name))
}
