import { createHash } from 'node:crypto'

/** On-chain looking ids of one Polymarket market. Made from the seed, the slug and the market's place in the catalogue. */
export interface Identities {
  /** 64 hex digits with `0x`. */
  readonly conditionId: string
  readonly questionId: string
  readonly clobTokenIds: readonly [yes: string, no: string]
  readonly positionIds: readonly [yes: string, no: string]
}

function digest(text: string): string {
  return createHash('sha512').update(text).digest('hex')
}

const BINARY_MODULE = '01'
const NEG_RISK_MODULE = '02'
/** Arity 16 bits, reserved 64, resolution chain 16, condition index 16: all zero in every known id. */
const LAYOUT_TAIL = '0'.repeat(28)

/**
 * Position ids follow the venue's layout: module 8 bits, base hash 128, arity 16, reserved 64 (zero), chain 16, condition
 * 16, outcome 8. CTF token ids are unstructured. Source: polymarket.md §3.1 and the routing vectors, 2026-11.
 * Every id ends (a position id: its base hash ends) in four digits that tell the market's place, so that a market can be
 * found by any of its ids without computing those of the others.
 */
export function identitiesOf(input: {
  readonly seed: string
  readonly slug: string
  readonly version: 'v1' | 'v2'
  readonly negRisk: boolean
  readonly position: number
}): Identities {
  const first = digest(`${input.seed}/polymarket/${input.slug}`)
  const second = digest(`${input.seed}/polymarket/${input.slug}/ids`)
  const mark = placeMark(input.seed, input.position)
  const moduleId = input.negRisk ? NEG_RISK_MODULE : BINARY_MODULE
  const condition31 = `${moduleId}${first.slice(0, 28)}${mark}${LAYOUT_TAIL}`
  return {
    conditionId: input.version === 'v2' ? `0x${condition31}00` : `0x${first.slice(64, 124)}${mark}`,
    questionId: `0x${second.slice(0, 64)}`,
    clobTokenIds: [decimal(`${first.slice(0, 60)}${mark}`), decimal(`${second.slice(64, 124)}${mark}`)],
    positionIds: [decimal(`${condition31}00`), decimal(`${condition31}01`)],
  }
}

const PLACES = 0x10000
const masks = new Map<string, number>()

/** Four hex digits for a place below 65,536, in an order that depends on the seed. */
function placeMark(seed: string, position: number): string {
  return (position ^ maskOf(seed)).toString(16).padStart(4, '0')
}

function maskOf(seed: string): number {
  const mask = masks.get(seed) ?? Number.parseInt(digest(`${seed}/places`).slice(0, 4), 16) % PLACES
  masks.set(seed, mask)
  return mask
}

/** The places that a market with this token, position or condition id can have. The caller compares the whole id. */
export function placesOf(seed: string, id: bigint): readonly number[] {
  const hex = id.toString(16).padStart(64, '0')
  return [hex.slice(60), hex.slice(30, 34)].map((mark) => Number.parseInt(mark, 16) ^ maskOf(seed))
}

function decimal(hex: string): string {
  return BigInt(`0x${hex}`).toString()
}

/** The id that the markets of one neg-risk event share. */
export function negRiskMarketId(seed: string, eventSlug: string): string {
  return `0x${digest(`${seed}/neg-risk/${eventSlug}`).slice(0, 62)}00`
}
