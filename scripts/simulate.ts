// Runs the deterministic simulation: `npm run simulate -- --runs N --seed S`. See docs/simulation.md.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { bundleSimulation } from '../test/simulation/bundle.ts'
import { Farm, type HuntResult } from '../test/simulation/farm.ts'
import { reproduction, story } from '../test/simulation/story.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    /** Places of the plan's items to keep, with one run: what a shrunk failure prints. */
    keep: { type: 'string' },
    /** Print the trace of a single run. */
    trace: { type: 'boolean', default: false },
    threads: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    /** Go on after this many violations. */
    violations: { type: 'string', default: '1' },
  },
})

function whole(name: 'runs' | 'seed' | 'threads' | 'violations'): number {
  const value = Number(values[name])
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not ${values[name]}`)
  return value
}

const [runs, seed] = [whole('runs'), whole('seed')]
const startedMs = performance.now()
const farm = new Farm(await bundleSimulation(), runs === 1 ? 1 : whole('threads'))
try {
  process.exitCode = runs === 1 ? await runOne() : await runMany()
} finally {
  await farm.close()
}

async function runOne(): Promise<number> {
  const keep = values.keep === undefined ? null : values.keep.split(',').filter(Boolean).map(Number)
  const { report, plan } = await farm.show(String(seed), keep)
  if (values.trace || report.violation !== null) console.log(story(report, plan))
  console.log(`seed ${seed}: ${report.violation === null ? 'no violation' : report.violation.invariant}`)
  console.log(`trace ${report.traceHash}`)
  return report.violation === null ? 0 : 1
}

async function runMany(): Promise<number> {
  const most = whole('violations')
  const result = await farm.hunt({
    firstSeed: seed,
    count: runs,
    enough: (found) => found.length >= most,
    onProgress: (done, found) => {
      if (done % 500 < 5) console.error(`${done} of ${runs} runs, ${found.length} violations`)
    },
  })
  console.log(summary(result))
  const [first] = result.violations
  if (first === undefined) return 0
  for (const { seed: failed, violation } of result.violations) {
    console.log(`seed ${failed}: ${violation?.invariant}: ${violation?.what.split('\n')[0]}`)
  }
  const { keep, report, plan } = await farm.shrink(first.seed)
  console.log(`\nThe first of them, shrunk:\n${story(report, plan)}\n${reproduction(first.seed, keep)}`)
  return 1
}

function summary({ runs: done, figures, violations }: HuntResult): string {
  const seconds = (performance.now() - startedMs) / 1000
  const perMinute = Math.round((done / seconds) * 60)
  const counts = Object.entries(figures).map(([name, sum]) => `${sum} ${name}`)
  return [
    `${done} runs, seeds ${seed} to ${seed + done - 1}: ${violations.length} violations`,
    `${seconds.toFixed(1)} s, ${perMinute} runs a minute`,
    counts.join(', '),
  ].join('\n')
}
