/** What only Polymarket's markets have: ids, routing and catalogue fields. */
export interface PolymarketDetails {
  readonly venue: 'polymarket'
  readonly gammaId: string
  readonly version: 'v1' | 'v2'
  readonly conditionId: string
  readonly questionId: string
  /** CTF token ids as decimal strings, YES first; null when the market has none. */
  readonly clobTokenIds: readonly [string, string] | null
  /** Protocol V2 position ids as decimal strings, YES first; null when the market has none. */
  readonly positionIds: readonly [string, string] | null
  readonly negRisk: boolean
  readonly negRiskMarketId: string | null
  /** Tick as the venue prints it, e.g. `0.01`. */
  readonly tickSize: string
  readonly secondsDelay: number
  readonly resolutionSource: string
  readonly gameStartMs: number | null
  readonly feeType: string | null
  readonly groupItemTitle: string | null
  /** The end that Gamma prints, Unix ms: not a trading cutoff. */
  readonly endMs: number
  readonly tags: readonly string[]
  readonly sportsMarketType: string | null
  readonly line: string | null
}
