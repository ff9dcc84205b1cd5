/** What one denial says of its case. */
export interface Told {
  /** Follows `Order not sent: `. */
  readonly message: string
  readonly value?: string | null
  readonly limit?: string | null
  readonly suggestion: string
}

export interface DenialText<Facts> {
  /** The rule in one sentence, for the documentation. */
  readonly rule: string
  tell(facts: Facts): Told
}

export function denialText<Facts>(rule: string, tell: (facts: Facts) => Told): DenialText<Facts> {
  return { rule, tell }
}
