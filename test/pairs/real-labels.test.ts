import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import { type MarketTexts, standingOf, textsHash } from '../../src/pairs/approved-pair.ts'
import { headlinesAgree, judge, judgeMarkets } from '../../src/pairs/judge.ts'
import { matchMarkets } from '../../src/pairs/match.ts'
import { readMarket } from '../../src/pairs/read-market.ts'
import { shortlist } from '../../src/pairs/shortlist.ts'
import { figuresRow, type Labelled, measure } from './figures.ts'

/** Checks over what others have labelled, which is not ours to ship: skipped where it is not at hand. */
const shared = process.env.CROSSTAPE_SHARED_DIR ?? fileURLToPath(new URL('../../../shared', import.meta.url))
const folder = `${shared}/data/real`
const docs = readFileSync(new URL('../../docs/pairs.md', import.meta.url), 'utf8')

interface Row {
  readonly tier: string
  readonly label: string | null
  readonly inverted: boolean | null
  readonly kalshi: Readonly<Record<string, string | null | undefined>>
  readonly polymarket: Readonly<Record<string, string | null | undefined>>
}

function lines<T>(path: string): readonly T[] {
  const text = gunzipSync(readFileSync(`${folder}/${path}`))
    .toString('utf8')
    .trim()
  return text.split('\n').map((line) => JSON.parse(line))
}

function marketsOf({ kalshi, polymarket }: Pick<Row, 'kalshi' | 'polymarket'>): [MarketTexts, MarketTexts] {
  return [
    {
      id: `kalshi:${kalshi.ticker ?? 'NONE'}`,
      title: kalshi.title ?? '',
      yesLabel: kalshi.subtitle ?? '',
      rules: [kalshi.rules_primary, kalshi.rules_secondary].filter((part) => part != null && part !== '').join('\n\n'),
      closeTime: kalshi.close_time ?? null,
    },
    {
      id: `polymarket:${polymarket.slug ?? polymarket.id ?? 'none'}`,
      title: polymarket.question ?? '',
      yesLabel: '',
      rules: polymarket.description ?? '',
      closeTime: polymarket.end_date ?? null,
    },
  ]
}

function labelled(rows: readonly Row[]): readonly Labelled[] {
  return rows.map((row) => {
    const markets = marketsOf(row)
    const truth = row.label === 'same' ? (row.inverted === true ? 'inverted' : 'same') : 'not'
    return { name: `${markets[0].id} ${markets[1].id} (${row.label})`, truth, markets }
  })
}

/** The third of the pairs that was left aside while the first rules were written. All have been read since. */
function heldOut({ name }: Labelled): boolean {
  const [first = '', second = ''] = name.replace(/kalshi:|polymarket:/g, '').split(' ')
  return [...`${first}${second}`].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) >>> 0, 7) % 3 === 0
}

describe('labelled pairs of real markets', () => {
  before(function () {
    if (!existsSync(`${folder}/pairs/README.md`)) this.skip()
  })

  it('that were reviewed with both texts: none that differs is proposed, and the figures are those of the docs', () => {
    const pairs = labelled(lines<Row>('pairs/reviewed_2026q1.jsonl.gz'))
    const figures = measure(pairs)
    expect(figures.wrong).to.deep.equal([])
    expect(docs).to.include(figuresRow('`reviewed_2026q1`', figures))
    expect(docs).to.include(figuresRow('of these, held out at first', measure(pairs.filter(heldOut))))
  })

  it('that people and models labelled, by tier: precision is what the docs say', () => {
    const llm = lines<Row>('pairs/llm_2026_03.jsonl.gz')
    for (const tier of ['traded', 'curated_for_trading', 'llm']) {
      const figures = measure(labelled(llm.filter((row) => row.tier === tier)))
      expect(figures.wrong).to.deep.equal([])
      expect(docs).to.include(figuresRow(`\`llm_2026_03\`, ${tier}`, figures))
    }
  })

  it('that a person labelled by titles alone: nothing is proposed without a rule text, and titles alone mislead nowhere', () => {
    const pairs = labelled(lines<Row>('pairs/human_gold_2025.jsonl.gz'))
    const figures = measure(pairs)
    expect(figures.proposed).to.equal(0)
    expect(docs).to.include(figuresRow('`human_gold_2025`', figures))
    const headlines = measure(pairs, ({ markets: [first, second] }) => {
      return headlinesAgree(readMarket(first), readMarket(second)) ?? 'different'
    })
    const precision = headlines.proposed === 0 ? 1 : headlines.found / headlines.proposed
    expect(precision, headlines.wrong.join('\n')).to.be.at.least(0.97)
    expect(docs).to.include(figuresRow('`human_gold_2025`, titles only', headlines))
  })

  it('that a person labelled by titles alone: most are candidates, and most of those stand first', () => {
    const rows = lines<Row>('pairs/human_gold_2025.jsonl.gz')
    const keyOf = ({ id, title, yesLabel }: MarketTexts): string => `${id} ${title} ${yesLabel}`
    const [first, second] = [new Map<string, MarketTexts>(), new Map<string, MarketTexts>()]
    for (const [one, other] of rows.map(marketsOf)) {
      first.set(keyOf(one), one)
      second.set(keyOf(other), other)
    }
    const [a, b] = [[...first.keys()], [...second.keys()]]
    const ranks = new Map<string, number>()
    const seen = new Map<number, number>()
    const found = shortlist([...first.values()].map(readMarket), [...second.values()].map(readMarket))
    for (const { first: at, second: other } of found.toSorted((x, y) => y.score - x.score)) {
      seen.set(at, (seen.get(at) ?? 0) + 1)
      ranks.set(`${a[at]} ${b[other]}`, seen.get(at) ?? 0)
    }
    const alike = rows.filter(({ label }) => label === 'same').map(marketsOf)
    const places = alike
      .map(([one, other]) => ranks.get(`${keyOf(one)} ${keyOf(other)}`) ?? 0)
      .filter((rank) => rank > 0)
    const within = (most: number): number => places.filter((rank) => rank <= most).length
    expect(docs.replaceAll('\n', ' ')).to.include(
      `${places.length} of the ${alike.length} human pairs are candidates, ${within(1)} of them the first of their market and ${within(3)} among the first three`,
    )
  })

  it('that a scanner took for arbitrage: not one of 350 is proposed, nor do two titles agree', () => {
    const text = gunzipSync(readFileSync(`${folder}/pairs/claimed_arbs_2026-07.csv.gz`)).toString('utf8')
    const rows = text.trim().split('\n').slice(1)
    expect(rows.length).to.equal(350)
    for (const row of rows) {
      const cells = (row.match(/"[^"]*"|[^,]+/g) ?? []).map((cell) => cell.replaceAll('"', ''))
      const ticker = cells.find((cell) => /^KX[A-Z]+-/.test(cell)) ?? ''
      const titles = cells.filter((cell) => /\bprice\b/i.test(cell))
      const [polymarket = '', kalshi = ''] = titles
      const strike = /-T([\d.]+)$/.exec(ticker)?.[1] ?? '0'
      const one: MarketTexts = {
        id: `kalshi:${ticker}`,
        title: kalshi,
        yesLabel: `$${strike} or above`,
        rules: '',
        closeTime: null,
      }
      const two: MarketTexts = { id: 'polymarket:claimed', title: polymarket, yesLabel: '', rules: '', closeTime: null }
      expect(judgeMarkets(one, two).polarity).to.equal(null)
      expect(headlinesAgree(readMarket(one), readMarket(two)), row).to.equal(null)
    }
  })

  it('of one venue with itself: of two markets under two headlines none is proposed, but the two sides of a game', () => {
    const listOf = (venue: string): readonly MarketTexts[] =>
      lines<Row['kalshi']>(`catalogue/both_2026-03-24/${venue}_markets.jsonl.gz`)
        .map((market) => marketsOf({ kalshi: market, polymarket: { ...market, question: market.title } }))
        .map(([one, other]) => (venue === 'kalshi' ? one : other))
        .filter(({ rules }) => rules !== '')
    for (const list of [listOf('kalshi'), listOf('polymarket')]) {
      const eventOf = ({ id }: MarketTexts): string => id.slice(0, id.lastIndexOf('-'))
      const proposed = matchMarkets(list, list)
        .filter(({ markets: [one, other], judgement }) => judgement.polarity !== null && one.id < other.id)
        .filter(({ markets: [one, other], judgement }) =>
          judgement.verdict === 'same' ? one.title !== other.title : eventOf(one) !== eventOf(other),
        )
        .map(({ markets: [one, other] }) => `${one.id} ${other.id}`)
      // Listed twice by the venue: that SpaceX goes public by the end of 2026.
      expect(proposed.filter((pair) => pair !== 'kalshi:KXIPO-26-SPACEX kalshi:KXIPOSPACEX-27JAN01')).to.deep.equal([])
    }
  })

  it('of the games of one night: every pair is proposed, and the ticker tells whose side faces whose', () => {
    interface Raw {
      readonly venue: string
      readonly raw: Readonly<Record<string, string>>
    }
    const text = gunzipSync(readFileSync(`${folder}/catalogue/both_nba_raw_2026-01-08.json.gz`)).toString('utf8')
    const rows: readonly Raw[] = JSON.parse(text)
    const first = rows
      .filter(({ venue }) => venue === 'kalshi')
      .map(
        ({ raw }): MarketTexts => ({
          id: `kalshi:${raw.ticker}`,
          title: raw.title ?? '',
          yesLabel: raw.yes_sub_title ?? '',
          rules: raw.rules_primary ?? '',
          closeTime: raw.close_time ?? null,
        }),
      )
    const second = rows
      .filter(({ venue }) => venue === 'polymarket')
      .map(
        ({ raw }): MarketTexts => ({
          id: `polymarket:${raw.slug}`,
          title: raw.question ?? '',
          yesLabel: JSON.parse(raw.outcomes ?? '[]')[0] ?? '',
          rules: `${raw.description}\n\nResolution source: ${raw.resolutionSource}`,
          closeTime: raw.endDate ?? null,
        }),
      )
    const proposed = matchMarkets(first, second).filter(({ judgement }) => judgement.polarity !== null)
    expect(proposed.length).to.equal(36)
    for (const {
      markets: [one, two],
      judgement,
    } of proposed) {
      const visitors = /^polymarket:nba-([a-z]+)-/.exec(two.id)?.[1]
      expect(judgement.polarity, one.id).to.equal(one.id.toLowerCase().endsWith(`-${visitors}`) ? 'same' : 'inverted')
    }
  })

  it('whose rules changed under way: an approval lapses on every one of them', () => {
    interface Change {
      readonly venue: string
      readonly id: string
      readonly 'before_2026-03-10': Readonly<Record<string, string | null>>
      readonly 'after_2026-03-24': Readonly<Record<string, string | null>>
    }
    const changes = lines<Change>('catalogue/rule_changes_2026-03.jsonl.gz')
    expect(changes.length).to.equal(62)
    for (const change of changes) {
      const [before, after] = [change['before_2026-03-10'], change['after_2026-03-24']].map((texts): MarketTexts => {
        const rules = [texts?.rules_primary, texts?.rules_secondary, texts?.description].filter((part) => part != null)
        return {
          id: `kalshi:${change.id.slice(0, 60)}`,
          title: texts?.title ?? '',
          yesLabel: '',
          rules: rules.join('\n\n'),
          closeTime: texts?.close_time ?? texts?.end_date ?? null,
        }
      })
      const other: MarketTexts = {
        id: 'polymarket:other',
        title: 'Other',
        yesLabel: '',
        rules: 'Other.',
        closeTime: null,
      }
      if (before === undefined || after === undefined) throw new Error(change.id)
      expect(textsHash([before, other]), change.id).to.not.equal(textsHash([after, other]))
    }
  })
})

describe('an approval', () => {
  const texts = (rules: string): MarketTexts => ({ id: 'kalshi:A', title: 'A', yesLabel: '', rules, closeTime: null })

  it('is bound to each text in its place', () => {
    const other: MarketTexts = { ...texts('x'), id: 'polymarket:b' }
    const hash = textsHash([texts('x y'), other])
    expect(textsHash([{ ...texts('x'), yesLabel: 'y' }, other])).to.not.equal(hash)
    expect(textsHash([texts('x y'), { ...other, closeTime: '2027-01-01T00:00:00Z' }])).to.not.equal(hash)
  })

  it('lapses when a market is not listed, and says which and what would list it', () => {
    const pair = {
      markets: ['kalshi:A', 'polymarket:b'],
      polarity: 'same',
      hash: 'h',
      approvedAt: 't',
      by: 'pat',
    } as const
    const standing = standingOf(pair, () => null)
    expect(standing.kind).to.equal('lapsed')
    expect(standing.kind === 'lapsed' && standing.reason).to.equal(
      'kalshi:A is not in the catalogue: crosstape markets sync lists what the venues have now',
    )
  })

  it('is judged of the readings alone', () => {
    const one = readMarket({
      ...texts('If Ana Ruiz wins the 2027 Harbour Prize, then the market resolves to Yes.'),
      title: 'Will Ana Ruiz win the 2027 Harbour Prize?',
    })
    expect(judge(one, one).verdict).to.equal('same')
  })
})
