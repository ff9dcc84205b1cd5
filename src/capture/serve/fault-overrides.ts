import { ToolkitError } from '../../domain/errors.ts'

/** What is done to one exchange instead of answering it as recorded. */
export type ServedFault =
  /** The connection breaks off without an answer. */
  | { readonly kind: 'reset' }
  /** There is never an answer. */
  | { readonly kind: 'timeout' }
  /** Half of the answer comes, then the connection breaks off. */
  | { readonly kind: 'truncated' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'delay'; readonly ms: number }

export interface FaultOverride {
  /** Null: of whichever session has the number. */
  readonly session: string | null
  readonly seq: number
  readonly fault: ServedFault
}

/**
 * Reads `3:reset`, `kalshi-full-fill/3:429`, `3:delay=1500`.
 * @throws ToolkitError of category `usage`
 */
export function parseFaultOverride(text: string): FaultOverride {
  const parts = /^(?:(.+)\/)?(\d{1,6}):([a-z0-9=]+)$/.exec(text)
  const fault = parts === null ? null : faultOf(parts[3] ?? '')
  if (parts === null || fault === null) throw badFault(text)
  return { session: parts[1] ?? null, seq: Number(parts[2]), fault }
}

function faultOf(word: string): ServedFault | null {
  if (word === 'reset' || word === 'timeout' || word === 'truncated') return { kind: word }
  if (/^[45]\d\d$/.test(word)) return { kind: 'status', status: Number(word) }
  const delay = /^delay=(\d{1,7})$/.exec(word)?.[1]
  return delay === undefined ? null : { kind: 'delay', ms: Number(delay) }
}

function badFault(text: string): ToolkitError {
  return new ToolkitError({
    code: 'FAULT_INVALID',
    category: 'usage',
    message: `Fault ${JSON.stringify(text)} is not a number of an exchange, a colon, and reset, timeout, truncated, a status from 400 to 599, or delay=MS. Nothing was served.`,
    suggestions: ['--fault 3:reset', '--fault 3:429', '--fault 3:delay=1500', '--fault kalshi-full-fill/3:timeout'],
  })
}
