import type { VenueId } from '../../domain/market.ts'
import type { EndpointContent } from '../format/endpoints.ts'
import { flattenJson } from '../format/json-text.ts'
import type { Body } from '../format/packed-body.ts'
import { redactionRules } from '../redact/redaction-rules.ts'
import { SecretScanner } from '../redact/secrets.ts'
import type { ForeignExchange, ForeignSession, ForeignSocket } from './foreign.ts'

// Long enough for "Too Many Requests" and "order couldn't be fully filled"; a page or a form is longer.
const PLAIN_TEXT_MAX = 200

/**
 * A body of a recording whose secrets nobody can name. JSON has fields, which the rules judge one by one. Of anything else
 * in private traffic only a short line of an answer is kept; forms, pages and bytes may hold anything.
 */
export function keepableBody(
  body: Body,
  {
    venue,
    content,
    of,
  }: { readonly venue: VenueId; readonly content: EndpointContent; readonly of: 'request' | 'answer' },
): Body {
  if (content === 'public' || body.length === 0) return body
  if (typeof body === 'string') {
    if (isJsonWithMembers(body)) return body
    if (of === 'answer' && body.length <= PLAIN_TEXT_MAX && !body.includes('<')) return body
  }
  return `{{${venue}.body}}`
}

/** Also for the walker that redacts, which refuses what is nested too deep. */
function isJsonWithMembers(text: string): boolean {
  return /^\s*[[{]/.test(text) && flattenJson(text) !== null
}

const SECRET_HEADER = /auth|key|token|secret|sign|pass|cookie|session|csrf/i

/**
 * Knows the secrets of a recording by the places where secrets stand, so that a copy of one in a place that is kept is
 * found as well.
 */
export function learnSecrets(
  { exchanges, sockets }: ForeignSession,
  venueOf: (source: ForeignExchange | ForeignSocket) => VenueId | null,
): SecretScanner {
  const scanner = new SecretScanner()
  for (const source of [...exchanges, ...sockets]) {
    const venue = venueOf(source)
    if (venue === null) continue
    const kept = redactionRules[venue].headers
    for (const { name, value } of source.headers) {
      const lower = name.toLowerCase()
      // A placeholder is what an earlier redaction left.
      if (kept.has(lower) || !SECRET_HEADER.test(lower) || value.startsWith('{{')) continue
      scanner.add([value, ...cookieValues(lower, value)])
    }
    for (const body of bodiesOf(source)) scanner.add(secretMembers(venue, body))
  }
  return scanner
}

function bodiesOf(source: ForeignExchange | ForeignSocket): readonly Body[] {
  if ('messages' in source) return source.messages.map(({ data }) => data)
  return [...(source.body === null ? [] : [source.body]), ...('status' in source.result ? [source.result.body] : [])]
}

function cookieValues(name: string, value: string): readonly string[] {
  return name === 'cookie' ? value.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1)) : []
}

/** Values of members that are secrets by their name. Numbers alone are ids: a token id is no token. */
function secretMembers(venue: VenueId, body: Body): readonly string[] {
  if (typeof body !== 'string') return []
  const { secretFields } = redactionRules[venue]
  return [...(flattenJson(body) ?? [])].flatMap(([path, text]) => {
    const value: unknown = JSON.parse(text)
    const isSecret = typeof value === 'string' && secretFields.has(path.slice(path.lastIndexOf('.') + 1))
    return isSecret && !/^\d+$|^\{\{/.test(value) ? [value] : []
  })
}
