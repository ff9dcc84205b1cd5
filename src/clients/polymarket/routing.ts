import type { Outcome } from '../../domain/market.ts'
import { exchanges } from './contracts.ts'
import type { DomainVersion } from './typed-data.ts'

/** How an order of one market is addressed and signed. */
export interface Route {
  /** 64 hex digits behind 0x. */
  readonly conditionId: string
  readonly domainVersion: DomainVersion
  readonly negRisk: boolean
  /** Decimal strings: 256-bit numbers. */
  readonly tokens: Readonly<Record<Outcome, string>>
}

export type RouteOrRefusal = Route | { readonly refused: string }

const RESERVED_BITS = ((1n << 64n) - 1n) << 40n

/** True for a position id of Protocol V2: its bits 40 to 103 are reserved and zero. A CTF token id is a hash. */
export function isPositionId(assetId: bigint): boolean {
  return (assetId & RESERVED_BITS) === 0n
}

export interface PositionIdParts {
  /** 1 binary, 2 neg-risk, 3 combinatorial. */
  readonly moduleId: number
  /** 0 is YES, 1 is NO. */
  readonly outcomeIndex: number
  /** 62 hex digits, as Gamma prints it. */
  readonly conditionId31: string
  /** 64 hex digits, as the order service and the data service want it. */
  readonly conditionId32: string
}

/** Takes a position id apart. Layout from high to low: module 8, base 128, arity 16, reserved 64, chain 16, index 16, outcome 8. */
export function positionIdParts(assetId: bigint): PositionIdParts {
  const conditionId31 = `0x${(assetId >> 8n).toString(16).padStart(62, '0')}`
  return {
    moduleId: Number(assetId >> 248n),
    outcomeIndex: Number(assetId & 0xffn),
    conditionId31,
    conditionId32: `${conditionId31}00`,
  }
}

/** Lower case, 64 digits: the 31-byte form that Gamma prints for Protocol V2 is padded on the right. Null when it is neither. */
export function normalConditionId(text: string): string | null {
  const lower = text.toLowerCase()
  if (/^0x[0-9a-f]{64}$/.test(lower)) return lower
  return /^0x[0-9a-f]{62}$/.test(lower) ? `${lower}00` : null
}

function parseAssetId(text: string): bigint | null {
  if (!/^[1-9]\d{0,77}$/.test(text)) return null
  const id = BigInt(text)
  return id < 1n << 256n ? id : null
}

/**
 * The exchange of a market, by the version that the venue states for it, never by the account or the look of an id. The
 * ids are a cross-check: where they disagree with the version, or the version is missing or new, no order is built.
 */
export function routeFor(market: {
  readonly version: string | null
  readonly conditionId: string
  readonly negRisk: boolean | null
  readonly clobTokenIds: readonly string[]
  readonly positionIds: readonly string[]
}): RouteOrRefusal {
  const conditionId = normalConditionId(market.conditionId)
  if (conditionId === null) return { refused: 'its condition id is malformed' }
  if (market.version === 'v1') return tokenRoute(conditionId, market.negRisk, market.clobTokenIds)
  if (market.version === 'v2') return positionRoute(conditionId, market.negRisk, market.positionIds)
  return {
    refused:
      market.version === null
        ? 'the venue does not say which exchange it trades on (no version)'
        : `it trades on an exchange this version does not know (version ${market.version.slice(0, 20)})`,
  }
}

function tokenRoute(conditionId: string, negRisk: boolean | null, ids: readonly string[]): RouteOrRefusal {
  const [yes, no] = ids
  if (ids.length !== 2 || yes === undefined || no === undefined) return { refused: 'it has no token ids yet' }
  const [yesId, noId] = [parseAssetId(yes), parseAssetId(no)]
  if (yesId === null || noId === null || yesId === noId) return { refused: 'its token ids are malformed' }
  if (isPositionId(yesId) || isPositionId(noId)) return { refused: 'its ids do not belong to its version (v1)' }
  if (negRisk === null) return { refused: 'the venue does not say whether it is a neg-risk market' }
  return { conditionId, domainVersion: '2', negRisk, tokens: { yes, no } }
}

function positionRoute(conditionId: string, negRisk: boolean | null, ids: readonly string[]): RouteOrRefusal {
  const [yes, no] = ids
  if (ids.length !== 2 || yes === undefined || no === undefined) return { refused: 'it has no position ids yet' }
  const [yesId, noId] = [parseAssetId(yes), parseAssetId(no)]
  if (yesId === null || noId === null) return { refused: 'its position ids are malformed' }
  if (!isPositionId(yesId) || !isPositionId(noId)) return { refused: 'its ids do not belong to its version (v2)' }
  const [yesParts, noParts] = [positionIdParts(yesId), positionIdParts(noId)]
  const consistent =
    yesParts.outcomeIndex === 0 &&
    noParts.outcomeIndex === 1 &&
    yesParts.conditionId32 === conditionId &&
    noParts.conditionId32 === conditionId
  if (!consistent) return { refused: 'its position ids do not belong to its condition id' }
  return { conditionId, domainVersion: '3', negRisk: negRisk ?? yesParts.moduleId === 2, tokens: { yes, no } }
}

/** The contract that settles the market's orders. Protocol V2 has one for all kinds of market. */
export function exchangeOf(route: Pick<Route, 'domainVersion' | 'negRisk'>): string {
  if (route.domainVersion === '3') return exchanges.v3
  return route.negRisk ? exchanges.v2NegRisk : exchanges.v2
}

/** The route as a market carries it through the store. */
export function routeToRecord(route: Route): Readonly<Record<string, string>> {
  return {
    conditionId: route.conditionId,
    domainVersion: route.domainVersion,
    negRisk: String(route.negRisk),
    yesToken: route.tokens.yes,
    noToken: route.tokens.no,
  }
}

/** Inverse of `routeToRecord`. Null when the market has no route: it was not tradable when it was read. */
export function routeFromRecord(record: Readonly<Record<string, string>>): Route | null {
  const { conditionId, domainVersion, negRisk, yesToken, noToken } = record
  if (conditionId === undefined || yesToken === undefined || noToken === undefined) return null
  if (domainVersion !== '2' && domainVersion !== '3') return null
  if (negRisk !== 'true' && negRisk !== 'false') return null
  return { conditionId, domainVersion, negRisk: negRisk === 'true', tokens: { yes: yesToken, no: noToken } }
}

/** The outcome that an asset id stands for in this market, or null when it is another market's. */
export function outcomeOf(route: Route, assetId: string): Outcome | null {
  if (assetId === route.tokens.yes) return 'yes'
  return assetId === route.tokens.no ? 'no' : null
}
