/** A set of values of one measure: what must come out for YES. Exact decimals scaled by a million; null is no bound. */
export interface Levels {
  readonly from: { readonly value: bigint; readonly included: boolean } | null
  readonly to: { readonly value: bigint; readonly included: boolean } | null
}

// A dash behind a number is that of a range, and no sign.
const NUMBER = '(?:(?<![\\d%])-)?\\$? ?(?:(?<![\\d%])-)?\\d[\\d,]{0,17}(?:\\.\\d{1,6})?'
const UNIT = '(?:\\+|k\\b|m\\b|b\\b| ?(?:thousand|million|billion|trillion|bn|mn)\\b)?'
const VALUE = `(${NUMBER})(${UNIT})(?: ?(?:%|percent|bps|basis points|f\\b|c\\b|degrees|points|seats|people|votes))?`

type Build = (a: bigint, b: bigint) => Levels
const above =
  (included: boolean): Build =>
  (value) => ({ from: { value, included }, to: null })
const below =
  (included: boolean): Build =>
  (value) => ({ from: null, to: { value, included } })
const within = (value: bigint, upper: bigint): Levels => ({
  from: { value, included: true },
  to: { value: upper, included: true },
})

/** In the order in which they are tried: the longer phrase first. */
const phrases: readonly (readonly [RegExp, Build])[] = [
  [new RegExp(`\\bbetween ${VALUE} ?(?:and|to|-) ?${VALUE}`), within],
  [
    new RegExp(
      `\\b(?:at or above|at or over|at least|no less than|not less than|no fewer than|not fewer than|not below|not under|no lower than|not lower than|equal to or (?:greater|higher|more) than|equal to or above|greater than or equal to|reach(?:es)? or exceeds?|(?:>=)) ?${VALUE}`,
    ),
    above(true),
  ],
  [
    new RegExp(
      `\\b(?:at or below|at or under|at most|no more than|not more than|no higher than|not higher than|no greater than|not greater than|not above|not over|equal to or (?:less|lower) than|equal to or below|less than or equal to|(?:<=)) ?${VALUE}`,
    ),
    below(true),
  ],
  [new RegExp(`${VALUE},? or (?:more|higher|above|greater|any higher number)\\b`), above(true)],
  [new RegExp(`${VALUE},? or (?:fewer|less|lower|below)\\b`), below(true)],
  [
    new RegExp(`(?<!\\b(?:not|no) )\\b(?:above|more than|greater than|higher than|over|exceeds?|exceeding) ?${VALUE}`),
    above(false),
  ],
  [new RegExp(`> ?${VALUE}`), above(false)],
  [new RegExp(`(?<!\\b(?:not|no) )\\b(?:below|less than|lower than|under|fewer than) ?${VALUE}`), below(false)],
  [new RegExp(`< ?${VALUE}`), below(false)],
  [new RegExp(`\\b(?:reach|reaches|hit|hits|touch|touches|surpass)(?: \\((?:high|low)\\))? ${VALUE}`), above(true)],
  [new RegExp(`\\b(?:dip|dips|drop|drops|fall|falls) to ${VALUE}`), below(true)],
  [new RegExp(`\\b(?:exactly|precisely) ${VALUE}`), (value) => within(value, value)],
  [new RegExp(`\\bbe ${VALUE}(?!\\d|[.,]\\d| ?(?:-|to) ?\\d)`), (value) => within(value, value)],
  [new RegExp(`(?<![\\w-])${VALUE} ?(?:-|to) ?${VALUE}`), within],
]

const scales: Readonly<Record<string, bigint>> = {
  k: 1_000n,
  thousand: 1_000n,
  m: 1_000_000n,
  mn: 1_000_000n,
  million: 1_000_000n,
  b: 1_000_000_000n,
  bn: 1_000_000_000n,
  billion: 1_000_000_000n,
  trillion: 1_000_000_000_000n,
}

export const SCALE = 1_000_000n

function amountOf(number: string, unit: string): bigint {
  const digits = number.replace(/[$, ]/g, '')
  const negative = digits.startsWith('-')
  const [whole = '0', fraction = ''] = digits.replaceAll('-', '').split('.')
  const scaled = BigInt(whole) * SCALE + BigInt(fraction.padEnd(6, '0') || '0')
  return (negative ? -scaled : scaled) * (scales[unit.trim().replace('+', '')] ?? 1n)
}

/** The first set of values that a folded text names, and the text without it. Null when it names none. */
export function takeLevels(text: string): { readonly levels: Levels; readonly rest: string } | null {
  for (const [pattern, build] of phrases) {
    const match = pattern.exec(text)
    if (match === null) continue
    const [, a = '', unitA = '', b = '', unitB = ''] = match
    const plus = unitA.trim() === '+'
    const first = amountOf(a, b !== '' && unitA === '' ? unitB : unitA)
    const levels = plus ? above(true)(first, first) : build(first, b === '' ? first : amountOf(b, unitB))
    const rest = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`
    return { levels: exclusive(levels, text), rest: rest.replace(/\s+/g, ' ').trim() }
  }
  const plus = new RegExp(`(${NUMBER})\\+`).exec(text)
  if (plus === null) return null
  const value = amountOf(plus[1] ?? '0', '')
  return { levels: above(true)(value, value), rest: text.replace(plus[0], ' ') }
}

/** "Between" takes in both ends unless the text says otherwise. */
function exclusive(levels: Levels, text: string): Levels {
  if (levels.from === null || levels.to === null || !/\bexclusive\b|\bstrictly between\b/.test(text)) return levels
  return { from: { ...levels.from, included: false }, to: { ...levels.to, included: false } }
}

/**
 * The same set with bounds that can be met: where values come in steps of `step`, above 3.1 and at least 3.2 are one set.
 * Without a step the bounds stand as they are.
 */
export function onGrid({ from, to }: Levels, step: bigint | null): Levels {
  if (step === null) return { from, to }
  const up = (value: bigint): bigint => value - (((value % step) + step) % step)
  const raise = from === null ? null : nextAtOrAbove(from, step, up)
  const lower = to === null ? null : nextAtOrBelow(to, step, up)
  return { from: raise, to: lower }
}

type Bound = NonNullable<Levels['from']>

function nextAtOrAbove({ value, included }: Bound, step: bigint, floor: (value: bigint) => bigint): Bound {
  const base = floor(value)
  return { value: base === value && included ? value : base + step, included: true }
}

function nextAtOrBelow({ value, included }: Bound, step: bigint, floor: (value: bigint) => bigint): Bound {
  const base = floor(value)
  return { value: base === value && !included ? value - step : base, included: true }
}

function sameBound(a: Bound | null, b: Bound | null): boolean {
  return a === null || b === null ? a === b : a.value === b.value && a.included === b.included
}

/** `same` sets, `inverted` when each holds exactly what the other does not, else `different`. */
export function relate(a: Levels, b: Levels, step: bigint | null): 'same' | 'inverted' | 'different' {
  const [x, y] = [onGrid(a, step), onGrid(b, step)]
  if (sameBound(x.from, y.from) && sameBound(x.to, y.to)) return 'same'
  return complement(x, y, step) || complement(y, x, step) ? 'inverted' : 'different'
}

/** Whether the first ends exactly where the second begins, and neither has another end. */
function complement(low: Levels, high: Levels, step: bigint | null): boolean {
  if (low.from !== null || low.to === null || high.from === null || high.to !== null) return false
  if (step !== null) return low.to.value + step === high.from.value
  return low.to.value === high.from.value && low.to.included !== high.from.included
}

export function levelsText({ from, to }: Levels): string {
  if (from !== null && to !== null) {
    return from.value === to.value ? numberText(from.value) : `${numberText(from.value)} to ${numberText(to.value)}`
  }
  if (from !== null) return `${from.included ? 'at least' : 'more than'} ${numberText(from.value)}`
  return to === null ? 'any value' : `${to.included ? 'at most' : 'less than'} ${numberText(to.value)}`
}

/** A value as a person writes it. */
export function numberText(value: bigint): string {
  const size = value < 0n ? -value : value
  const fraction = (size % SCALE).toString().padStart(6, '0').replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${size / SCALE}${fraction === '' ? '' : `.${fraction}`}`
}

/** A value that lies in one of two sets and not in the other, for the telling of a world. */
export function witnessOf(a: Levels, b: Levels): string | null {
  const candidates = [a.from, a.to, b.from, b.to].flatMap((bound) =>
    bound === null ? [] : [bound.value, bound.value + 10_000n, bound.value - 10_000n],
  )
  const value = candidates.find((each) => holds(a, each) !== holds(b, each))
  return value === undefined ? null : numberText(value)
}

function holds({ from, to }: Levels, value: bigint): boolean {
  const high = from === null || value > from.value || (from.included && value === from.value)
  const low = to === null || value < to.value || (to.included && value === to.value)
  return high && low
}
