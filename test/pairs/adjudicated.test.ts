import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { MarketTexts } from '../../src/pairs/approved-pair.ts'
import { judgeMarkets } from '../../src/pairs/judge.ts'
import { figuresRow, type Labelled, measure } from './figures.ts'

interface Adjudicated {
  readonly id: string
  readonly class: string
  readonly truth: 'same' | 'inverted' | 'different' | 'unreadable'
  readonly why: string
  readonly first: MarketTexts
  readonly second: MarketTexts
}

const rows: readonly Adjudicated[] = JSON.parse(
  readFileSync(new URL('../fixtures/pairs/adjudicated.json', import.meta.url), 'utf8'),
)
const labelled: readonly Labelled[] = rows.map(({ id, truth, first, second }) => ({
  name: id,
  truth: truth === 'same' || truth === 'inverted' ? truth : 'not',
  markets: [first, second],
}))
const figures = measure(labelled)
/** What can lose its proposal when a text changes. */
const alike = rows.filter(({ truth }) => truth === 'same' || truth === 'inverted')

describe('the adjudicated set', () => {
  it('has at least 150 pairs of every way in which matching fails', () => {
    expect(rows.length).to.be.at.least(150)
    const classes = new Set(rows.map((row) => row.class))
    for (const way of ['station', 'bucket', 'window', 'announced', 'race', 'complement', 'unfilled', 'decider']) {
      expect(classes.has(way), way).to.equal(true)
    }
    expect(rows.every(({ why }) => why !== '')).to.equal(true)
  })

  it('gets no pair proposed that is different or unreadable, and no wrong polarity', () => {
    expect(figures.wrong).to.deep.equal([])
    expect(figures.polarityErrors).to.equal(0)
  })

  it('gets at least four fifths of its true pairs proposed', () => {
    expect(figures.found / figures.alike).to.be.at.least(0.8)
  })

  it('has its figures in docs/pairs.md', () => {
    const docs = readFileSync(new URL('../../docs/pairs.md', import.meta.url), 'utf8')
    expect(docs).to.include(figuresRow('our own adjudicated set', figures))
  })

  it('gets a world in which the two pay differently for each pair that is not proposed', () => {
    for (const { id, first, second } of rows) {
      const { verdict, world } = judgeMarkets(first, second)
      expect(
        verdict === 'same' || verdict === 'inverted' ? world === null : world !== null && world !== '',
        id,
      ).to.equal(true)
    }
  })

  it('gets the same verdict whichever of the two comes first', () => {
    for (const { id, first, second } of rows) {
      const [one, other] = [judgeMarkets(first, second), judgeMarkets(second, first)]
      expect([other.verdict, other.polarity], id).to.deep.equal([one.verdict, one.polarity])
    }
  })

  for (const [what, mark, inserted] of [
    [
      'a second condition in the claim of one text',
      '. Otherwise, this market',
      ' and the committee agrees. Otherwise, this market',
    ],
    ['another way to YES in one text', '. Otherwise, this market', ' or the committee agrees. Otherwise, this market'],
    ['a second condition in the claim of the other', ', then the market', ' and the committee agrees, then the market'],
    ['an exception in the claim of the other', ', then the market', ' unless the committee objects, then the market'],
  ] as const) {
    it(`loses every proposal with ${what}`, () => {
      const kept = alike.flatMap(({ id, first, second }) => {
        const changed = [first, second].map((market) => ({ ...market, rules: market.rules.replace(mark, inserted) }))
        const [one, other] = changed
        if (one === undefined || other === undefined) return [id]
        if (one.rules === first.rules && other.rules === second.rules) return []
        return judgeMarkets(one, other).polarity === null ? [] : [id]
      })
      expect(kept).to.deep.equal([])
    })
  }

  for (const [what, change] of [
    ['another year', (text: string) => text.replaceAll(/\b20(2\d)\b/g, (_, year: string) => `20${Number(year) + 10}`)],
    ['a negation', (text: string) => text.replace(/\bif /i, 'if it is not so that ')],
    [
      'another number',
      (text: string) =>
        text.replaceAll(/(\d)(?=[^\d]*(?:degrees|°|%| or more| or fewer|bps))/g, (digit) =>
          String((Number(digit) + 5) % 10),
        ),
    ],
  ] as const) {
    it(`loses every proposal with ${what} in one text`, () => {
      const kept = alike.flatMap(({ id, first, second }) => {
        const other = { ...second, title: change(second.title), rules: change(second.rules) }
        if (other.title === second.title && other.rules === second.rules) return []
        return judgeMarkets(first, other).polarity === null ? [] : [id]
      })
      expect(kept).to.deep.equal([])
    })
  }

  it('gets no proposal where the first outcome of a market is No', () => {
    const kept = alike.filter(
      ({ first, second }) => judgeMarkets(first, { ...second, yesLabel: 'No' }).polarity !== null,
    )
    expect(kept.map(({ id }) => id)).to.deep.equal([])
  })

  it('loses every proposal when a rule that nobody understands is added to one text', () => {
    for (const { id, first, second } of alike) {
      const rules = `${second.rules}\n\nShould the moon be full, the committee sees to the rest.`
      expect(['different', 'unreadable'], id).to.include(judgeMarkets(first, { ...second, rules }).verdict)
    }
  })
})
