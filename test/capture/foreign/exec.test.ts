import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../../scripts/source-options.ts'
import { type ProgramOptions, runProgram } from '../../../src/cli/foreign/run-program.ts'
import { type CliHome, cliHome } from '../../commands/run-cli.ts'
import { openTestTape } from '../harness.ts'

describe('capture exec', () => {
  let cli: CliHome
  let folder: string

  before(async () => {
    cli = await cliHome()
    folder = mkdtempSync(join(tmpdir(), 'crosstape-exec-test-'))
  })

  after(async () => {
    await cli.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (program: readonly string[], changes: Partial<ProgramOptions> = {}): ReturnType<typeof runProgram> =>
    runProgram({
      program,
      settings: { environment: 'sandbox', captureDir: folder, captureFilter: 'orders', session: null },
      registerFile: join(import.meta.dirname, 'nothing-child.cjs'),
      env: { PATH: process.env.PATH },
      onStarted: () => undefined,
      ...changes,
    })

  it('ends with the exit code of the program', async () => {
    expect(await run([process.execPath, '-e', 'process.exit(5)'])).to.deep.equal({
      code: 5,
      signal: null,
      sessions: [],
    })
  })

  it('hands signals on, and ends as the program ends', async () => {
    const end = await run(['sleep', '60'], { onStarted: (program) => program.kill('SIGTERM') })
    expect(end).to.include({ code: null, signal: 'SIGTERM' })
  })

  it('keeps the options that the program has for Node', async () => {
    const program = "process.exit(process.env.NODE_OPTIONS.startsWith('--no-warnings --require=') ? 0 : 1)"
    const env = { PATH: process.env.PATH, NODE_OPTIONS: '--no-warnings' }
    expect(await run([process.execPath, '-e', program], { env })).to.include({ code: 0 })
  })

  it('says when there is no such program, and when it was not built', async () => {
    const failure = (started: Promise<unknown>): Promise<unknown> => started.catch((error: unknown) => error)
    expect(await failure(run(['no-such-program-anywhere']))).to.include({ code: 'PROGRAM_NOT_STARTED' })
    const unbuilt = run(['sleep', '0'], { registerFile: join(folder, 'register.cjs') })
    expect(await failure(unbuilt)).to.include({ code: 'REGISTER_NOT_BUILT' })
  })

  it('makes recordings that are served, not replayed: what the program did is not ours to run', async () => {
    const tape = await openTestTape(folder, {
      session: 'bot',
      trigger: { kind: 'program', name: 'bot.mjs', node: 'v20' },
    })
    await tape.close('exit 0')
    const { exitCode, stderr } = await cli.run('capture', 'replay', 'bot', '--capture-dir', folder)
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('crosstape capture serve bot')
  })

  it('asks for a program', async () => {
    const { exitCode, stderr } = await cli.run('capture', 'exec')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('capture exec -- node bot.mjs')
  })

  it('says that nothing was recorded when nothing was sent to a venue', async function () {
    if (!existsSync(join(projectRoot, 'dist/register.cjs'))) this.skip()
    const { exitCode, stdout, stderr } = await cli.run(
      'capture',
      'exec',
      '--',
      process.execPath,
      '-e',
      'process.exit(9)',
    )
    expect({ exitCode, stdout }).to.deep.equal({ exitCode: 9, stdout: '' })
    expect(stderr).to.contain('Nothing was recorded')
  })
})
