import type { VenueId } from '../domain/market.ts'
import type { EndpointContent } from './endpoints.ts'
import { JsonSyntaxError, walkJson } from './json-text.ts'
import { type RedactionRules, redactionRules } from './redaction-rules.ts'

export interface NameValue {
  readonly name: string
  readonly value: string
}

function placeholder(venue: VenueId, name: string): string {
  const word = redactionRules[venue].placeholders.get(name.toLowerCase()) ?? name.toLowerCase()
  return `{{${venue}.${word.replace(/[^a-z0-9_-]/g, '_')}}}`
}

/** Headers as they may be written: every name, and the values of those on the venue's allow-list. Names in lower case. */
export function redactHeaders(venue: VenueId, headers: readonly NameValue[]): readonly NameValue[] {
  const { headers: kept } = redactionRules[venue]
  return headers.map(({ name, value }) => {
    const lower = name.toLowerCase()
    return { name: lower, value: kept.has(lower) ? value : placeholder(venue, lower) }
  })
}

/**
 * A body as it may be written. JSON is cut in the text itself, so that every number and space that stays is the one that
 * was sent. A text that is not JSON has no fields and stays as it is: the scan for known secrets covers it.
 */
export function redactBody(venue: VenueId, content: EndpointContent, text: string): string {
  const values = unkeptValues(venue, content, text)
  return values.length === 0 ? text : cut(text, values)
}

export interface UnkeptValue {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly placeholder: string
}

/** The values of a JSON text that the rules do not allow and that are not placeholders already. */
export function unkeptValues(venue: VenueId, content: EndpointContent, text: string): readonly UnkeptValue[] {
  const rules = redactionRules[venue]
  const found: UnkeptValue[] = []
  const note = (path: readonly string[], start: number, end: number): void => {
    const name = memberName(path)
    if (name === null || isHarmless(text, start, end)) return
    if (isKept(rules, content, path, name)) return
    const word = placeholder(venue, name)
    if (text.slice(start, end) !== JSON.stringify(word)) {
      found.push({ path: path.join('.'), start, end, placeholder: word })
    }
  }
  try {
    walkJson(text, {
      enter: (path) => {
        const name = memberName(path)
        return name === null || isKept(rules, content, path, name)
      },
      leaf: note,
    })
  } catch (error) {
    if (error instanceof JsonSyntaxError) return []
    throw error
  }
  return found
}

/** Whether the member is kept for its own name's sake, wherever it stands. */
function isKept(rules: RedactionRules, content: EndpointContent, path: readonly string[], name: string): boolean {
  if (rules.secretFields.has(name)) return false
  if (content === 'public' || rules.fields.has(name) || rules.fieldPattern.test(name)) return true
  return rules.wholeFields.size > 0 && path.some((segment) => rules.wholeFields.has(segment))
}

/** The member that a value belongs to: array indices stand for the array's own name. Null at the root. */
function memberName(path: readonly string[]): string | null {
  for (let i = path.length - 1; i >= 0; i -= 1) {
    const segment = path[i]
    if (segment !== undefined && !isIndex(segment)) return segment
  }
  return null
}

function isIndex(segment: string): boolean {
  const first = segment.charCodeAt(0)
  return first >= 48 && first <= 57 && /^\d{1,9}$/.test(segment)
}

const HARMLESS = new Set(['null', 'true', 'false', '""', '{}', '[]'])

/** Null, booleans and empty values say nothing about anybody; replacing them would turn "none" into "something". */
function isHarmless(text: string, start: number, end: number): boolean {
  return end - start <= 5 && HARMLESS.has(text.slice(start, end))
}

function cut(text: string, values: readonly UnkeptValue[]): string {
  let out = ''
  let from = 0
  for (const value of values) {
    out += text.slice(from, value.start) + JSON.stringify(value.placeholder)
    from = value.end
  }
  return out + text.slice(from)
}

// Neither venue takes secrets in a query; a foreign proxy or an old client may.
const SECRET_PARAMETER = /^(?:api[-_]?key|key|secret|signature|sig|passphrase|password|token|access[-_]?token|auth)$/i

/** A URL without user name and password, and with secret-looking parameters replaced. */
export function redactUrl(venue: VenueId, url: URL): URL {
  if (url.username === '' && url.password === '' && url.hash === '' && url.search === '') return url
  const clean = new URL(url)
  clean.username = ''
  clean.password = ''
  clean.hash = ''
  for (const name of new Set(clean.searchParams.keys())) {
    if (SECRET_PARAMETER.test(name)) clean.searchParams.set(name, placeholder(venue, name))
  }
  return clean
}
