import { expect } from 'chai'
import { type CliHome, type CliResult, cliHome } from '../../commands/run-cli.ts'
import { schemaProblems } from '../../surface/schemas.ts'
import { kalshiOrder } from '../harness.ts'
import { counting, makeTapes, type Tapes } from './tapes.ts'

describe('capture serve', () => {
  let tapes: Tapes
  let cli: CliHome

  before(async () => {
    tapes = makeTapes()
    cli = await cliHome()
    await tapes.record('one', counting(), ({ send }) => send('kalshi', 'POST', '/portfolio/events/orders', kalshiOrder))
    await tapes.record('none', counting(), () => Promise.resolve())
  })

  after(async () => {
    await cli.remove()
    tapes.remove()
  })

  /** Runs it until it has begun to listen for a signal, which then ends it. */
  async function serve(...args: readonly string[]): Promise<CliResult> {
    const ending = setInterval(() => process.emit('SIGTERM', 'SIGTERM'), 100)
    try {
      return await cli.run('capture', 'serve', ...args, '--capture-dir', tapes.path)
    } finally {
      clearInterval(ending)
    }
  }

  it('says as lines of JSON where it stands and what became of the tape', async () => {
    const { exitCode, stdout } = await serve('one', '--json')
    const lines = stdout.trim().split('\n')
    expect(lines).to.have.length(2)
    for (const line of lines) expect(schemaProblems('capture serve', line), line).to.deep.equal([])
    const [ready = '', end = ''] = lines
    expect(JSON.parse(ready)).to.have.nested.property('sessions[0]', 'one')
    expect(JSON.parse(end).report).to.deep.include({ verdict: 'drift', served: 0, drifts: [] })
    expect(exitCode).to.equal(7)
  })

  it('ends well when everything was asked for as on the tape, and names the variables to set', async () => {
    const { exitCode, stdout } = await serve('none')
    expect(exitCode, stdout).to.equal(0)
    expect(stdout).to.match(/KALSHI_BASE_URL +http:\/\/127\.0\.0\.1:\d+\/trade-api\/v2/)
    expect(stdout).to.contain('Same as recorded.')
  })

  it('says what was not asked for', async () => {
    const { stdout } = await serve('one')
    expect(stdout).to.contain('Not asked for: one/001_POST_kalshi_orders.json')
  })

  it('refuses a recording that is not there, and a fault that cannot be', async () => {
    expect(await cli.run('capture', 'serve', 'nowhere', '--capture-dir', tapes.path)).to.include({ exitCode: 2 })
    const wrong = await cli.run('capture', 'serve', 'one', '--fault', '1:sometimes', '--capture-dir', tapes.path)
    expect(wrong).to.include({ exitCode: 2 })
    expect(wrong.stderr).to.contain('Nothing was served.')
  })
})
