// Proves that the simulation finds what it is for: each mutant of the program must be noticed. See docs/simulation.md.
import { parseArgs } from 'node:util'
import { bundleSimulation } from '../test/simulation/bundle.ts'
import { Farm } from '../test/simulation/farm.ts'
import { type Killed, type Mutant, mutants, RUNS_PER_MUTANT } from '../test/simulation/mutants.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    /** Only mutants whose name has this in it. */
    only: { type: 'string', default: '' },
  },
})
const firstSeed = Number(values.seed)
if (!Number.isSafeInteger(firstSeed)) throw new Error(`--seed takes a whole number, not ${values.seed}`)

let survivors = 0
console.log('| mutant | noticed after | by |\n| --- | --- | --- |')
for (const mutant of mutants) {
  if (!mutant.name.includes(values.only)) continue
  const killed = await hunt(mutant)
  if (killed === null) survivors++
  const after = killed === null ? `not in ${RUNS_PER_MUTANT} runs` : `${killed.runs} runs (seed ${killed.seed})`
  console.log(`| ${mutant.name} | ${after} | ${killed?.invariant ?? '-'} |`)
}
if (survivors > 0) {
  console.error(`${survivors} mutants were not noticed.`)
  process.exitCode = 1
}

async function hunt(mutant: Mutant): Promise<Killed | null> {
  const farm = new Farm(await bundleSimulation(mutant.changes))
  try {
    const enough = (found: readonly unknown[]): boolean => found.length > 0
    const { violations } = await farm.hunt({ firstSeed, count: RUNS_PER_MUTANT, enough })
    const [first] = violations
    if (first?.violation === null || first === undefined) return null
    return { mutant, runs: Number(first.seed) - firstSeed + 1, seed: first.seed, invariant: first.violation.invariant }
  } finally {
    await farm.close()
  }
}
