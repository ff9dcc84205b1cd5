import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { entryOf, loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { replayRecordingFolder } from '../../src/cli/replay/replay-session.ts'
import { type Expected, outcomeSince } from '../../src/cli/scenarios/expected.ts'
import { recordInSandbox } from '../../src/cli/scenarios/in-sandbox.ts'
import { scenarioNames, scenarios } from '../../src/cli/scenarios/library.ts'
import { parseMoney } from '../../src/domain/amounts.ts'
import { temporaryFolder } from '../capture/harness.ts'
import { readTraded } from './independent-reader.ts'
import { shapeOf } from './shape.ts'

const library = join(import.meta.dirname, '..', '..', 'recordings')
const folders = readdirSync(library).filter((name) => statSync(join(library, name)).isDirectory())
const recorded = folders.filter((name) => scenarioNames.includes(name))

const expectedOf = (name: string): Expected & { readonly how: string } =>
  JSON.parse(readFileSync(join(library, name, 'expected.json'), 'utf8'))

describe('the recordings of the scenario library', () => {
  it('are all there, and the list of them names each', () => {
    expect([...recorded].sort()).to.deep.equal([...scenarioNames].sort())
    const list = readFileSync(join(library, 'README.md'), 'utf8')
    expect(scenarioNames.filter((name) => !list.includes(`\`${name}\``))).to.deep.equal([])
  })

  for (const name of recorded) {
    it(`${name} is whole, and today's code comes to what is expected of it`, async () => {
      expect(verifyRecording(join(library, name))).to.deep.include({ status: 'whole', problems: [] })
      const { startedAt, trigger } = loadRecording(name, library).manifest
      const expected = expectedOf(name)
      expect(trigger).to.deep.equal({ kind: 'scenario', name, how: expected.how })
      let came: Expected | null = null
      const report = await replayRecordingFolder(name, {
        captureDir: library,
        atEnd: async (ledger) => {
          came = await outcomeSince(ledger, Date.parse(startedAt))
        },
      })
      expect(report.drifts.flatMap((drift) => drift.describe())).to.deep.equal([])
      expect(expected).to.deep.include(came)
    })

    it(`${name} says the same to a reader that shares no code with us`, () => {
      const { orders, cash } = expectedOf(name)
      const traded = readTraded(join(library, name))
      expect(traded.quantity).to.equal(orders.reduce((sum, order) => sum + Number(order.filledQuantity), 0))
      const fees = orders.reduce((sum, order) => sum + Number(order.fees), 0)
      expect(traded.dollars + fees).to.be.closeTo(-Number(cash), 1e-9)
    })
  }
})

describe('the scenarios recorded anew in the sandbox', function () {
  this.timeout(20_000)
  const folder = temporaryFolder()
  after(() => folder.remove())

  for (const scenario of scenarios) {
    it(`${scenario.name} has the same exchanges and the same outcome`, async () => {
      const { contradictions, expected, session } = await recordInSandbox({
        scenario,
        dataDir: join(folder.path, 'data'),
        captureDir: folder.path,
        budget: parseMoney('50'),
        agree: () => Promise.resolve(),
        onWarning: (message) => expect.fail(message),
        signal: new AbortController().signal,
      })
      expect(contradictions).to.deep.equal([])
      expect(expectedOf(scenario.name)).to.deep.include(expected)
      expect(shapesOf(session, folder.path)).to.deep.equal(shapesOf(scenario.name, library))
    })
  }
})

function shapesOf(name: string, captureDir: string): readonly unknown[] {
  const recording = loadRecording(name, captureDir)
  return recording.exchanges.map((exchange) => {
    const { request, response, _outcome } = entryOf(recording, exchange)
    return {
      file: exchange.file,
      outcome: _outcome,
      status: response.status,
      headers: response.headers.map((header) => header.name),
      asked: shapeOf(request.postData?.text ?? ''),
      answered: shapeOf(response.content.text ?? ''),
    }
  })
}
