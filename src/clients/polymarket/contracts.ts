/**
 * Contracts on Polygon that an order names or a wallet address is derived from.
 * Source: Polymarket contract list and official SDK configuration, read 2026-10.
 */
export const POLYGON = 137

/** Venue exchanges by the domain that an order is signed under; `2` has one exchange of its own for neg-risk markets. */
export const exchanges = {
  v2: '0xE111180000d2663C0091e4f400237545B87B996B',
  v2NegRisk: '0xe2222d279d744050d28e00520010520000310F59',
  v3: '0xe3333700cA9d93003F00f0F71f8515005F6c00Aa',
} as const

export const walletFactories = {
  proxy: '0xaB45c5A4B0c941a2F231C04C3f49182e1A254052',
  safe: '0xaacFeEa03eb1561C4e67d661e40682Bd20E3541b',
  deposit: '0x00000000000Fb5C9ADea0298D729A0CB3823Cc07',
} as const

/** What deposit wallets point at: the beacon since 2026, a fixed implementation before. */
export const depositWalletTargets = {
  beacon: '0x7A18EDfe055488A3128f01F563e5B479D92ffc3a',
  implementation: '0x58CA52ebe0DadfdF531Cde7062e76746de4Db1eB',
} as const

/** keccak256 of the creation code of the two legacy wallets, which take no arguments. */
export const walletCodeHashes = {
  proxy: '0xd21df8dc65880a8606f09fe0ce3df9b8869287ab0b058be05aa9e8af6330a00b',
  safe: '0x2bce2127ff07fb632d16c8347c4ebf501f4841168bed00d9e6ef715ddb6fcecf',
} as const
