import { expect } from 'chai'
import { viewsDirectory } from '../../src/store/directories.ts'
import { dataDir, environment } from './books.ts'
import { bundleSimulation, requireFresh } from './bundle.ts'
import { Farm, type Shown } from './farm.ts'
import { type Mutant, mutants } from './mutants.ts'
import type { Plan, PlanItem, Wish } from './plan.ts'
import { reproduction, story } from './story.ts'

const RUNS = 300

const wish: Wish = {
  market: 'kalshi:KXSIM-A',
  outcome: 'yes',
  side: 'buy',
  quantity: '10',
  price: '0.52',
  timeInForce: 'ioc',
  postOnly: false,
  allowDuplicate: true,
}

function planOf(seed: string, ...items: readonly PlanItem[]): Plan {
  return {
    seed,
    items,
    limits: { maxExposure: '100', maxNotional: '50', maxDailyLoss: null },
    skewMs: 0,
    writeBackMs: null,
    rateLimit: 'off',
    apiKey: 'configured',
  }
}

function place(waitMs: number, price = wish.price): PlanItem {
  return { kind: 'step', slot: 0, waitMs, step: { kind: 'place', wish: { ...wish, price } } }
}

const close: PlanItem = { kind: 'step', slot: 0, waitMs: 5, step: { kind: 'close' } }

/**
 * Runs in which the power goes after the second saving of the views: in each at another operation, and with other folders
 * of the archive whose last names are lost. Both orders buy nothing, so that each is in the archive once it is saved.
 */
async function* powerCutsAfterSaving(farm: Farm): AsyncGenerator<Shown> {
  const views = viewsDirectory(dataDir, environment)
  const folders = ['pages', 'ids', 'references'].map((name) => `${views}/archive-1/orders/${name}`)
  const after = { name: 'rename', path: `${views}/live.json`, nth: 1 }
  for (let later = 0; ; later++) {
    for (const lost of [...folders.map((folder) => [folder]), folders]) {
      const plan = planOf('b', place(0, '0.3'), close, place(20_000, '0.3'), close, {
        kind: 'power_cut',
        after,
        later,
        lost,
      })
      // What the first saving wrote has been written down before the second.
      const shown = await farm.run({ ...plan, writeBackMs: 5_000 })
      if (shown.report.figures.faults === 0) return
      yield shown
    }
  }
}

describe('the simulation', function () {
  this.timeout(600_000)
  let farm: Farm
  before(async () => {
    farm = new Farm(await bundleSimulation())
  })
  after(() => farm.close())

  it(`finds nothing wrong in ${RUNS} runs`, async () => {
    const { runs, violations, figures } = await farm.hunt({ firstSeed: 1, count: RUNS })
    const told = violations.map(
      ({ seed, violation }) =>
        `npm run simulate -- --runs 1 --seed ${seed}\n${violation?.invariant}: ${violation?.what}`,
    )
    expect(told.join('\n')).to.equal('')
    expect(runs).to.equal(RUNS)
    // Runs in which nothing is ordered, lost or killed would prove nothing.
    expect(figures.venueOrders).to.be.greaterThan(RUNS)
    expect(figures.fills).to.be.greaterThan(RUNS / 2)
    expect(figures.unknown).to.be.greaterThan(20)
    expect(figures.crashes).to.be.greaterThan(50)
    expect(figures.arbs).to.be.greaterThan(50)
    expect(figures.frames).to.be.greaterThan(500)
  })

  it('does the same twice for one seed, to the byte', async () => {
    // The last one hears by sockets, of which some fail.
    for (const seed of ['7', '1234567', '676']) {
      const [first, second] = [await farm.show(seed, null), await farm.show(seed, null)]
      expect(first.report.trace.join('\n')).to.equal(second.report.trace.join('\n'))
      expect(first.report.traceHash).to.equal(second.report.traceHash)
    }
  })

  it('keeps an order through a power cut though the process that began the journal was killed', async () => {
    // From the first name made in the data directory to the last one synced.
    for (let operation = 48; operation <= 68; operation++) {
      const killed: PlanItem = { kind: 'crash', operation, when: 'after', power: false }
      const { report, plan } = await farm.run(planOf('a', place(0), place(1_000), killed))
      expect(report.violation, story(report, plan)).to.equal(null)
    }
  })

  it('finds an ended order after a power cut that follows the saving of the views', async () => {
    let cuts = 0
    for await (const { report, plan } of powerCutsAfterSaving(farm)) {
      cuts++
      expect(report.violation, story(report, plan)).to.equal(null)
    }
    expect(cuts).to.be.greaterThan(20)
  })
})

describe('the hunter', function () {
  this.timeout(300_000)

  it('has mutants that fit the source as it is', () => {
    for (const { name, changes } of mutants) expect(() => requireFresh(changes), name).not.to.throw()
    expect(mutants.length).to.be.at.least(10)
  })

  it('misses an ended order after such a power cut where the archive is not durable before the views', async () => {
    const careless = mutants.find(({ name }) => name === 'nameless archive') as Mutant
    const farm = new Farm(await bundleSimulation(careless.changes), 1)
    try {
      const seen: (string | null)[] = []
      for await (const { report } of powerCutsAfterSaving(farm)) {
        seen.push(report.violation?.invariant ?? null)
        if (report.violation !== null) break
      }
      expect(seen).to.include('fold')
    } finally {
      await farm.close()
    }
  })

  it('finds a mutant, shrinks what it found, and says how to see it again', async () => {
    const careless = mutants.find(({ name }) => name === 'no sync') as Mutant
    const farm = new Farm(await bundleSimulation(careless.changes), 1)
    try {
      const { violations } = await farm.hunt({ firstSeed: 1, count: 20, enough: (found) => found.length > 0 })
      const [found] = violations
      expect(found?.violation?.invariant).to.equal('known')
      const seed = found?.seed ?? ''
      const { keep, report, plan } = await farm.shrink(seed)
      expect(keep.length).to.be.at.most(4)
      expect(story(report, plan)).to.include('violated: ')
      const again = await farm.show(seed, keep)
      expect(again.report.violation).to.deep.equal(report.violation)
      expect(reproduction(seed, keep)).to.equal(`npm run simulate -- --runs 1 --seed ${seed} --keep ${keep.join(',')}`)
    } finally {
      await farm.close()
    }
  })
})
