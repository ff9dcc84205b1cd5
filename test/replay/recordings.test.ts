import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { replayExpected } from '../../src/cli/replay/expected.ts'
import { EXPECTED_FILE } from '../../src/cli/replay/expected-outcome.ts'
import { scenarioNames } from '../../src/cli/scenarios/library.ts'

const recordings = join(import.meta.dirname, '../../recordings')

/** Every kept session, but for the scenario library's, which has tests of its own: it runs under today's code, and comes to what a person agreed that it must come to. */
describe('recordings that are tests', () => {
  const kept = existsSync(recordings)
    ? readdirSync(recordings)
        .filter((session) => existsSync(join(recordings, session, EXPECTED_FILE)))
        .filter((session) => !scenarioNames.includes(session))
    : []

  for (const session of kept) {
    it(`${session} comes to what its ${EXPECTED_FILE} says`, async () => {
      const { report, differences } = await replayExpected(session, recordings)
      expect(report.drifts.map((drift) => drift.describe().join('\n'))).to.deep.equal([])
      expect(differences).to.deep.equal([])
    })
  }
})
