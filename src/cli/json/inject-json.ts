/** An injected edge, and what came of it. Amounts are decimal strings of dollars or contracts, times ms after the start. */
export interface InjectionJson {
  readonly id: string
  readonly polarity: 'same' | 'inverted'
  /** What is offered: prices of the outcome named. */
  readonly legs: readonly { readonly market: string; readonly outcome: string; readonly price: string }[]
  readonly size: string
  /** Kept by all pairs together, fees of both venues paid; the grids may allow no less than this. */
  readonly edge: string
  readonly edgePerPair: string
  /** `time`, `order`, `fill`, `cancel`, `replaced`, `sandbox`; null while it stands. */
  readonly endedBy: string | null
  readonly endedAfterMs: number | null
  /** What could not be done at its moment. */
  readonly problems: readonly string[]
  /** Orders that came to its two markets, as the exchange took them. */
  readonly orders: readonly InjectedOrderJson[]
}

export interface InjectedOrderJson {
  readonly afterMs: number
  readonly market: string
  readonly outcome: string
  readonly side: string
  readonly price: string
  /** Null where dollars are spent instead. */
  readonly quantity: string | null
  readonly budget: string | null
  /** Why the exchange refused it, or null. */
  readonly refused: string | null
  readonly order: string | null
  readonly state: string | null
  readonly filled: string
  /** Dollars that its executions moved, fees apart. */
  readonly cost: string
  readonly fees: string
}

export interface InjectJson {
  readonly injection: InjectionJson
  /** Contracts that each side's orders bought, less what they sold again. */
  readonly bought: readonly { readonly market: string; readonly outcome: string; readonly quantity: string }[]
  /** Contracts that one side holds beyond the other. */
  readonly imbalance: string
}
