import { POLYGON } from './contracts.ts'

/** EIP-712 domain. Chain ids are small enough for a number. */
export interface TypedDataDomain {
  readonly name: string
  readonly version: string
  readonly chainId: number
  readonly verifyingContract?: string
}

interface TypedDataField {
  readonly name: string
  readonly type: string
}

export type TypedDataTypes = Readonly<Record<string, readonly TypedDataField[]>>

/** Values by field name; nested structures for nested types. Integers beyond 2^53 are decimal strings. */
export type TypedDataValue = Readonly<Record<string, unknown>>

/** `2` for conditional tokens of the CTF, `3` for position ids of Protocol V2. */
export type DomainVersion = '2' | '3'

/** 0 EOA, 1 proxy wallet, 2 Safe, 3 deposit wallet. */
export const signatureTypes = [0, 1, 2, 3] as const
export type SignatureType = (typeof signatureTypes)[number]

/** The order as it is signed. All amounts are integers of a millionth. */
export interface OrderStruct {
  /** At most 2^53 - 1: the wire carries it as a JSON number. */
  readonly salt: string
  readonly maker: string
  readonly signer: string
  readonly tokenId: string
  readonly makerAmount: string
  readonly takerAmount: string
  /** 0 buys, 1 sells. */
  readonly side: 0 | 1
  readonly signatureType: SignatureType
  /** Unix ms. */
  readonly timestamp: string
  readonly metadata: string
  readonly builder: string
}

export const ZERO_BYTES32 = `0x${'00'.repeat(32)}`

const orderFields: readonly TypedDataField[] = [
  { name: 'salt', type: 'uint256' },
  { name: 'maker', type: 'address' },
  { name: 'signer', type: 'address' },
  { name: 'tokenId', type: 'uint256' },
  { name: 'makerAmount', type: 'uint256' },
  { name: 'takerAmount', type: 'uint256' },
  { name: 'side', type: 'uint8' },
  { name: 'signatureType', type: 'uint8' },
  { name: 'timestamp', type: 'uint256' },
  { name: 'metadata', type: 'bytes32' },
  { name: 'builder', type: 'bytes32' },
]

export const orderTypes: TypedDataTypes = { Order: orderFields }

/** The order type as EIP-712 spells it: 186 bytes, part of a deposit wallet's signature. */
export const orderTypeString = `Order(${orderFields.map((field) => `${field.type} ${field.name}`).join(',')})`

/** What the owner of a deposit wallet signs: the order, wrapped in the wallet's own domain (ERC-7739). */
export const walletOrderTypes: TypedDataTypes = {
  TypedDataSign: [
    { name: 'contents', type: 'Order' },
    { name: 'name', type: 'string' },
    { name: 'version', type: 'string' },
    { name: 'chainId', type: 'uint256' },
    { name: 'verifyingContract', type: 'address' },
    { name: 'salt', type: 'bytes32' },
  ],
  Order: orderFields,
}

export function walletOrderValue(order: OrderStruct, chainId: number): TypedDataValue {
  return {
    contents: order,
    name: 'DepositWallet',
    version: '1',
    chainId,
    verifyingContract: order.maker,
    salt: ZERO_BYTES32,
  }
}

export function exchangeDomain(
  version: DomainVersion,
  verifyingContract: string,
  chainId: number = POLYGON,
): TypedDataDomain {
  return { name: 'Polymarket CTF Exchange', version, chainId, verifyingContract }
}

export const clobAuthTypes: TypedDataTypes = {
  ClobAuth: [
    { name: 'address', type: 'address' },
    { name: 'timestamp', type: 'string' },
    { name: 'nonce', type: 'uint256' },
    { name: 'message', type: 'string' },
  ],
}

export function clobAuthDomain(chainId: number): TypedDataDomain {
  return { name: 'ClobAuthDomain', version: '1', chainId }
}
