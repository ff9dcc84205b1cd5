import { type ErrorCategory, ToolkitError, VenueError } from '../domain/errors.ts'
import { exitCodeOf } from './exit-codes.ts'
import { printableLines } from './views/printable.ts'

/** An error as a person and a script get to see it: no stack, nothing secret. */
export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly category: ErrorCategory
  readonly facts: Readonly<Record<string, string>>
  readonly suggestions: readonly string[]
}

/** Says what to print for anything that a command can throw. `commandName` is as typed, e.g. `trade place`. */
export function reportError(error: unknown, commandName: string): ErrorReport {
  if (error instanceof VenueError && error.kind === 'not_found') return notFoundReport(error)
  if (error instanceof ToolkitError) return toolkitReport(error)
  if (isAbort(error)) return interruptedReport
  if (isUsageError(error)) return usageReport(error.message, commandName)
  if (isDiskError(error)) return diskReport(error)
  return bugReport(error)
}

export function exitCodeOfReport(report: ErrorReport): number {
  return exitCodeOf(report.category)
}

/** The report as lines for stderr: what happened, to what, what to do. */
export function errorText(report: ErrorReport): string {
  const lines = [`Error: ${report.message}`]
  for (const [name, value] of Object.entries(report.facts)) lines.push(`  ${name}: ${value}`)
  report.suggestions.forEach((suggestion, index) => {
    lines.push(`${index === 0 ? 'Try:' : '    '} ${suggestion}`)
  })
  return lines.map(printableLines).join('\n')
}

function toolkitReport(error: ToolkitError): ErrorReport {
  const { code, message, category, facts, suggestions } = error
  return { code, message, category, facts, suggestions }
}

/** The venue does not know the name that was given: the command line is wrong, and nothing was sent. */
function notFoundReport(error: VenueError): ErrorReport {
  const search = 'crosstape markets list --search WORDS'
  const suggestions = error.suggestions.some((text) => text.includes('--search'))
    ? error.suggestions
    : [...error.suggestions, search]
  return { ...toolkitReport(error), category: 'usage', suggestions }
}

const interruptedReport: ErrorReport = {
  code: 'INTERRUPTED',
  message: 'Interrupted. What was sent before is in the journal.',
  category: 'interrupted',
  facts: {},
  suggestions: ['crosstape trade list --open'],
}

function isAbort(error: unknown): boolean {
  // inquirer names its own interruption differently from an aborted signal.
  return error instanceof Error && ['AbortError', 'AbortPromptError', 'ExitPromptError'].includes(error.name)
}

/** oclif marks what is wrong with the command line by exit code 2. */
function isUsageError(error: unknown): error is Error {
  if (!(error instanceof Error) || !('oclif' in error)) return false
  const { oclif } = error
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif && oclif.exit === exitCodeOf('usage')
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'EIO'])

/** The disk refused: the user's to mend, and no bug. */
function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    diskCodes.has(error.code) &&
    'syscall' in error
  )
}

function diskReport({ code = '', path }: NodeJS.ErrnoException): ErrorReport {
  const full = code === 'ENOSPC' || code === 'EDQUOT'
  const where = path === undefined ? 'to disk' : path
  return {
    code: full ? 'DISK_FULL' : 'DISK_UNWRITABLE',
    message: `${full ? 'No room left to write' : 'Cannot read or write'} ${where} (${code}). This step was not recorded.`,
    category: 'usage',
    facts: { reason: code },
    suggestions: [
      full
        ? 'Free disk space, or choose another place with --data-dir or --capture-dir.'
        : 'Check who may write there.',
      'If an order was under way, run `crosstape positions reconcile` afterwards.',
    ],
  }
}

function usageReport(message: string, commandName: string): ErrorReport {
  const text = stripColour(message)
    .replace(/\n?See more help with --help$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' '))
    .filter((line) => line !== '')
    .join('; ')
    .replaceAll(':; ', ': ')
  return {
    code: 'USAGE',
    message: /[.!?]$/.test(text) ? text : `${text}.`,
    category: 'usage',
    facts: {},
    suggestions: [`crosstape ${commandName} --help`],
  }
}

function stripColour(text: string): string {
  const escapeCharacter = String.fromCharCode(27)
  return text.replaceAll(new RegExp(`${escapeCharacter}\\[[0-9;]*m`, 'g'), '')
}

function bugReport(error: unknown): ErrorReport {
  const what = error instanceof Error ? error.message : String(error)
  return {
    code: 'UNEXPECTED',
    message: `Unexpected error: ${what}`,
    category: 'bug',
    facts: {},
    suggestions: [
      'Run it again with DEBUG=crosstape to see where it came from.',
      'If an order was under way: crosstape positions reconcile',
    ],
  }
}
