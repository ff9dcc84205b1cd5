import { expect } from 'chai'
import { type FeeEvent, FeeWatch } from '../../src/arb/fee-watch.ts'
import type { ArbPair } from '../../src/arb/ports.ts'
import { parseRate } from '../../src/domain/amounts.ts'
import { VenueError } from '../../src/domain/errors.ts'
import type { FeeSchedule } from '../../src/domain/fees.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { FeesNow } from '../../src/domain/venue.ts'
import type { VenueNews } from '../../src/domain/venue-stream.ts'
import { turn, VirtualClock } from '../../src/runtime/clock.ts'
import { aPair, balanceFee, firstMarket, nearestFee, secondMarket } from './support.ts'

const first = { ...firstMarket, eventId: 'KXTEST-26DEC31', fees: balanceFee }
const pair = aPair({ markets: [first, { ...secondMarket, eventId: 'test', fees: nearestFee }] })
const dear: FeeSchedule = { ...balanceFee, ...{ multiplier: parseRate('2') } }
const changed = (told: FeeSchedule | null = null, event: string | null = 'KXTEST-26DEC31'): VenueNews => ({
  kind: 'fees_changed',
  venue: 'kalshi',
  event,
  told,
})

/** A watch whose reads are answered by hand. */
class Bench {
  readonly clock = new VirtualClock(0)
  readonly events: FeeEvent['kind'][] = []
  readonly asked: { readonly market: MarketId; answer(now: FeesNow | VenueError): void }[] = []
  pair: ArbPair = pair
  readonly watch: FeeWatch

  constructor(reads: 'all' | 'told' = 'told') {
    this.watch = new FeeWatch({
      pairs: [pair],
      clock: this.clock,
      reads,
      read: (market) =>
        new Promise((resolve, reject) => {
          const answer = (now: FeesNow | VenueError): void => (now instanceof VenueError ? reject(now) : resolve(now))
          this.asked.push({ market: market.id, answer })
        }),
      onPair: (now) => {
        this.pair = now
      },
      onEvent: ({ kind }) => this.events.push(kind),
      onNews: () => undefined,
    })
  }

  get fees(): FeeSchedule {
    return this.pair.markets[0].fees
  }

  async at(ms: number): Promise<this> {
    this.clock.advanceTo(ms)
    this.watch.tick()
    await turn()
    return this
  }

  async answer(now: FeesNow | VenueError): Promise<void> {
    const question = this.asked.shift()
    if (question === undefined) throw new Error('nothing was asked')
    question.answer(now)
    await turn()
  }
}

const lost = new VenueError({ kind: 'unavailable', sent: 'maybe', code: 'TIMEOUT', message: 'no answer' })

describe('the fees of pairs while a loop runs', () => {
  it('count as unknown from the moment at which a venue says that they changed, and as read after it', async () => {
    const bench = new Bench()
    bench.watch.hear(changed())
    expect(bench.fees).to.deep.equal({ kind: 'unknown', reason: 'fees changed, being read again' })
    expect(bench.pair.markets[1].fees).to.equal(nearestFee)
    await bench.at(10)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.fees).to.equal(dear)
    expect(bench.events).to.deep.equal(['fees_doubted', 'fees_read'])
  })

  it('stay as they are when another event is meant', () => {
    const bench = new Bench()
    bench.watch.hear(changed(null, 'KXOTHER'))
    expect(bench.fees).to.equal(balanceFee)
  })

  it('are not those of an answer to a question that was put before the change', async () => {
    const bench = new Bench('all')
    await bench.at(0)
    bench.clock.advanceTo(5)
    bench.watch.hear(changed())
    await bench.answer({ schedule: balanceFee, untilMs: null })
    expect(bench.fees.kind).to.equal('unknown')
    bench.asked.shift()?.answer({ schedule: nearestFee, untilMs: null })
    await turn()
    await bench.at(6)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.fees).to.equal(dear)
  })

  it('are not those of an answer that contradicts the announcement, for as long as it may be an old one', async () => {
    const bench = new Bench()
    bench.watch.hear(changed(dear))
    await bench.at(0)
    await bench.answer({ schedule: balanceFee, untilMs: null })
    expect(bench.fees.kind).to.equal('unknown')
    await bench.at(1_000)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.fees).to.equal(dear)
    bench.watch.hear(changed(balanceFee))
    await bench.at(1_001)
    bench.clock.advanceTo(25_000)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.fees).to.equal(dear)
  })

  it('count as unknown again once an announced change takes effect, without another word', async () => {
    const bench = new Bench('all')
    await bench.at(0)
    await bench.answer({ schedule: balanceFee, untilMs: 60_000 })
    await bench.answer({ schedule: nearestFee, untilMs: null })
    expect(bench.events).to.deep.equal([])
    await bench.at(59_999)
    expect(bench.fees).to.equal(balanceFee)
    await bench.at(60_000)
    expect(bench.fees.kind).to.equal('unknown')
    await bench.answer({ schedule: { kind: 'unknown', reason: 'may be old' }, untilMs: 80_000 })
    expect(bench.fees).to.deep.equal({ kind: 'unknown', reason: 'may be old' })
    await bench.at(79_999)
    expect(bench.asked.length).to.equal(0)
    await bench.at(80_000)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.fees).to.equal(dear)
  })

  it('stay unknown while the venue cannot be read, and are asked for again', async () => {
    const bench = new Bench()
    bench.watch.hear(changed())
    await bench.at(0)
    await bench.answer(lost)
    expect((await bench.at(4_999)).asked.length).to.equal(0)
    await bench.at(5_000)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.fees).to.equal(dear)
  })

  it('are those of a later reading of the pairs, and not of one that began before what is known', async () => {
    const bench = new Bench()
    const older = { ...pair, markets: [{ ...first, fees: balanceFee }, pair.markets[1]] as const }
    bench.clock.advanceTo(100)
    bench.watch.hear(changed())
    bench.watch.take([older], 100)
    expect(bench.fees.kind).to.equal('unknown')
    await bench.at(100)
    await bench.answer({ schedule: dear, untilMs: null })
    bench.watch.take([older], 99)
    expect(bench.fees).to.equal(dear)
    bench.watch.take([older], 101)
    expect(bench.fees).to.equal(balanceFee)
    expect(bench.events).to.deep.equal(['fees_doubted', 'fees_read', 'fees_read'])
  })

  it('are read again in silence when something may have been missed, and told of when they had changed', async () => {
    const bench = new Bench()
    bench.watch.hear(changed(null, null))
    expect(bench.fees.kind).to.equal('unknown')
    await bench.at(0)
    await bench.answer({ schedule: balanceFee, untilMs: null })
    expect([bench.fees, bench.events]).to.deep.equal([balanceFee, []])
    bench.watch.hear(changed(null, null))
    await bench.at(1)
    await bench.answer({ schedule: dear, untilMs: null })
    expect(bench.events).to.deep.equal(['fees_read'])
  })
})
