import type { VenueId } from '../../domain/market.ts'
import { flattenJson } from '../format/json-text.ts'
import { entryOf, type Recording } from '../read/recording.ts'
import { frameWord } from '../story/streams.ts'
import { staleParts } from './age.ts'
import { looksLikeId, volatile } from './volatile.ts'

/** The form of one kind of message: which members it has, and what they look like. */
interface Shape {
  readonly venue: VenueId
  readonly from: ShapeDifference['from']
  readonly name: string
  seen: number
  readonly members: Map<string, { seen: number; readonly kinds: Set<string> }>
}

/** A member that two sessions have otherwise. */
export interface ShapeDifference {
  readonly venue: VenueId
  /** E.g. `POST orders 201 response`. */
  readonly message: string
  /** Whose words they are: what the client sends tells nothing about the venue. */
  readonly from: 'client' | 'venue'
  /** Path of the member; `[]` stands for every element, `{id}` for every key. */
  readonly member: string
  readonly a: string
  readonly b: string
}

export interface ShapeDiff {
  /** Kinds of message that both have. */
  readonly compared: number
  readonly differences: readonly ShapeDifference[]
  /** Kinds of message that only one has: nothing to compare. */
  readonly onlyA: readonly string[]
  readonly onlyB: readonly string[]
  /** Exchanges of API versions that are dead: they were not compared. */
  readonly leftOut: number
}

interface Message {
  readonly venue: VenueId
  readonly from: ShapeDifference['from']
  readonly name: string
  readonly text: string
}

/** Compares what messages look like, not what they say: how the tape of a venue is held against one of its simulation. */
export function diffShapes(a: Recording, b: Recording): ShapeDiff {
  const [oldA, oldB] = [deadExchanges(a), deadExchanges(b)]
  const [shapesA, shapesB] = [shapesOf(a, oldA), shapesOf(b, oldB)]
  const both = [...shapesA.keys()].filter((key) => shapesB.has(key))
  return {
    compared: both.length,
    differences: [...shapesA].flatMap(([key, shape]) => compareShapes(shape, shapesB.get(key))),
    onlyA: [...shapesA.keys()].filter((key) => !shapesB.has(key)),
    onlyB: [...shapesB.keys()].filter((key) => !shapesA.has(key)),
    leftOut: oldA.size + oldB.size,
  }
}

function deadExchanges(recording: Recording): ReadonlySet<number> {
  return new Set(staleParts(recording).flatMap(({ exchanges }) => exchanges))
}

function* messagesOf(recording: Recording, leftOut: ReadonlySet<number>): Generator<Message> {
  for (const exchange of recording.exchanges) {
    if (leftOut.has(exchange.seq)) continue
    const { request, response } = entryOf(recording, exchange)
    const { venue, method, endpoint, outcome } = exchange
    const name = `${method} ${endpoint}`
    if (request.postData?.text !== undefined)
      yield { venue, from: 'client', name: `${name} request`, text: request.postData.text }
    if (outcome === 'response')
      yield { venue, from: 'venue', name: `${name} ${response.status} response`, text: response.content.text ?? '' }
  }
  for (const { venue, frames } of recording.streams) {
    for (const frame of frames) {
      if (typeof frame.data === 'string')
        yield {
          venue,
          from: frame.type === 'send' ? 'client' : 'venue',
          name: `socket ${frame.type} ${frameWord(frame)}`,
          text: frame.data,
        }
    }
  }
}

function shapesOf(recording: Recording, leftOut: ReadonlySet<number>): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  for (const { venue, from, name, text } of messagesOf(recording, leftOut)) {
    const key = `${venue} ${name}`
    const shape = shapes.get(key) ?? { venue, from, name, seen: 0, members: new Map() }
    shapes.set(key, shape)
    shape.seen += 1
    const here = new Set<string>()
    for (const [field, leaf] of flattenJson(text) ?? new Map([['', JSON.stringify(text)]]))
      note(shape, leaf === '[]' ? `${field}.0` : field, leaf, here)
  }
  return shapes
}

function note(shape: Shape, field: string, leaf: string, here: Set<string>): void {
  const member = memberOf(field)
  const known = shape.members.get(member) ?? { seen: 0, kinds: new Set() }
  shape.members.set(member, known)
  known.kinds.add(kindOf(shape.venue, member, leaf))
  if (!here.has(member)) known.seen += 1
  here.add(member)
}

function memberOf(field: string): string {
  if (field === '') return '(whole)'
  return field
    .split('.')
    .map((name) => (/^\d+$/.test(name) ? '[]' : looksLikeId(name) ? '{id}' : name))
    .join('.')
}

/** What a leaf looks like. Redacted ones look like nothing in particular. */
function kindOf(venue: VenueId, member: string, leaf: string): string {
  if (leaf === 'null' || leaf === '[]' || leaf === '{}') return leaf
  if (leaf === 'true' || leaf === 'false') return 'boolean'
  if (!leaf.startsWith('"')) return /[.eE]/.test(leaf) ? 'number' : 'integer'
  const text = leaf.slice(1, -1)
  if (text === '') return 'empty text'
  if (text.startsWith('{{')) return 'redacted'
  const decimals = /^-?\d+(?:\.(\d+))?$/.exec(text)
  if (volatile[venue].ids.has(member.split('.').findLast((name) => name !== '[]') ?? '')) return 'id'
  if (decimals !== null)
    return volatile[venue].fixedDecimals ? `decimal text with ${decimals[1]?.length ?? 0} decimals` : 'decimal text'
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return 'time'
  return looksLikeId(text) ? 'id' : 'text'
}

function compareShapes(a: Shape, b: Shape | undefined): readonly ShapeDifference[] {
  if (b === undefined) return []
  const members = [...new Set([...a.members.keys(), ...b.members.keys()])].sort()
  return members.flatMap((member) => {
    if (fits(a, b, member)) return []
    const { venue, from, name: message } = a
    return [{ venue, message, from, member, a: describe(a, member), b: describe(b, member) }]
  })
}

/** What was seen in one alone may just not have been seen often enough: only what cannot be of one form counts. */
function fits(a: Shape, b: Shape, member: string): boolean {
  const [one, other] = [a.members.get(member), b.members.get(member)]
  if (one === undefined) return isBelowNothing(a, member)
  if (other === undefined) return isBelowNothing(b, member)
  const [kindsA, kindsB] = [telling(one.kinds), telling(other.kinds)]
  return kindsA.every((kind) => kindsB.includes(kind)) || kindsB.every((kind) => kindsA.includes(kind))
}

const sayNothing: readonly string[] = ['null', '[]', '{}', 'empty text', 'redacted']

function telling(kinds: ReadonlySet<string>): readonly string[] {
  return [...kinds].filter((kind) => !sayNothing.includes(kind))
}

/** A list that was always empty does not say what its elements look like. */
function isBelowNothing(shape: Shape, member: string): boolean {
  const names = member.split('.')
  return names.some((_, index) => {
    const above = shape.members.get(names.slice(0, index).join('.') || '(whole)')
    return above !== undefined && telling(above.kinds).length === 0
  })
}

function describe(shape: Shape, member: string): string {
  const known = shape.members.get(member)
  if (known === undefined) return 'not there'
  const how = known.seen < shape.seen ? ' (not always there)' : ''
  return `${[...known.kinds].sort().join(' or ')}${how}`
}
