import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { crashDrill, type PointReport } from '../../../src/cli/drill/crash.ts'
import { haltDrill } from '../../../src/cli/drill/halt.ts'
import type { Program } from '../../../src/cli/drill/program.ts'
import { crashDrillJson } from '../../../src/cli/json/drill-json.ts'
import { builtProgram } from '../../support/built.ts'
import { schemaProblems } from '../../surface/schemas.ts'

/** Real processes, real signals: a few points here, all of them with `crosstape verify crash`. */
describe('drills', function () {
  this.timeout(300_000)
  let dataDir: string
  let program: Program
  before(async () => {
    program = builtProgram()
    dataDir = await mkdtemp(join(tmpdir(), 'crosstape-drill-'))
  })
  after(() => rm(dataDir, { recursive: true, force: true }))

  it('of crashes: a torn intent, orders held at the exchange and one that never left are all settled', async () => {
    const expected: Readonly<Record<string, string>> = {
      'kalshi/journal.write:half#1': 'nothing open',
      'kalshi/kalshi.place_order:before#1': 'submitted is rejected',
      'kalshi/kalshi.place_order:held#1': 'submitted is partially_filled',
      // The answer of the amend is held back while the order has its new terms already.
      'amend/kalshi.amend_order:held#1': 'resting is resting',
      // The scenario has a fault of its own for a later call, which must not put off the death.
      'resend/kalshi.place_order:held#1': 'submitted is resting',
      // The loop was buying what one side lacked: whoever comes back mends that trade, and makes another.
      'arb-complete/polymarket.place_order:held#2': 'partially_filled is partially_filled, submitted is filled',
    }
    const seen: PointReport[] = []
    const report = await crashDrill({
      dataDir,
      program,
      points: { kind: 'named', names: Object.keys(expected) },
      onPoint: (point) => seen.push(point),
      signal: new AbortController().signal,
    })
    expect(report.points.flatMap(({ problems }) => problems)).to.deep.equal([])
    expect(Object.fromEntries(report.points.map(({ point, found }) => [point, found]))).to.deep.equal(expected)
    expect(report.points.map(({ died }) => died)).to.deep.equal(report.points.map(() => 'SIGKILL'))
    expect([report.ok, seen.length]).to.deep.equal([true, 6])
    expect(schemaProblems('verify crash', JSON.stringify(crashDrillJson(report)))).to.deep.equal([])
  })

  it('of crashes: go on where one crash leaves what nobody can come back to, and say what stood in the way', async () => {
    const wrapper = join(dataDir, 'never-back.mjs')
    await writeFile(
      wrapper,
      `if (process.argv.includes('recover')) {
        console.error('Error: the journal is damaged')
        process.exit(2)
      }
      await import(${JSON.stringify(pathToFileURL(program.args.at(-1) ?? '').href)})\n`,
    )
    const report = await crashDrill({
      dataDir,
      program: { command: program.command, args: [...program.args.slice(0, -1), wrapper] },
      points: { kind: 'named', names: ['kalshi/kalshi.place_order:before#1', 'kalshi/kalshi.place_order:before#2'] },
      onPoint: () => undefined,
      signal: new AbortController().signal,
    })
    expect([report.ok, report.points.length]).to.deep.equal([false, 2])
    for (const { found, problems } of report.points) {
      expect(found).to.equal('did not reconcile')
      expect(problems.join()).to.include('coming back ended with 2: Error: the journal is damaged')
    }
  })

  it('of crashes: name the command that lists the points when one does not exist', async () => {
    const asked = crashDrill({
      dataDir,
      program,
      points: { kind: 'named', names: ['kalshi/none#1'] },
      onPoint: () => undefined,
      signal: new AbortController().signal,
    })
    const error = await asked.catch((reason: unknown) => reason)
    expect(error).to.have.property('suggestions').that.deep.equals(['crosstape verify crash --list'])
  })

  it('of the kill switch: three trading processes stop within an order each, and nothing rests', async () => {
    const timers = timersOf()
    const report = await haltDrill({ dataDir, program, onProgress: () => undefined })
    // What waits for each process must not keep the command from ending. One timer is that of kept connections.
    expect(timersOf() - timers).to.be.below(report.processes)
    expect(await readdir(join(dataDir, 'drills'))).to.deep.equal([])
    expect(report.problems).to.deep.equal([])
    expect([report.ok, report.begunAfterHalt, report.restingAfter]).to.deep.equal([true, 0, 0])
    expect(report.placed).to.be.at.least(12)
    expect(schemaProblems('verify halt', JSON.stringify(report))).to.deep.equal([])
  })
})

function timersOf(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}
