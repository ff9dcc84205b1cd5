import type { TypedDataDomain, TypedDataField } from 'ethers'
import { CHAIN_ID, exchangeContracts } from './contracts.ts'
import type { WireOrder } from './order-body.ts'

/** The sandbox's own copy of what is signed, so that it cannot share a mistake with the client. Source: polymarket.md §2.1, §3.2, §3.3. */

export type Types = Record<string, TypedDataField[]>

const field = (text: string): TypedDataField => {
  const [type = '', name = ''] = text.split(' ')
  return { type, name }
}

export const ORDER_TYPE_TEXT =
  'Order(uint256 salt,address maker,address signer,uint256 tokenId,uint256 makerAmount,uint256 takerAmount,uint8 side,uint8 signatureType,uint256 timestamp,bytes32 metadata,bytes32 builder)'

const orderFields = ORDER_TYPE_TEXT.slice('Order('.length, -1).split(',').map(field)

export const orderTypes: Types = { Order: orderFields }

export const depositWalletTypes: Types = {
  TypedDataSign: [
    'Order contents',
    'string name',
    'string version',
    'uint256 chainId',
    'address verifyingContract',
    'bytes32 salt',
  ].map(field),
  Order: orderFields,
}

export const loginTypes: Types = {
  ClobAuth: ['address address', 'string timestamp', 'uint256 nonce', 'string message'].map(field),
}

export const LOGIN_DOMAIN: TypedDataDomain = { name: 'ClobAuthDomain', version: '1', chainId: CHAIN_ID }
export const LOGIN_MESSAGE = 'This message attests that I control the given wallet'

export type ExchangeName = keyof typeof exchangeContracts

export function exchangeDomain(exchange: ExchangeName): TypedDataDomain {
  return {
    name: 'Polymarket CTF Exchange',
    version: exchange === 'v3' ? '3' : '2',
    chainId: CHAIN_ID,
    verifyingContract: exchangeContracts[exchange],
  }
}

export const ZERO_BYTES32 = `0x${'0'.repeat(64)}`

/** The struct that is hashed and signed. */
export function orderMessage(order: WireOrder): Record<string, string | number> {
  return {
    salt: order.salt,
    maker: order.maker,
    signer: order.signer,
    tokenId: order.tokenId,
    makerAmount: order.makerAmount.toString(),
    takerAmount: order.takerAmount.toString(),
    side: order.side === 'BUY' ? 0 : 1,
    signatureType: order.signatureType,
    timestamp: order.timestamp,
    metadata: order.metadata,
    builder: order.builder,
  }
}
