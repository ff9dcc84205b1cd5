import { ToolkitError } from '../domain/errors.ts'

/** The journal format that this version writes. Raised when anything but a new kind or optional field is changed. */
export const JOURNAL_FORMAT = 2

/** From this format on every line carries a seal. In a journal that is older, the lines that have one are of this format. */
export const SEALED_FORMAT = 2

/** The first record of a journal. */
export interface JournalHeader {
  readonly format: number
  readonly environment: string
  /** RFC 3339. */
  readonly created: string
}

/** One step of a format change: the JSON of an event of format n as it reads in format n + 1. */
export type Upcaster = (event: unknown) => unknown

/** Format 2 added the seal beside the event, and left the event as it was. */
const toSealed: Upcaster = (event) => event

/** Index 0 leads from format 1 to 2. */
const upcasters: readonly Upcaster[] = [toSealed]

/** An event's JSON as today's format has it. */
export function upcast(event: unknown, fromFormat: number, steps: readonly Upcaster[] = upcasters): unknown {
  return steps.slice(fromFormat - 1).reduce((value, step) => step(value), event)
}

/** @throws ToolkitError JOURNAL_NEWER for a journal that a later version wrote. Nothing is touched. */
export function checkFormat(header: JournalHeader, file: string): void {
  if (header.format <= JOURNAL_FORMAT) return
  throw newerJournal(file, `format ${header.format}`, `format ${JOURNAL_FORMAT}`)
}

/** The refusal to read or write what a later version has written. */
export function newerJournal(file: string, theirs: string, ours: string): ToolkitError {
  return new ToolkitError({
    code: 'JOURNAL_NEWER',
    category: 'usage',
    message: `${file} was written by a newer crosstape: it has ${theirs}, and this version knows ${ours}. Nothing was changed.`,
    facts: { file, theirs, ours },
    suggestions: ['Update crosstape, or name another --data-dir.'],
  })
}
