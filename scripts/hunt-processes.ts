// Hunts for a broken limit: processes trade on one account, whoever holds the lock is killed now and then, and every record
// of the journal is held against the limit.   npm run hunt:processes -- --processes 8 --orders 40 --rounds 5 --seed S
import { parseArgs } from 'node:util'
import { parseMoney } from '../src/domain/amounts.ts'
import { announceSandbox } from '../src/sandbox/discover.ts'
import { verifyJournal } from '../src/store/verify-journal.ts'
import { measureHolds } from '../test/processes/hold-times.ts'
import { exposureAtExchanges, lockHolder, startTrader, type Trader, walkJournal } from '../test/processes/traders.ts'
import { aWorld, marketOf, place, type TestWorld } from '../test/support/session.ts'

const limit = parseMoney('1000')
const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '8' },
    orders: { type: 'string', default: '40' },
    rounds: { type: 'string', default: '3' },
    seed: { type: 'string', default: 'hunt' },
  },
})

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function quantile(times: readonly number[], part: number): string {
  const sorted = [...times].sort((a, b) => a - b)
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0).toFixed(2)} ms`
}

/** Kills holders of the lock, and puts a new process in the place of each. Returns how many. */
async function kill(world: TestWorld, traders: Trader[], isOver: () => boolean, next: (trader: Trader) => void) {
  let killed = 0
  while (!isOver()) {
    const pid = lockHolder(world)
    const victim = traders.find(({ child }) => child.pid === pid && child.signalCode === null)
    if (victim?.child.kill('SIGKILL') === true) {
      killed++
      const another = await startTrader(world)
      traders.push(another)
      next(another)
      await pause(200)
    }
    await pause(1)
  }
  return killed
}

async function round(number: number): Promise<boolean> {
  const world = await aWorld()
  const traders: Trader[] = []
  try {
    announceSandbox(world.dataDir, world.sandbox)
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.28', '50000']], asks: [['0.44', '400']] })
    }
    traders.push(...(await Promise.all(Array.from({ length: Number(values.processes) }, () => startTrader(world)))))
    const begunMs = performance.now()
    let running = 0
    let highest = 0n
    const sprees: Promise<unknown>[] = []
    const send = (trader: Trader): void => {
      running++
      const seed = `${values.seed}/${number}/${sprees.length}`
      const spree = trader.ask({ op: 'spree', seed, orders: Number(values.orders) })
      sprees.push(spree.finally(() => running--))
    }
    for (const trader of traders) send(trader)
    const watch = async (): Promise<void> => {
      for (; running > 0; await pause(20)) {
        const seen = await exposureAtExchanges(world)
        if (seen > highest) highest = seen
      }
    }
    const isOver = (): boolean => running < Number(values.processes) || performance.now() - begunMs > 60_000
    const [killed] = await Promise.all([pause(300).then(() => kill(world, traders, isOver, send)), watch()])
    await Promise.all(sprees)
    const seconds = (performance.now() - begunMs) / 1000

    const session = await world.open()
    const walked = await walkJournal(session.trading.ledger, limit)
    const { ok } = await verifyJournal({ dataDir: world.dataDir, environment: 'sandbox' })
    const holds = measureHolds(session.trading.ledger)
    for (let order = 0; order < 40; order++) {
      await place(session, {
        venue: order % 2 === 0 ? 'kalshi' : 'polymarket',
        quantity: '5',
        price: `0.${10 + order}`,
      })
    }
    const fine = ok && walked.above.length === 0 && walked.untrue.length === 0 && highest <= limit
    process.stdout.write(
      [
        `round ${number}: ${fine ? 'holds' : 'BROKEN'}`,
        `${walked.records} records, ${walked.submitted} orders approved, ${walked.deniedForExposure} denied for exposure`,
        `${killed} holders of the lock killed, ${seconds.toFixed(1)} s`,
        `highest $${walked.highest} in the journal, $${Number(highest) / 1e6} at the exchanges`,
        `above the limit: [${walked.above}], denied though there was room: [${walked.untrue}], chain ${ok ? 'intact' : 'BROKEN'}`,
        `lock held: deciding ${quantile(holds.decidingMs, 0.5)} median, ${quantile(holds.decidingMs, 0.99)} at the 99th of 100; writing ${quantile(holds.writingMs, 0.5)} median`,
        '',
      ].join('\n  '),
    )
    const said = traders.flatMap((trader) => trader.said).filter((text) => !text.includes('incomplete record'))
    if (said.length > 0) process.stdout.write(`  said: ${[...new Set(said)].join('')}\n`)
    return fine
  } finally {
    for (const { child } of traders) child.kill('SIGKILL')
    await world.close()
  }
}

let broken = 0
for (let number = 1; number <= Number(values.rounds); number++) if (!(await round(number))) broken++
process.exitCode = broken === 0 ? 0 : 1
