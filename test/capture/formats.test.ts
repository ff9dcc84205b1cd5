import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { describeProblem } from '../../src/capture/read/problems.ts'
import { entryOf, loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { replayRecordingFolder } from '../../src/cli/replay/replay-session.ts'
import { temporaryFolder } from './harness.ts'

/** Sessions as the first release wrote them. They must be readable for ever: never record them anew. */
const format1 = join(import.meta.dirname, '..', 'fixtures', 'recordings', 'format-1')

describe('a recording of format 1', () => {
  it('is read through the converters in the form of today', () => {
    const recording = loadRecording('whole', format1)
    expect(recording.format).to.equal(1)
    expect(recording.manifest).to.deep.include({
      format: 2,
      session: 'whole',
      counts: { exchanges: 3, operations: 1, streams: 0, frames: 0 },
    })
    expect(recording.streams).to.deep.equal([])
    expect(recording.exchanges.map(({ seq, venue, outcome }) => ({ seq, venue, outcome }))).to.deep.equal([
      { seq: 1, venue: 'kalshi', outcome: 'response' },
      { seq: 2, venue: 'polymarket', outcome: 'response' },
      { seq: 3, venue: 'kalshi', outcome: 'reset' },
    ])
    const [first] = recording.exchanges
    expect(first === undefined ? null : entryOf(recording, first).response.status).to.equal(201)
  })

  it('is verified as it was', () => {
    expect(verifyRecording(join(format1, 'whole'))).to.deep.include({ status: 'whole', problems: [], exchanges: 3 })
    const killed = verifyRecording(join(format1, 'killed'))
    expect(killed).to.deep.include({ status: 'ended_early', problems: [], exchanges: 3, operations: 1 })
    expect(killed.notes.join('\n')).to.contain('Exchange 4 was in flight')
  })

  it("is replayed against today's code", async () => {
    const report = await replayRecordingFolder('order', { captureDir: format1 })
    expect(report.drifts.flatMap((drift) => drift.describe())).to.deep.equal([])
    expect(report).to.deep.include({ verdict: 'same', exchanges: { recorded: 2, replayed: 2 } })
  })

  it('is not what a manifest with a seal can call itself', () => {
    const folder = temporaryFolder()
    cpSync(join(format1, 'whole'), join(folder.path, 'forged'), { recursive: true })
    const manifest = join(folder.path, 'forged', 'manifest.json')
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"unrecorded"', '"seal": "",\n  "unrecorded"'))
    const problems = verifyRecording(join(folder.path, 'forged')).problems.map(describeProblem)
    rmSync(folder.path, { recursive: true })
    expect(problems).to.deep.equal(['manifest.json, format: it says 1, which had no seal, and there is one'])
  })
})
