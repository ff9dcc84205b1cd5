import { parseArgs } from 'node:util'
import { decoders } from '../test/fuzz/decoders.ts'
import { fuzz, judge } from '../test/fuzz/fuzz.ts'

/** Fuzzes every decoder, or the one named, and prints how to do a failing run again. Not part of the package. */
const { values } = parseArgs({
  options: {
    decoder: { type: 'string' },
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '100000' },
    text: { type: 'string' },
  },
})
const [seed, runs] = [Number(values.seed), Number(values.runs)]
const chosen = decoders.filter(({ name }) => values.decoder === undefined || name === values.decoder)
if (chosen.length === 0) {
  console.error(`There is no decoder ${values.decoder}; there are ${decoders.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

for (const decoder of chosen) {
  if (values.text === undefined) await run(decoder)
  else report(decoder.name, (await judge(decoder, String(JSON.parse(values.text)))).wrong)
}

async function run(decoder: (typeof decoders)[number]): Promise<void> {
  const startedMs = performance.now()
  const result = await fuzz(decoder, { seed, runs, real: true })
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10
  if (result.kind === 'held') {
    console.log(`${decoder.name}: ${result.cases} cases, ${result.read} of them read, in ${seconds} s`)
    return
  }
  report(decoder.name, result.what)
  console.log(`  found with: npm run fuzz -- --decoder ${decoder.name} --seed ${seed} --runs ${runs}`)
  const smallest = `'${JSON.stringify(result.text).replaceAll("'", "'\\''")}'`
  console.log(`  once more:  npm run fuzz -- --decoder ${decoder.name} --text ${smallest}`)
}

function report(name: string, wrong: string | null): void {
  console.log(wrong === null ? `${name}: holds` : `${name}: ${wrong}`)
  if (wrong !== null) process.exitCode = 1
}
