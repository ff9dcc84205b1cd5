import type { VenueId } from '../../domain/market.ts'
import type { EndpointContent } from '../format/endpoints.ts'
import { DEPTH_MAX, JsonSyntaxError, parseJsonOrUndefined, walkJson } from '../format/json-text.ts'
import { type RedactionRules, redactionRules } from './redaction-rules.ts'

export interface NameValue {
  readonly name: string
  readonly value: string
}

function placeholder(venue: VenueId, name: string): string {
  const word = redactionRules[venue].placeholders.get(name.toLowerCase()) ?? name.toLowerCase()
  return `{{${venue}.${word.replace(/[^a-z0-9_-]/g, '_')}}}`
}

/** What stands for a whole body that cannot be written. */
export function withheldBody(venue: VenueId, why: string): string {
  return placeholder(venue, `${why}_body`)
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
 * was sent. JSON that is nested too deep to be judged is withheld whole. A text that is not JSON has no fields and stays as
 * it is: the scan for known secrets covers it.
 */
export function redactBody(
  venue: VenueId,
  content: EndpointContent,
  text: string,
  json: unknown = parseJsonOrUndefined(text),
): RedactedBody {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    return { text: BYTE_ORDER_MARK + redactBody(venue, content, text.slice(1)).text, json: undefined }
  }
  if (json === undefined || isClean(venue, content, text, json)) return { text, json }
  const redacted = cut(text, unkeptValues(venue, content, text))
  return { text: redacted, json: parseJsonOrUndefined(redacted) }
}

/** Which JSON has not, and clients take off. */
const BYTE_ORDER_MARK = '\uFEFF'

export interface RedactedBody {
  readonly text: string
  /** The text parsed; undefined when it is not JSON. */
  readonly json: unknown
}

/**
 * Whether there is surely nothing to cut: most bodies have nothing, and values are walked faster than text. What parsing
 * lost, as the first of two members of one name, is only in the text.
 */
function isClean(venue: VenueId, content: EndpointContent, text: string, json: unknown): boolean {
  const isUnkept = holdsUnkept({ rules: redactionRules[venue], content }, json, null, false, 0)
  return !isUnkept && JSON.stringify(json) === text
}

function holdsUnkept(
  to: { readonly rules: RedactionRules; readonly content: EndpointContent },
  value: unknown,
  name: string | null,
  inWhole: boolean,
  depth: number,
): boolean {
  const { rules, content } = to
  if (value === null || typeof value === 'boolean' || value === '') return false
  if (name !== null && !isKept(rules, content, name, inWhole)) return true
  if (typeof value !== 'object') return false
  if (depth >= DEPTH_MAX) return true
  if (Array.isArray(value)) return value.some((item) => holdsUnkept(to, item, name, inWhole, depth + 1))
  return Object.entries(value).some(([key, member]) =>
    holdsUnkept(to, member, isIndex(key) ? name : key, inWhole || rules.wholeFields.has(key), depth + 1),
  )
}

export interface UnkeptValue {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly placeholder: string
}

/**
 * The values of a JSON text that the rules do not allow and that are not placeholders already. A text that a parser reads
 * and the walk does not, which stops at a depth, is one such value.
 */
export function unkeptValues(venue: VenueId, content: EndpointContent, text: string): readonly UnkeptValue[] {
  if (text.startsWith(BYTE_ORDER_MARK)) {
    const found = unkeptValues(venue, content, text.slice(1))
    return found.map((value) => ({ ...value, start: value.start + 1, end: value.end + 1 }))
  }
  const rules = redactionRules[venue]
  const found: UnkeptValue[] = []
  const note = (path: readonly string[], start: number, end: number): void => {
    const name = memberName(path)
    if (name === null || isHarmless(text, start, end)) return
    if (isKept(rules, content, name, isInWhole(rules, path))) return
    const word = placeholder(venue, name)
    if (text.slice(start, end) !== JSON.stringify(word)) {
      found.push({ path: path.join('.'), start, end, placeholder: word })
    }
  }
  try {
    walkJson(text, {
      enter: (path) => {
        const name = memberName(path)
        return name === null || isKept(rules, content, name, isInWhole(rules, path))
      },
      leaf: note,
    })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    if (parseJsonOrUndefined(text) === undefined) return []
    return [{ path: 'all of it', start: 0, end: text.length, placeholder: placeholder(venue, 'nested_too_deep') }]
  }
  return found
}

/** Whether a member is kept for its own name's sake, or because it stands inside one that is kept whole. */
function isKept(rules: RedactionRules, content: EndpointContent, name: string, inWhole: boolean): boolean {
  if (rules.secretFields.has(name)) return false
  if (content === 'public' || inWhole || rules.fields.has(name) || rules.fieldPattern.test(name)) return true
  return content === 'frame' && rules.frameFields.has(name)
}

/** The member that a value belongs to: array indices stand for the array's own name. Null at the root. */
function memberName(path: readonly string[]): string | null {
  for (let i = path.length - 1; i >= 0; i -= 1) {
    const segment = path[i]
    if (segment !== undefined && !isIndex(segment)) return segment
  }
  return null
}

function isInWhole(rules: RedactionRules, path: readonly string[]): boolean {
  return rules.wholeFields.size > 0 && path.some((segment) => rules.wholeFields.has(segment))
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
// The venues' own `token_id`, `signature_type` and cursors must stay: a request is recognised by them.
const SECRET_PARAMETER =
  /(?:^(?:key|sig|auth|code|jwt|session|sid|pwd|session[-_]?id)|(?:api|private|access|auth|secret)[-_]?key|secret|signature|passphrase|passwd|password|token|bearer|credentials?|authorization)$/i

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
