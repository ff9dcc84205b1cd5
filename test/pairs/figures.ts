import type { MarketTexts } from '../../src/pairs/approved-pair.ts'
import { judgeMarkets, type Verdict } from '../../src/pairs/judge.ts'

/** A pair that somebody has judged. `not` covers every label that must not be proposed. */
export interface Labelled {
  readonly name: string
  readonly truth: 'same' | 'inverted' | 'not'
  readonly markets: readonly [MarketTexts, MarketTexts]
}

export interface Figures {
  readonly pairs: number
  /** Pairs that pay alike. */
  readonly alike: number
  readonly proposed: number
  /** Proposed, though they do not pay alike, or with the wrong outcomes facing each other. */
  readonly wrong: readonly string[]
  readonly polarityErrors: number
  readonly found: number
}

export function measure(pairs: readonly Labelled[], verdictOf: (pair: Labelled) => Verdict = judged): Figures {
  const seen = pairs.map((pair) => ({ ...pair, verdict: verdictOf(pair) }))
  const proposed = seen.filter(({ verdict }) => verdict === 'same' || verdict === 'inverted')
  const wrong = proposed.filter(({ verdict, truth }) => verdict !== truth)
  return {
    pairs: seen.length,
    alike: seen.filter(({ truth }) => truth !== 'not').length,
    proposed: proposed.length,
    wrong: wrong.map(({ name, verdict }) => `${name}: ${verdict}`),
    polarityErrors: wrong.filter(({ truth }) => truth !== 'not').length,
    found: proposed.length - wrong.length,
  }
}

function judged({ markets }: Labelled): Verdict {
  return judgeMarkets(...markets).verdict
}

/** A row of the table in docs/pairs.md. */
export function figuresRow(name: string, { pairs, alike, proposed, wrong, polarityErrors, found }: Figures): string {
  const precision = proposed === 0 ? '-' : share(proposed - wrong.length, proposed)
  const recall = alike === 0 ? '-' : share(found, alike)
  return `| ${name} | ${pairs} | ${alike} | ${proposed} | ${precision} | ${recall} | ${polarityErrors} |`
}

/** A share in thousandths, rounded down: a figure that is published is not rounded up to a gate. */
function share(part: number, whole: number): string {
  const thousandths = Math.floor((1_000 * part) / whole)
  return `${Math.floor(thousandths / 1_000)}.${String(thousandths % 1_000).padStart(3, '0')}`
}
