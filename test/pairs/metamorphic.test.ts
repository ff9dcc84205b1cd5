import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import type { MarketTexts } from '../../src/pairs/approved-pair.ts'
import { judge, judgeMarkets } from '../../src/pairs/judge.ts'
import { readMarket } from '../../src/pairs/read-market.ts'
import { type Edit, everywhere, harmful, harmless, inRules, throughout } from './edits.ts'
import { families, pairsOf } from './templates.ts'

type Pair = readonly [MarketTexts, MarketTexts]

const adjudicated: readonly { readonly first: MarketTexts; readonly second: MarketTexts }[] = JSON.parse(
  readFileSync(new URL('../fixtures/pairs/adjudicated.json', import.meta.url), 'utf8'),
)
const pairs: readonly Pair[] = [
  ...adjudicated.map(({ first, second }): Pair => [first, second]),
  ...families.flatMap((family) => pairsOf(family)),
]
const proposed = pairs
  .map((pair) => ({ pair, polarity: judgeMarkets(...pair).polarity }))
  .filter(({ polarity }) => polarity !== null)

/** Real texts, which are not ours to ship. */
const shared = process.env.CROSSTAPE_SHARED_DIR ?? fileURLToPath(new URL('../../../shared', import.meta.url))
const catalogue = `${shared}/data/real/catalogue`

interface Row {
  readonly [field: string]: unknown
}

function realMarkets(): readonly MarketTexts[] {
  const text = (row: Row, field: string): string => (typeof row[field] === 'string' ? row[field] : '')
  const rowsOf = (day: string, venue: string): readonly Row[] =>
    gunzipSync(readFileSync(`${catalogue}/${day}/${venue}_markets.jsonl.gz`))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return ['both_2026-03-10', 'both_2026-03-24'].flatMap((day) => [
    ...rowsOf(day, 'kalshi').map(
      (row): MarketTexts => ({
        id: `kalshi:${text(row, 'ticker')}`,
        title: text(row, 'title'),
        yesLabel: text(row, 'subtitle'),
        rules: `${text(row, 'rules_primary')}\n\n${text(row, 'rules_secondary')}`,
        closeTime: text(row, 'close_time'),
      }),
    ),
    ...rowsOf(day, 'polymarket').map(
      (row): MarketTexts => ({
        id: `polymarket:${text(row, 'slug')}`,
        title: text(row, 'title'),
        yesLabel: '',
        rules: text(row, 'description'),
        closeTime: text(row, 'end_date'),
      }),
    ),
  ])
}

/** Of markets of one wording one is enough, and of those that cannot be read none tells anything. */
function readable(markets: readonly MarketTexts[]): readonly MarketTexts[] {
  const shapes = new Map(markets.map((market) => [market.rules.replaceAll(/\d+|\b[A-Z][\w'.]*/g, 'X'), market]))
  return [...shapes.values()].filter((market) => judgeMarkets(market, market).verdict === 'same')
}

/** A market beside itself with a harmful edit. The meeting of a month is one, whatever its day is said to be. */
function keepsVerdict(market: MarketTexts, edit: Edit, change: typeof throughout): boolean {
  const before = readMarket(market)
  const edited = change(market, edit.change)
  if (edited.rules === market.rules || (before.contract?.kind === 'step' && edit.name.startsWith('the day')))
    return false
  return judge(before, readMarket(edited)).polarity === 'same'
}

function expectNoSlip(markets: readonly MarketTexts[], numRuns: number): void {
  expect(markets.length).to.be.above(100)
  fc.assert(
    fc.property(
      fc.constantFrom(...markets),
      fc.constantFrom(...harmful),
      fc.constantFrom(throughout, inRules),
      (market, edit, change) => {
        expect(keepsVerdict(market, edit, change), `${edit.name}: ${market.id}`).to.equal(false)
      },
    ),
    { numRuns },
  )
}

/** A sentence that says what the market pays for, in either venue's wording. */
const CLAIM = /(?:then the market resolves to Yes|resolve to "Yes" if|resolves to Yes)/

/** A claim with a word of no language in the place of one of its words. */
function withNonsense(market: MarketTexts, at: number): MarketTexts {
  const sentences = market.rules.split(/(?<=[.!?])(?=\s)|(?=\n)/)
  const claim = sentences.findIndex((sentence) => CLAIM.test(sentence))
  const words = [...(sentences[claim] ?? '').matchAll(/\p{L}{2,}/gu)].filter(
    ([word]) => !/^(?:if|then|the|this|market|will|resolves?|to|yes|otherwise|no|an?)$/i.test(word),
  )
  const word = words[at % Math.max(words.length, 1)]
  if (word === undefined) return market
  const sentence = sentences[claim] ?? ''
  const changed = `${sentence.slice(0, word.index)}zebra${sentence.slice(word.index + word[0].length)}`
  return { ...market, rules: sentences.with(claim, changed).join('') }
}

describe('a text that is changed', () => {
  const markets = readable(pairs.flat())

  it('in a way that changes what is paid is never the same contract any more', () => expectNoSlip(markets, 1_500))

  it('in any one word of its claim, by a word of no language, is never the same contract any more', () => {
    fc.assert(
      fc.property(fc.constantFrom(...markets), fc.nat(60), (market, at) => {
        const changed = withNonsense(market, at)
        if (changed.rules === market.rules) return
        expect(judgeMarkets(market, changed).polarity, changed.rules).to.not.equal('same')
      }),
      { numRuns: 600 },
    )
  })

  it('in a way that changes nothing keeps its verdict', () => {
    for (const edit of harmless) {
      const lost = proposed.filter(
        ({ pair: [one, other], polarity }) => judgeMarkets(one, everywhere(other, edit)).polarity !== polarity,
      )
      expect(lost.map(({ pair: [one, other] }) => `${edit.name}: ${one.id} ${other.id}`)).to.deep.equal([])
    }
  })

  it('in the order of its paragraphs keeps its verdict', () => {
    const turned = (market: MarketTexts): MarketTexts => ({
      ...market,
      rules: market.rules.split('\n\n').toReversed().join('\n\n'),
    })
    const lost = proposed.filter(
      ({ pair: [one, other], polarity }) => judgeMarkets(turned(one), turned(other)).polarity !== polarity,
    )
    expect(lost.map(({ pair: [one, other] }) => `${one.id} ${other.id}`)).to.deep.equal([])
  })
})

describe('a real text', () => {
  before(function () {
    if (!existsSync(catalogue)) this.skip()
  })

  it('is the same contract as itself or unreadable, and never another one', () => {
    fc.assert(
      fc.property(fc.constantFrom(...realMarkets()), (market) => {
        expect(['same', 'unreadable']).to.include(judgeMarkets(market, market).verdict)
      }),
      { numRuns: 600 },
    )
  })

  it('that is changed so that it pays otherwise is never the same contract any more', () => {
    expectNoSlip(readable(realMarkets()), 1_500)
  })
})
