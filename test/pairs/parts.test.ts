import { expect } from 'chai'
import fc from 'fast-check'
import { contestOf, editionInSymbol } from '../../src/pairs/contests.ts'
import { canDraw, leagueIn } from '../../src/pairs/leagues.ts'
import { levelsText, onGrid, relate, takeLevels } from '../../src/pairs/levels.ts'
import { compareNames, nameOf } from '../../src/pairs/names.ts'
import { teamOf } from '../../src/pairs/teams.ts'
import { fold, sentencesOf, unfilledIn } from '../../src/pairs/text.ts'
import { takeWindow } from '../../src/pairs/windows.ts'

function levels(text: string): string {
  const taken = takeLevels(fold(text))
  return taken === null ? 'none' : levelsText(taken.levels)
}

describe('levels in a text', () => {
  for (const [text, says] of [
    ['above $80,000', 'more than 80000'],
    ['80k or more', 'at least 80000'],
    ['at least 3.2%', 'at least 3.2'],
    ['≥3.2%', 'at least 3.2'],
    ['≤-0.1%', 'at most -0.1'],
    ['reaches or exceeds $1 trillion', 'at least 1000000000000'],
    ['fewer than 13', 'less than 13'],
    ['between 80°F and 81°F, both included', '80 to 81'],
    ['be 50° to 51° on that day', '50 to 51'],
    ['be 2-3%', '2 to 3'],
    ['20+ times', 'at least 20'],
    ['13 or fewer', 'at most 13'],
    ['no figure here', 'none'],
  ] as const) {
    it(`reads "${text}" as ${says}`, () => expect(levels(text)).to.equal(says))
  }

  it('are one set on a grid when they hold the same values of it, and opposite when they share it out', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50, max: 50 }), (n) => {
        const value = (k: number) => BigInt(k) * 100_000n
        const above = { from: { value: value(n), included: false }, to: null }
        const next = { from: { value: value(n + 1), included: true }, to: null }
        const most = { from: null, to: { value: value(n), included: true } }
        expect(relate(above, next, 100_000n)).to.equal('same')
        expect(relate(above, most, 100_000n)).to.equal('inverted')
        expect(relate(above, next, null)).to.equal('different')
        expect(relate(above, most, null)).to.equal('inverted')
        expect(onGrid(onGrid(above, 100_000n), 100_000n)).to.deep.equal(onGrid(above, 100_000n))
      }),
    )
  })
})

describe('windows in a text', () => {
  const last = (text: string, hint: string | null = null): string | null => takeWindow(fold(text), hint).window.last

  it('end on the day before the one that "before" names', () => {
    expect(last('before Jan 1, 2027')).to.equal('2026-12-31')
    expect(last('by December 31, 2026, 11:59 PM ET')).to.equal('2026-12-31')
    expect(last('before 2027')).to.equal('2026-12-31')
    expect(last('by end of 2026')).to.equal('2026-12-31')
    expect(last('before March 2027')).to.equal('2027-02-28')
    expect(last('by Jan 1, 2027')).to.equal('2027-01-01')
  })

  it('take the year of the close where none is named, and none when it does not fit', () => {
    expect(last('by June 30', '2026-06-30')).to.equal('2026-06-30')
    expect(last('by June 30', '2026-12-31')).to.equal(null)
    expect(last('by June 30')).to.equal(null)
  })

  it('keep a time of day and a zone that are named', () => {
    const { window } = takeWindow('at 5:00 pm et on december 31, 2027', null)
    expect(window).to.deep.equal({ first: '2027-12-31', last: '2027-12-31', time: '17:00', zone: 'et' })
    expect(takeWindow('by december 31, 2027, 11:59 pm utc', null).window.zone).to.equal('utc')
  })
})

describe('names', () => {
  it('of teams by city, nickname and initial are one, and a city with two teams is none', () => {
    expect(teamOf('nfl', 'new york j')).to.equal(teamOf('nfl', 'new york jets'))
    expect(teamOf('mlb', 'los angeles a')).to.equal(teamOf('mlb', 'angels'))
    expect(teamOf('nfl', 'new york')).to.equal(null)
  })

  for (const [a, b, match] of [
    ['Man City', 'Manchester City', 'same'],
    ['AC Milan', 'Milan', 'same'],
    ['Inter Milan', 'AC Milan', 'different'],
    ['Donald J. Trump', 'Donald Trump', 'same'],
    ['Donald Trump Jr.', 'Donald Trump', 'different'],
    ['Flávio Bolsonaro', 'Eduardo Bolsonaro', 'different'],
    ['Tarcisio de Frietas', 'Tarcisio de Freitas', 'unclear'],
    ['Sanders', 'Bernie Sanders', 'unclear'],
    ['South Korea', 'Korea Republic', 'same'],
    ['a Republican', 'Republican party', 'same'],
  ] as const) {
    it(`"${a}" and "${b}" are ${match}`, () => {
      expect(compareNames(nameOf(a, null), nameOf(b, null))).to.equal(match)
    })
  }
})

describe('contests', () => {
  for (const [a, b] of [
    ['2027 pro football championship', 'super bowl 2027'],
    ["2026 men's world cup", '2026 fifa world cup'],
    ['2025-26 english premier league', '2025-2026 premier league'],
    ['best picture at the 98th academy awards', 'best picture at the 2026 oscars'],
    ['super bowl lx', 'super bowl 2026'],
    ['2027 eurovision song contest', 'eurovision 2027'],
    ["2027 f1 drivers' championship", "2027 f1 drivers'"],
    ['2027 college basketball championship', '2027 ncaa tournament'],
    ["2027 u.s. open men's singles tournament", '2027 atp us open'],
    ['western conference during the 2026-27 nhl playoffs', '2027 nhl western conference finals'],
    ['nl mvp 2027', '2027 pro baseball national league mvp'],
  ] as const) {
    it(`"${a}" is "${b}"`, () => {
      const [x, y] = [contestOf(a), contestOf(b)]
      expect([...x.words].toSorted()).to.deep.equal([...y.words].toSorted())
      expect(x.edition).to.equal(y.edition)
    })
  }

  it('keep women, clubs and other leagues apart', () => {
    expect(contestOf("women's college basketball championship").words).to.not.deep.equal(
      contestOf('ncaa tournament').words,
    )
    expect(contestOf('wta us open').words).to.not.deep.equal(contestOf('atp us open').words)
    expect(contestOf('nba eastern conference finals').words).to.not.deep.equal(
      contestOf('nhl eastern conference finals').words,
    )
    expect(contestOf("women's world cup").words).to.not.deep.equal(contestOf('world cup').words)
    expect(contestOf('scottish premier league').words).to.not.deep.equal(contestOf('premier league').words)
  })

  it('take a year from a ticker of the usual shape only', () => {
    expect(editionInSymbol('KXFACUP-26-LFC')).to.equal(2026)
    expect(editionInSymbol('KXSURVIVOR-26DEC31-TIF')).to.equal(2026)
    expect(editionInSymbol('will-liverpool-win-the-2025-26-fa-cup')).to.equal(null)
  })
})

describe('leagues', () => {
  it('of women and men are two, and a league with draws is known as one', () => {
    expect(leagueIn("oregon at iowa women's college basketball game")).to.equal('ncaawb')
    expect(leagueIn('oregon at iowa college basketball game')).to.equal('ncaab')
    expect([canDraw('mls'), canDraw('nfl'), canDraw('nba')]).to.deep.equal([true, true, false])
  })
})

describe('sentences of a rule text', () => {
  it('end at full stops that end them, not at those of abbreviations', () => {
    expect(sentencesOf('The U.S. wins. Ties lose, e.g. a draw. It resolves to "No." Otherwise not.')).to.deep.equal([
      'the u.s. wins',
      'ties lose, e.g. a draw',
      'it resolves to "no',
      'otherwise not',
    ])
  })

  it('end behind a web address as well', () => {
    expect(sentencesOf('It is open until the next one (https://a.example/b). If none comes, it is No.')).to.deep.equal([
      'it is open until the next one',
      'if none comes, it is no',
    ])
  })

  it('are not read when there are too many or one has no end', () => {
    expect(sentencesOf('x. '.repeat(500))).to.equal(null)
    expect(sentencesOf('word '.repeat(900))).to.equal(null)
  })

  it('with a gap in them are found', () => {
    expect(unfilledIn(['if the number of measles in 2026 is above , then the market resolves to yes'])).to.not.equal(
      null,
    )
    expect(unfilledIn(['if {{name}} wins the prize, then the market resolves to yes'])).to.not.equal(null)
    expect(unfilledIn(['kalshi is not affiliated, endorsed by, or in any way connected with the league'])).to.equal(
      null,
    )
    expect(unfilledIn(['if the temperature is 79 or below, then the market resolves to yes'])).to.equal(null)
    expect(unfilledIn(['if ana wins the prize before jan 1, 2027, then the market resolves to yes'])).to.equal(null)
  })
})
