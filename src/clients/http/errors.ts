import type { AxiosError } from 'axios'
import { type Sent, ToolkitError, VenueError, type VenueErrorKind } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import { type KeptBack, keptBackReasons } from '../../domain/venue.ts'
import { type Refusal, refusals } from '../rates/charge.ts'
import type { HttpRequest } from './request.ts'

/** Why we kept a call back ourselves: codes of the errors that callers see. */
export type OwnRefusal = Refusal | KeptBack

export function isOwnRefusal(code: string | undefined): code is OwnRefusal {
  return [...refusals, ...keptBackReasons].some((one) => one === code)
}

interface Target {
  readonly venue: VenueId
  readonly service: string
  readonly baseUrl: string
  readonly timeoutMs: number
}

type Call = Pick<HttpRequest, 'method' | 'path' | 'endpoint' | 'safe'>

/** The person or the program gave up before anything was sent. */
export function abortedBeforeSending(target: Target, request: Call): VenueError {
  return failure(target, request, 'ABORTED', 'no', 'The call was given up before it was sent')
}

/**
 * An attempt without an answer as our own error. Nothing of the axios error survives: it carries the request's headers.
 * `sent` is `no` only where the connection certainly never stood.
 */
export function translateFailure(target: Target, request: Call, error: AxiosError): VenueError {
  const refusal = ownRefusal(error)
  if (refusal !== null) return refusedByUs(request, refusal)
  if (isOwnRefusal(error.code)) return heldBack(target, request, error.code)
  switch (error.code) {
    case 'ECONNREFUSED':
      return failure(target, request, 'NOT_CONNECTED', 'no', `No connection to ${hostOf(target)}`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return failure(target, request, 'HOST_NOT_FOUND', 'no', `The name ${hostOf(target)} could not be resolved`)
    case 'ERR_CANCELED':
      return failure(target, request, 'ABORTED', 'maybe', 'The call was given up while it was under way')
    case 'ECONNABORTED':
    case 'ETIMEDOUT':
      return failure(
        target,
        request,
        'TIMEOUT',
        'maybe',
        `No answer from ${hostOf(target)} within ${target.timeoutMs} ms`,
      )
    default:
      return failure(target, request, 'CONNECTION_LOST', 'maybe', `The connection to ${hostOf(target)} broke`)
  }
}

/** Why something of ours between here and the network, a tape, refused to let a request out; null when nothing did. */
export function ownRefusal(error: Error): ToolkitError | null {
  return error.cause instanceof ToolkitError ? error.cause : null
}

/** Giving up and refusing are our doing and say nothing about the venue. */
export function blamesVenue(error: AxiosError): boolean {
  return ownRefusal(error) === null && error.code !== 'ERR_CANCELED' && !isOwnRefusal(error.code)
}

/** Says nothing of how long or how full: a replay has only the code, and must tell the same. */
function heldBack(target: Target, request: Call, code: OwnRefusal): VenueError {
  const { why, todo, kind = 'rate_limited' } = heldBackTexts[code]
  return new VenueError({
    kind,
    sent: 'no',
    code,
    message: `${why} (${target.venue} ${request.endpoint}). Nothing was sent.`,
    facts: { venue: target.venue, service: target.service, endpoint: request.endpoint },
    suggestions: [todo],
  })
}

interface HeldBackText {
  readonly why: string
  readonly todo: string
  readonly kind?: VenueErrorKind
}

const heldBackTexts: Readonly<Record<OwnRefusal, HeldBackText>> = {
  HALTED: {
    why: 'Trading was halted before it left',
    todo: 'crosstape safeguards status says why; crosstape safeguards resume',
    kind: 'unavailable',
  },
  APPROVAL_TOO_OLD: {
    why: 'More than 5 s lie between its checks and the moment at which it was to leave, so what was checked may hold no longer',
    todo: 'Place it again: it is then checked against what holds now.',
    kind: 'unavailable',
  },
  RATE_BUDGET_SPENT: {
    why: 'The venue takes no more orders for over a second, and by then the price could be stale',
    todo: 'Wait some seconds and place it again, or place fewer orders at a time.',
  },
  RATE_BUDGET_QUEUE_FULL: {
    why: "Too many calls wait for the venue's rate limit already",
    todo: 'Ask for less at a time, and wait for the answers.',
  },
  RATE_BUDGET_BATCH_TOO_LARGE: {
    why: "The batch costs more than the venue's rate limit ever allows at once",
    todo: 'Send it in smaller batches.',
  },
}

function refusedByUs(request: Call, refusal: ToolkitError): VenueError {
  return new VenueError({
    kind: 'unavailable',
    sent: 'no',
    code: refusal.code,
    message: refusal.message,
    facts: { ...refusal.facts, endpoint: request.endpoint },
    suggestions: refusal.suggestions,
  })
}

function failure(target: Target, request: Call, code: string, sent: Sent, what: string): VenueError {
  return new VenueError({
    kind: 'unavailable',
    sent,
    code,
    message: `${what} (${target.venue} ${request.endpoint}). ${consequence(request, sent)}`,
    facts: { venue: target.venue, service: target.service, endpoint: request.endpoint },
    suggestions: suggestionsFor(code),
  })
}

function consequence(request: Call, sent: Sent): string {
  if (sent === 'no') return 'Nothing was sent.'
  return request.safe ? 'It was only a question: nothing changed.' : 'The venue may have acted on it.'
}

function suggestionsFor(code: string): readonly string[] {
  if (code === 'NOT_CONNECTED' || code === 'HOST_NOT_FOUND')
    return ['Check the network and the base URL, then try again.']
  return []
}

function hostOf(target: Target): string {
  return URL.canParse(target.baseUrl) ? new URL(target.baseUrl).host : target.baseUrl
}
