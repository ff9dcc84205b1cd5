import { isRecord } from '../json-body.ts'

/** 0 EOA, 1 proxy, 2 Safe, 3 deposit wallet. */
export type SignatureType = 0 | 1 | 2 | 3

export type OrderType = 'GTC' | 'GTD' | 'FAK' | 'FOK'

/** A signed order as it came in. Amounts in millionths. */
export interface WireOrder {
  readonly salt: string
  readonly maker: string
  readonly signer: string
  readonly tokenId: string
  readonly makerAmount: bigint
  readonly takerAmount: bigint
  readonly side: 'BUY' | 'SELL'
  readonly signatureType: SignatureType
  /** Unix ms, decimal. */
  readonly timestamp: string
  readonly metadata: string
  readonly builder: string
  readonly signature: string
  /** Unix seconds; 0 for none. */
  readonly expiration: number
}

export interface OrderBody {
  readonly order: WireOrder
  readonly owner: string
  readonly orderType: OrderType
  readonly postOnly: boolean
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const BYTES32 = /^0x[0-9a-fA-F]{64}$/
const DIGITS = /^\d{1,78}$/
const HEX = /^0x(?:[0-9a-fA-F]{2}){65,2048}$/

/**
 * Reads one body of `POST /order`. The venue's types are strict: `salt` and `signatureType` are numbers, all other
 * figures strings. The text is the refusal when it does not fit.
 */
export function parseOrderBody(body: unknown): OrderBody | { readonly refused: string } {
  const invalid = { refused: 'Invalid order payload' }
  if (!isRecord(body) || !isRecord(body.order)) return invalid
  const { order, owner, orderType, postOnly = false } = body
  if (typeof owner !== 'string' || typeof postOnly !== 'boolean' || !isOrderType(orderType)) return invalid
  if (body.deferExec !== undefined && typeof body.deferExec !== 'boolean') return invalid
  // Orders of the first version had these and no timestamp.
  if ('feeRateBps' in order && !('timestamp' in order)) {
    return { refused: 'invalid order version, please use the latest clob-client' }
  }
  const parsed = parseOrder(order)
  if (parsed === null) return invalid
  return 'refused' in parsed ? parsed : { order: parsed, owner, orderType, postOnly }
}

function parseOrder(raw: Readonly<Record<string, unknown>>): WireOrder | { readonly refused: string } | null {
  const { salt, signatureType, side } = raw
  if (typeof salt !== 'number' || !Number.isSafeInteger(salt) || salt < 0) return null
  if (side !== 'BUY' && side !== 'SELL') return { refused: 'Invalid side' }
  if (!isSignatureType(signatureType)) return { refused: 'Invalid signature_type' }
  const text = (name: string, pattern: RegExp): string | null => {
    const value = raw[name]
    return typeof value === 'string' && pattern.test(value) ? value : null
  }
  const maker = text('maker', ADDRESS)
  const signer = text('signer', ADDRESS)
  const makerAmount = text('makerAmount', DIGITS)
  const takerAmount = text('takerAmount', DIGITS)
  const timestamp = text('timestamp', DIGITS)
  const expiration = text('expiration', /^\d{1,12}$/)
  const metadata = text('metadata', BYTES32)
  const builder = text('builder', BYTES32)
  const signature = text('signature', HEX)
  const tokenId = text('tokenId', DIGITS)
  if (tokenId === null) return { refused: 'Invalid token id' }
  if (maker === null || signer === null || makerAmount === null || takerAmount === null || timestamp === null)
    return null
  if (expiration === null || metadata === null || builder === null) return null
  if (signature === null) return { refused: 'invalid signature' }
  return {
    salt: String(salt),
    maker,
    signer,
    tokenId,
    makerAmount: BigInt(makerAmount),
    takerAmount: BigInt(takerAmount),
    side,
    signatureType,
    timestamp,
    metadata,
    builder,
    signature,
    expiration: Number(expiration),
  }
}

function isOrderType(value: unknown): value is OrderType {
  return value === 'GTC' || value === 'GTD' || value === 'FAK' || value === 'FOK'
}

function isSignatureType(value: unknown): value is SignatureType {
  return value === 0 || value === 1 || value === 2 || value === 3
}
