/** What an API key may do. Source: venue page §2. */
const scopes = [
  'read',
  'write',
  'read::portfolio_balance',
  'read::block_trade_accept',
  'write::trade',
  'write::transfer',
  'write::block_trade_accept',
  'write::fcm_risk',
] as const

export type Scope = (typeof scopes)[number]

export function isScope(value: unknown): value is Scope {
  return scopes.some((scope) => scope === value)
}
