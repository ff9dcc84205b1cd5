/** Contracts on Polygon as orders and balances name them. Source: polymarket.md §1.2, read 2026-11. */
export const CHAIN_ID = 137

const EXCHANGE_V2 = '0xE111180000d2663C0091e4f400237545B87B996B'
const EXCHANGE_V2_NEG_RISK = '0xe2222d279d744050d28e00520010520000310F59'
const EXCHANGE_V3 = '0xe3333700cA9d93003F00f0F71f8515005F6c00Aa'
/** By the name that the sandbox gives an exchange. */
export const exchangeContracts = { v2: EXCHANGE_V2, v2NegRisk: EXCHANGE_V2_NEG_RISK, v3: EXCHANGE_V3 } as const

export const NEG_RISK_ADAPTER = '0xd91E80cF2E7be2e162c6513ceD06f1dD0dA35296'
