import { AmountError, formatAmount, type Money, parseMoney, parseRate, type Rate, SCALE } from '../domain/amounts.ts'

/** What a person allows. Every value can be set under `limits.` in the configuration, by the names used here. */
export interface Limits {
  /** Dollars of one order. */
  readonly minNotional: Money
  readonly maxNotional: Money
  /** How far a limit may be worse than the best opposite price: 0.05 is 5 %. */
  readonly maxSlippage: Rate
  /** Dollars in positions, resting and unknown orders of the account together. */
  readonly maxExposure: Money
  /** Realised dollars lost since 00:00 UTC after which nothing new is opened. Null: no limit. */
  readonly maxDailyLoss: Money | null
  /** An order book older than this is not judged by. */
  readonly maxBookAgeMs: number
  /** An equal order within this time is taken for a mistake. Zero switches the check off. */
  readonly duplicateWindowMs: number
  /** Dollars that one session's orders may cost at worst. Null: no limit. */
  readonly sessionBudget: Money | null
}

export const defaultLimits: Limits = {
  minNotional: parseMoney('0.1'),
  maxNotional: parseMoney('100'),
  maxSlippage: parseRate('0.05'),
  maxExposure: parseMoney('1000'),
  maxDailyLoss: null,
  maxBookAgeMs: 10_000,
  duplicateWindowMs: 60_000,
  sessionBudget: null,
}

export type LimitKey = keyof Limits

interface LimitProblem {
  /** The key as it was written, without `limits.`. */
  readonly key: string
  /** One sentence that says what is wrong and what would be right. */
  readonly message: string
}

export type LimitsResult =
  | { readonly kind: 'limits'; readonly limits: Limits }
  | { readonly kind: 'problems'; readonly problems: readonly LimitProblem[] }

const longestMs = 24 * 60 * 60 * 1000

class LimitError extends Error {
  override readonly name = 'LimitError'
}

function positiveMoney(text: string): Money {
  const value = parseMoney(text)
  if (value <= 0n) throw new LimitError(`${text} is not more than 0 dollars`)
  return value
}

function optionalMoney(text: string): Money | null {
  return text === 'none' ? null : positiveMoney(text)
}

function share(text: string): Rate {
  const value = parseRate(text)
  // 5 for "5 %" would allow a limit at six times the market.
  if (value > SCALE) throw new LimitError(`${text} is not between 0 and 1 (5 % is written 0.05)`)
  return value
}

function milliseconds(text: string, least: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= longestMs) return value
  throw new LimitError(`${JSON.stringify(text)} is not a whole number of milliseconds from ${least} to ${longestMs}`)
}

const parsers: { readonly [Key in LimitKey]: (text: string) => Limits[Key] } = {
  minNotional: positiveMoney,
  maxNotional: positiveMoney,
  maxSlippage: share,
  maxExposure: positiveMoney,
  maxDailyLoss: optionalMoney,
  maxBookAgeMs: (text) => milliseconds(text, 1),
  duplicateWindowMs: (text) => milliseconds(text, 0),
  sessionBudget: optionalMoney,
}

export const limitKeys: readonly LimitKey[] = [
  'minNotional',
  'maxNotional',
  'maxSlippage',
  'maxExposure',
  'maxDailyLoss',
  'maxBookAgeMs',
  'duplicateWindowMs',
  'sessionBudget',
]

function isLimitKey(key: string): key is LimitKey {
  return limitKeys.some((known) => known === key)
}

/**
 * Limits from configuration values over `base`. Either all of them hold or every problem is named: a mistyped limit must
 * stop the program, never fall back to another value. `none` switches `maxDailyLoss` and `sessionBudget` off.
 */
export function parseLimits(raw: Readonly<Record<string, string>>, base: Limits = defaultLimits): LimitsResult {
  const problems: LimitProblem[] = Object.keys(raw)
    .filter((key) => !isLimitKey(key))
    .map((key) => ({ key, message: `There is no limit ${JSON.stringify(key)}; there are ${limitKeys.join(', ')}.` }))
  const read = <Key extends LimitKey>(key: Key): Limits[Key] => {
    const text = raw[key]
    if (text === undefined) return base[key]
    try {
      return parsers[key](text)
    } catch (error) {
      if (!(error instanceof AmountError || error instanceof LimitError)) throw error
      problems.push({ key, message: `limits.${key}: ${error.message}.` })
      return base[key]
    }
  }
  const limits: Limits = {
    minNotional: read('minNotional'),
    maxNotional: read('maxNotional'),
    maxSlippage: read('maxSlippage'),
    maxExposure: read('maxExposure'),
    maxDailyLoss: read('maxDailyLoss'),
    maxBookAgeMs: read('maxBookAgeMs'),
    duplicateWindowMs: read('duplicateWindowMs'),
    sessionBudget: read('sessionBudget'),
  }
  if (problems.length === 0 && limits.minNotional > limits.maxNotional) {
    const [least, most] = [formatAmount(limits.minNotional), formatAmount(limits.maxNotional)]
    problems.push({
      key: 'minNotional',
      message: `limits.minNotional (${least}) is above limits.maxNotional (${most}).`,
    })
  }
  return problems.length === 0 ? { kind: 'limits', limits } : { kind: 'problems', problems }
}

/** The limits as configuration values, for people and `--json`. Null: no limit. */
export function formatLimits(limits: Limits): Readonly<Record<LimitKey, string | null>> {
  const amount = (value: Money | Rate | null): string | null => (value === null ? null : formatAmount(value))
  return {
    minNotional: amount(limits.minNotional),
    maxNotional: amount(limits.maxNotional),
    maxSlippage: amount(limits.maxSlippage),
    maxExposure: amount(limits.maxExposure),
    maxDailyLoss: amount(limits.maxDailyLoss),
    maxBookAgeMs: String(limits.maxBookAgeMs),
    duplicateWindowMs: String(limits.duplicateWindowMs),
    sessionBudget: amount(limits.sessionBudget),
  }
}
