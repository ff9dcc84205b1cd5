import { pathToFileURL } from 'node:url'
import type { MarketTexts } from '../src/pairs/approved-pair.ts'
import { matchMarkets } from '../src/pairs/match.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { seededRandom } from '../src/runtime/random.ts'

const COUNTS = [1_000, 10_000, 50_000]

const teams = [
  'Arizona Cardinals',
  'Buffalo Bills',
  'Chicago Bears',
  'Denver Broncos',
  'Detroit Lions',
  'Miami Dolphins',
  'New York Jets',
  'Seattle Seahawks',
]
const states = ['Ohio', 'Texas', 'Maine', 'Iowa', 'Kansas', 'Georgia', 'Nevada', 'Michigan', 'Florida', 'Arizona']
const syllables = [
  'an',
  'ber',
  'cor',
  'dal',
  'el',
  'fin',
  'gar',
  'hol',
  'is',
  'jor',
  'kel',
  'lan',
  'mor',
  'nes',
  'or',
  'pel',
  'quin',
  'ros',
  'sten',
  'tor',
  'ul',
  'ver',
  'wil',
  'yar',
]
const verbs = [
  'opens its second plant',
  'signs the treaty',
  'leaves the council',
  'lists its shares',
  'publishes the report',
  'wins the tender',
]

/**
 * Two venues' lists of a size: half of each asks what the other asks too, in its own words, the rest is noise of the same
 * kinds. The texts are as long as real ones are, since it is reading that costs.
 */
export function syntheticCatalogues(count: number, seed = 'matching'): readonly [MarketTexts[], MarketTexts[]] {
  const random = seededRandom(seed)
  const below = (n: number): number => random.bytes(4).readUInt32BE(0) % n
  const name = (): string =>
    [0, 1].map(() => titled(`${syllables[below(24)]}${syllables[below(24)]}${syllables[below(24)]}`)).join(' ')
  const sides: readonly [MarketTexts[], MarketTexts[]] = [[], []]
  for (let at = 0; at < count; at++) {
    const [one, other] = [question(at, name(), below), question(at, name(), below)]
    sides[0].push(first(one, at))
    sides[1].push(second(at % 2 === 0 ? one : other, at))
  }
  return sides
}

interface Question {
  readonly subject: string
  readonly claim: string
  readonly day: string
  readonly noise: string
}

function question(at: number, who: string, below: (n: number) => number): Question {
  const day = `${['January', 'March', 'May', 'July', 'October'][below(5)]} ${1 + below(28)}, 202${7 + below(3)}`
  const noise = `The body that publishes the result of round ${below(900)} is named in the rules of the ${states[below(10)]} register.`
  const kinds: readonly (() => Question)[] = [
    () => ({
      subject: who,
      claim: `${who} wins the 20${27 + below(9)} ${titled(syllables[below(24)] ?? '')} Prize`,
      day,
      noise,
    }),
    () => ({
      subject: teams[below(8)] ?? '',
      claim: `the ${teams[below(8)]} win the 20${27 + below(9)} Pro Football Championship`,
      day,
      noise,
    }),
    () => ({
      subject: who,
      claim: `${who} wins the nomination for the Republican Party to contest the 2028 ${states[below(10)]} Senate seat`,
      day,
      noise,
    }),
    () => ({
      subject: who,
      claim: `there are more than ${below(9_000)} confirmed cases in ${states[below(10)]} by ${day}`,
      day,
      noise,
    }),
    () => ({
      subject: 'Bitcoin',
      claim: `the average of the BRTI index of CF Benchmarks in the minute before 5:00 PM ET on ${day} is above $${50_000 + below(900) * 100}`,
      day,
      noise,
    }),
    () => ({ subject: who, claim: `${who} ${verbs[below(6)]} by ${day}`, day, noise }),
  ]
  const make = kinds[at % kinds.length]
  if (make === undefined) throw new Error('there are kinds of questions')
  return make()
}

function titled(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

function first({ claim, subject, noise }: Question, at: number): MarketTexts {
  return {
    id: `kalshi:KXBENCH-27-${at}`,
    title: `Will it be that ${claim}?`,
    yesLabel: subject,
    rules: `If ${claim}, then the market resolves to Yes.\n\n${noise} If no result is published by June 30, 2037, the market resolves to No.`,
    closeTime: '2029-12-31T15:00:00Z',
  }
}

function second({ claim, noise }: Question, at: number): MarketTexts {
  return {
    id: `polymarket:bench-${at}`,
    title: `Will ${claim}?`,
    yesLabel: '',
    rules: `This market will resolve to "Yes" if ${claim}. Otherwise, this market will resolve to "No".\n\n${noise}\n\nIf no result is published by June 30, 2037, this market will resolve to "No".\n\nThe primary resolution source for this market will be official information from the organiser; however, a consensus of credible reporting may also be used.`,
    closeTime: '2029-12-31T00:00:00Z',
  }
}

export interface MatchingBench {
  readonly markets: number
  readonly candidates: number
  readonly seconds: number
  /** Of the whole process, afterwards. */
  readonly megabytes: number
}

export function benchMatching(counts: readonly number[] = COUNTS): readonly MatchingBench[] {
  return counts.map((markets) => {
    const [a, b] = syntheticCatalogues(markets)
    const from = systemClock.monotonicMs()
    const candidates = matchMarkets(a, b).length
    const seconds = (systemClock.monotonicMs() - from) / 1_000
    return { markets, candidates, seconds, megabytes: process.memoryUsage().rss / 1e6 }
  })
}

export function printMatching(): void {
  for (const { markets, candidates, seconds, megabytes } of benchMatching()) {
    const aim = markets === 50_000 ? '  (aim: under 60 s and 1500 MB)' : ''
    console.log(
      `${seconds.toFixed(1).padStart(7)} s for matching ${markets} x ${markets} markets: ${candidates} candidates, ${megabytes.toFixed(0)} MB${aim}`,
    )
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printMatching()
