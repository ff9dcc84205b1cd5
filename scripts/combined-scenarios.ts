import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { outcomeOf, writeExpected } from '../src/cli/replay/expected.ts'
import { loadUndamaged } from '../src/cli/replay/replay-session.ts'
import { scenarioNamed } from '../src/cli/scenarios/library.ts'
import { composeScene } from '../src/replay/replay.ts'
import { type CombinedScenario, combinedScenarios, library, sceneOf } from '../test/replay/combined-scenarios.ts'

/** Composes the two-leg scenarios of the library's sessions, and keeps them as recordings that are tests. */
function readme({ name, what, sessions }: CombinedScenario): string {
  const list = sessions.map((session) => `- [\`${session}\`](../${session}): ${howOf(session)}`).join('\n')
  return `# ${name}

Two legs of one trade: ${what}. \`expected.json\` holds the orders, the unwind, the positions and the exposure that must follow.

Composed, not recorded in one piece, of sessions of one venue each that are in this folder too:

${list}

The order of each of the first two became a leg; what unwinding sells is answered as the third was. Made by
\`npm run record\`. No venue and no account of anybody took part.
`
}

function howOf(session: string): string {
  return scenarioNamed(session).sandbox.how
}

for (const scenario of combinedScenarios) {
  const directory = join(library, scenario.name)
  rmSync(directory, { recursive: true, force: true })
  const scene = await composeScene(sceneOf(scenario))
  scene.write(library)
  const { report, outcome } = await outcomeOf(loadUndamaged(directory, null))
  if (report.verdict !== 'same') throw new Error(`${scenario.name} does not replay`)
  writeExpected(directory, outcome)
  writeFileSync(join(directory, 'README.md'), readme(scenario))
  console.log(`${scenario.name}: ${report.exchanges.recorded} exchanges`)
}
