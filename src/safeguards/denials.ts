import { accountTexts } from './texts/account.ts'
import { bookTexts } from './texts/book.ts'
import type { DenialText } from './texts/denial-text.ts'
import { marketTexts } from './texts/market.ts'
import { sizeTexts } from './texts/size.ts'
import { switchTexts } from './texts/switches.ts'

const tables = { ...switchTexts, ...marketTexts, ...sizeTexts, ...bookTexts, ...accountTexts }

/** Every way in which a safeguard says no. */
export type DenialCode = keyof typeof tables

type FactsOf<Text> = Text extends DenialText<infer Facts> ? Facts : never
type DenialFacts = { readonly [Code in DenialCode]: FactsOf<(typeof tables)[Code]> }

/** Rule and words for every code: the source of the documentation table. */
const texts: { readonly [Code in DenialCode]: DenialText<DenialFacts[Code]> } = tables

/** Why one safeguard said no. Amounts are decimal strings. */
export interface Denial {
  /** Stable, for scripts. */
  readonly code: DenialCode
  /** One sentence for a person. */
  readonly message: string
  /** What the order had, and what was allowed, where each can be put in a word. */
  readonly value: string | null
  readonly limit: string | null
  /** What to change. */
  readonly suggestion: string
}

/** The denial of a code in the words of its table entry. */
export function deny<Code extends DenialCode>(code: Code, facts: DenialFacts[Code]): Denial {
  const { message, value = null, limit = null, suggestion } = texts[code].tell(facts)
  return { code, message: `Order not sent: ${message}`, value, limit, suggestion }
}

/** Every code with its rule, in the order in which the checks run. */
export function listDenials(): readonly { readonly code: string; readonly rule: string }[] {
  return Object.entries(texts).map(([code, { rule }]) => ({ code, rule }))
}
