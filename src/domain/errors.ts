/** Decides the exit code: style.md's table lives in `cli/exit-codes.ts`. */
export type ErrorCategory =
  | 'bug'
  | 'usage'
  | 'denied'
  | 'rejected'
  | 'unknown_outcome'
  | 'unavailable'
  | 'drift'
  | 'declined'
  | 'interrupted'

export interface ErrorDetails {
  /** Stable, e.g. `MARKET_NOT_FOUND`. */
  readonly code: string
  /** One sentence: what happened, to what, and whether money moved. */
  readonly message: string
  readonly category: ErrorCategory
  /** Safe to print and to keep: never a header, a key or a signature. */
  readonly facts?: Readonly<Record<string, string>>
  /** What to do, as commands that can be pasted where possible. */
  readonly suggestions?: readonly string[]
  readonly cause?: unknown
}

/** What the caller cannot reasonably continue from. Expected outcomes (denied, rejected, unknown) are values, not errors. */
export class ToolkitError extends Error {
  override readonly name: string = 'ToolkitError'
  readonly code: string
  readonly category: ErrorCategory
  readonly facts: Readonly<Record<string, string>>
  readonly suggestions: readonly string[]

  constructor(details: ErrorDetails) {
    super(details.message, { cause: details.cause })
    this.code = details.code
    this.category = details.category
    this.facts = details.facts ?? {}
    this.suggestions = details.suggestions ?? []
  }
}

/** `no`: the bytes certainly did not reach the venue. `yes`: the venue answered. `maybe`: anything in between. */
export type Sent = 'no' | 'maybe' | 'yes'

export type VenueErrorKind = 'unavailable' | 'rate_limited' | 'auth' | 'refused' | 'not_found' | 'undecodable'

const categoryOfKind: Readonly<Record<VenueErrorKind, ErrorCategory>> = {
  unavailable: 'unavailable',
  rate_limited: 'unavailable',
  auth: 'usage',
  refused: 'rejected',
  not_found: 'rejected',
  undecodable: 'unavailable',
}

/** A call to a venue that did not give a usable answer. Made in `clients/http/transport.ts` and the venues' decoders only. */
export class VenueError extends ToolkitError {
  override readonly name = 'VenueError'
  readonly kind: VenueErrorKind
  readonly sent: Sent
  readonly httpStatus: number | null
  /** The venue's own error code or text, as far as it gave one. */
  readonly venueCode: string | null

  constructor(
    details: Omit<ErrorDetails, 'category'> & {
      readonly kind: VenueErrorKind
      readonly sent: Sent
      readonly httpStatus?: number | null
      readonly venueCode?: string | null
    },
  ) {
    super({ ...details, category: categoryOfKind[details.kind] })
    this.kind = details.kind
    this.sent = details.sent
    this.httpStatus = details.httpStatus ?? null
    this.venueCode = details.venueCode ?? null
  }
}

export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`)
}
