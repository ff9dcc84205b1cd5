import { expect } from 'chai'
import { complement } from '../../src/domain/amounts.ts'
import { pairName, parseMarketId } from '../../src/domain/market.ts'
import type { MarketTexts } from '../../src/pairs/approved-pair.ts'
import { judgeMarkets } from '../../src/pairs/judge.ts'
import { matchMarkets } from '../../src/pairs/match.ts'
import { createCatalogue } from '../../src/sandbox/catalogue/catalogue.ts'
import type { SandboxMarket } from '../../src/sandbox/model.ts'

const catalogue = createCatalogue({ seed: 'pairs', originMs: Date.parse('2026-11-28T12:00:00Z') })

/** The same markets with other results: what pays alike pays alike in all of them. */
const worlds = Array.from({ length: 25 }, (_, at) =>
  createCatalogue({ seed: `world-${at}`, originMs: catalogue.originMs }),
)

function paysAlike(world: typeof catalogue, ids: readonly [string, string], verdict: string): boolean {
  const [one, other] = ids.map((id) => {
    const parsed = parseMarketId(id)
    return parsed === null ? null : (world.find(parsed.venue, parsed.symbol)?.schedule.yesPayout ?? null)
  })
  if (one == null || other == null) return false
  return other === (verdict === 'same' ? one : complement(one))
}

/** As the venues' clients decode them. */
function textsOf({ id, title, yesLabel, rules, details, schedule }: SandboxMarket): MarketTexts {
  const secondary = details.venue === 'kalshi' ? details.rulesSecondary : ''
  return {
    id,
    title,
    yesLabel: yesLabel === 'Yes' ? '' : yesLabel,
    rules: secondary === '' ? rules : `${rules}\n\n${secondary}`,
    closeTime: new Date(schedule.closeMs).toISOString(),
  }
}

function judged(pair: { readonly kalshi: string; readonly polymarket: string }) {
  const [first, second] = [catalogue.find('kalshi', pair.kalshi), catalogue.find('polymarket', pair.polymarket)]
  if (first === null || second === null) throw new Error(`${pair.kalshi} or ${pair.polymarket} does not exist`)
  return judgeMarkets(textsOf(first), textsOf(second))
}

describe("pairs of the sandbox's catalogue, whose truth is known", () => {
  it('are proposed only where the two pay alike, with the right outcomes facing each other', () => {
    const [first, second] = [catalogue.list('kalshi').map(textsOf), catalogue.list('polymarket').map(textsOf)]
    const proposed = matchMarkets(first, second).filter(({ judgement }) => judgement.polarity !== null)
    const wrong = proposed.flatMap(({ markets: [one, two], judgement }) =>
      worlds.every((world) => paysAlike(world, [one.id, two.id], judgement.verdict))
        ? []
        : [`${pairName([one.id, two.id])}: ${judgement.verdict}`],
    )
    expect(wrong).to.deep.equal([])
    expect(proposed.length).to.be.at.least(45)
    expect(proposed.some(({ judgement }) => judgement.verdict === 'inverted')).to.equal(true)
  })

  it('that only look alike are never proposed', () => {
    const proposed = catalogue.lookAlikes().filter((pair) => judged(pair).polarity !== null)
    expect(proposed).to.deep.equal([])
  })

  it('hold a true pair and a tempting false one of the same question', () => {
    const kalshi = 'KXSB-28-KC'
    expect(judged({ kalshi, polymarket: 'will-the-chiefs-win-super-bowl-2028' }).verdict).to.equal('same')
    const { verdict, world } = judged({ kalshi, polymarket: 'will-the-chiefs-win-their-conference-2028' })
    expect(verdict).to.not.equal('same')
    expect(world).to.not.equal(null)
  })
})
