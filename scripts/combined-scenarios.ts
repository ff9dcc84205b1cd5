import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outcomeOf, writeExpected } from '../src/cli/replay-expected.ts'
import { loadUndamaged } from '../src/cli/replay-session.ts'
import { composeScene } from '../src/replay/replay.ts'
import {
  type CombinedScenario,
  combinedScenarios,
  partsOfScenarios,
  recordParts,
  sceneOf,
} from '../test/replay/combined-scenarios.ts'
import { recordedSessions } from '../test/replay/record-sessions.ts'

/** Records the parts of the two-leg scenarios in the sandbox, composes them, and keeps them as recordings that are tests. */
const recordings = join(import.meta.dirname, '../recordings')

function readme({ name, what, sessions }: CombinedScenario): string {
  const list = sessions.map((session) => `- \`${session}\`: ${describe(session)}`).join('\n')
  return `# ${name}

Two legs of one trade: ${what}. \`expected.json\` holds the orders, the unwind, the positions and the exposure that must follow.

Composed, not recorded in one piece. The script that made it recorded each part in the sandbox first, in a session of one
venue on a day of its own, under names that the scenario library has too, with other books and sizes:

${list}

The first order of each of the first two became a leg; what unwinding sells is answered as the third was. Made by
\`npx tsx scripts/combined-scenarios.ts\`. No venue and no account of anybody took part.
`
}

function describe(session: string): string {
  const steps = partsOfScenarios[session]
  if (steps === undefined) throw new Error(`nobody says how ${session} was recorded`)
  const { order } = steps
  return `${order.side ?? 'buy'} ${order.quantity} ${order.outcome ?? 'yes'} at ${order.price} on ${steps.venue}, immediate or cancel`
}

const recorded = await recordedSessions()
try {
  await recordParts(recorded, [...new Set(combinedScenarios.flatMap(({ sessions }) => sessions))])
  for (const scenario of combinedScenarios) {
    const directory = join(recordings, scenario.name)
    rmSync(directory, { recursive: true, force: true })
    const scene = await composeScene(sceneOf(scenario, recorded.captureDir))
    scene.write(recordings)
    const { report, outcome } = await outcomeOf(loadUndamaged(directory, null))
    if (report.verdict !== 'same') throw new Error(`${scenario.name} does not replay`)
    writeExpected(directory, outcome)
    writeFileSync(join(directory, 'README.md'), readme(scenario))
    console.log(`${scenario.name}: ${report.exchanges.recorded} exchanges`)
  }
} finally {
  await recorded.close()
}
