import { expect } from 'chai'
import { detailsOf, Venue } from './support.ts'

interface Row {
  readonly id: string
  readonly slug: string
  readonly endDate: string
  readonly closed: boolean
  readonly markets?: readonly Row[]
}

describe('polymarket sandbox: the catalogue service', () => {
  let venue: Venue
  before(async () => {
    venue = await Venue.open()
  })
  after(() => venue.close())

  async function all(kind: 'markets' | 'events', query: string): Promise<readonly Row[]> {
    const rows: Row[] = []
    let cursor = ''
    for (let page = 0; page < 50; page++) {
      const { json } = await venue.get('gamma', `/${kind}/keyset?${query}${cursor}`)
      rows.push(...json[kind])
      if (json.next_cursor === undefined) return rows
      cursor = `&after_cursor=${json.next_cursor}`
    }
    throw new Error('the list does not end')
  }

  it('pages through every market once', async () => {
    const rows = await all('markets', 'limit=100')
    expect(new Set(rows.map((row) => row.slug)).size).to.equal(rows.length)
    expect(rows.length).to.equal(venue.host.catalogue.list('polymarket').length)
  })

  it('orders by end and leaves out what is closed or ended before', async () => {
    const since = new Date(venue.clock.nowMs()).toISOString()
    const rows = await all('markets', `limit=100&closed=false&end_date_min=${since}&order=endDate&ascending=true`)
    const ends = rows.map((row) => row.endDate)
    expect(ends).to.deep.equal([...ends].sort())
    expect(rows.some((row) => row.closed || row.endDate < since.slice(0, 19))).to.equal(false)
  })

  it('embeds the markets of an event', async () => {
    const events = await all('events', 'closed=false&limit=100')
    const fed = events.find((event) => event.slug.startsWith('fed-decision-in-december'))
    expect(fed?.markets?.map((market) => market.slug)).to.have.length(4)
    expect(fed).to.include({ negRisk: true })
  })

  it('prints lists as text and figures as numbers', async () => {
    const market = venue.find(
      (each, { version, negRisk }) => version === 'v1' && negRisk && each.fees.kind === 'polymarket',
    )
    const { json } = await venue.get('gamma', `/markets/slug/${market.symbol}`)
    const details = detailsOf(market)
    expect(JSON.parse(json.outcomes)).to.deep.equal(['Yes', 'No'])
    expect(JSON.parse(json.clobTokenIds)).to.deep.equal(details.clobTokenIds)
    expect(JSON.parse(json.outcomePrices)).to.have.length(2)
    expect(json).to.include({
      version: 'v1',
      conditionId: details.conditionId,
      active: true,
      closed: false,
      acceptingOrders: true,
      orderMinSize: 5,
      negRisk: true,
      negRiskMarketID: details.negRiskMarketId,
      feesEnabled: true,
    })
    expect(json.orderPriceMinTickSize).to.equal(Number(details.tickSize))
    expect(json.description).to.equal(market.rules)
  })

  it('prints position ids as a real array, and v2 conditions without their last byte', async () => {
    const market = venue.find((_m, d) => d.version === 'v2')
    const { json } = await venue.get('gamma', `/markets/slug/${market.symbol}`)
    expect(json.positionIds).to.deep.equal(detailsOf(market).positionIds)
    expect(json.conditionId).to.match(/^0x[0-9a-f]{62}$/)
  })

  it('names teams as outcomes', async () => {
    const game = venue.find((_m, d) => d.sportsMarketType === 'moneyline' && d.gameStartMs !== null && !d.negRisk)
    const { json } = await venue.get('gamma', `/markets/slug/${game.symbol}`)
    expect(JSON.parse(json.outcomes)).to.deep.equal([game.yesLabel, game.noLabel])
    expect(json.sportsMarketType).to.equal('moneyline')
  })

  it('filters by id, slug, condition, token and question', async () => {
    const [one, two] = [venue.find((_m, d) => d.version === 'v1'), venue.find((_m, d) => d.version === 'v2')]
    const [a, b] = [detailsOf(one), detailsOf(two)]
    const queries = [
      `id=${a.gammaId}&id=${b.gammaId}`,
      `slug=${one.symbol}&slug=${two.symbol}`,
      `condition_ids=${a.conditionId}&condition_ids=${b.conditionId.slice(0, 64)}`,
      `question_ids=${a.questionId}&question_ids=${b.questionId}`,
    ]
    for (const query of queries) {
      expect(
        (await all('markets', query)).map((row) => row.slug),
        query,
      ).to.have.members([one.symbol, two.symbol])
    }
    expect((await all('markets', `clob_token_ids=${a.clobTokenIds?.[1]}`)).map((row) => row.slug)).to.deep.equal([
      one.symbol,
    ])
    expect((await all('markets', `position_ids=${b.positionIds?.[0]}`)).map((row) => row.slug)).to.deep.equal([
      two.symbol,
    ])
  })

  it('shows results of what is over', async () => {
    const settled = venue.host.catalogue
      .list('polymarket')
      .find((each) => venue.host.exchange.market(each.id)?.status === 'settled')
    const { json } = await venue.get('gamma', `/markets/slug/${settled?.symbol}`)
    expect(json).to.include({ closed: true, acceptingOrders: false, umaResolutionStatus: 'resolved' })
    expect(JSON.parse(json.outcomePrices)).to.have.members(['0', '1'])
  })

  it('does not know what does not exist', async () => {
    for (const path of [
      '/markets/slug/no-such-market',
      '/markets/1',
      '/events/slug/no-such-event',
      '/events/1',
      '/nonsense',
    ]) {
      expect((await venue.get('gamma', path)).status, path).to.equal(404)
    }
  })

  const unreadable = ['limit=101', 'limit=0', 'offset=5', 'closed=perhaps', 'end_date_min=soon', 'after_cursor=%25']
  for (const query of unreadable) {
    it(`refuses ${query}`, async () => {
      expect((await venue.get('gamma', `/markets/keyset?${query}`)).status).to.equal(422)
    })
  }

  it('keeps the older lists with offsets', async () => {
    const first = await venue.get('gamma', '/markets?limit=10')
    const next = await venue.get('gamma', '/markets?limit=10&offset=5')
    expect(next.json[0].slug).to.equal(first.json[5].slug)
    expect((await venue.get('gamma', '/events?limit=3')).json).to.have.length(3)
  })
})
