import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { library } from './combined-scenarios.ts'

const root = join(import.meta.dirname, '../..')

/** As somebody else's project sees it: the built package, by its name. */
describe('the package crosstape/replay', function () {
  this.timeout(60_000)
  let project: string

  before(() => {
    if (!existsSync(join(root, 'dist/replay.cjs'))) execFileSync('npm', ['run', '--silent', 'build'], { cwd: root })
    project = mkdtempSync(join(tmpdir(), 'crosstape-consumer-'))
    mkdirSync(join(project, 'node_modules'))
    for (const name of ['axios', 'chai', 'mocha']) {
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
    }
    symlinkSync(root, join(project, 'node_modules/crosstape'))
    symlinkSync(library, join(project, 'recordings'))
  })
  after(() => rmSync(project, { recursive: true, force: true }))

  it('runs the example of the documentation as it stands there', () => {
    const [, example] =
      /```js\n(\/\/ trading\.test\.mjs[\s\S]*?)```/.exec(readFileSync(join(root, 'docs/replay.md'), 'utf8')) ?? []
    if (example === undefined) throw new Error('docs/replay.md has no example')
    writeFileSync(join(project, 'trading.test.mjs'), example)
    const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
    const { status, stdout, stderr } = spawnSync(process.execPath, [mocha, '--no-config', 'trading.test.mjs'], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    })
    expect(status, stdout + stderr).to.equal(0)
    expect(stdout).to.include('3 passing')
  })

  it('brings declarations that need no other package', () => {
    writeFileSync(
      join(project, 'typed.mts'),
      `import axios from 'axios'
       import { openReplay, type Rerun } from 'crosstape/replay'
       const replay = openReplay({ sessions: ['a'], mode: 'by-endpoint', latency: 0.5 })
       replay.attach(axios.create(), { venue: 'kalshi', baseUrl: 'http://x.invalid' })
       const now: number = replay.clock.nowMs()
       const filled = (run: Rerun): readonly string[] => run.outcome.decisions.map(({ filled }) => filled)
       // @ts-expect-error There is no such venue.
       replay.client('nowhere')
       export { now, filled }
      `,
    )
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'esnext',
      '--types',
      'node',
    ]
    const types = ['--typeRoots', join(root, 'node_modules/@types'), '--skipLibCheck', 'false']
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), [...options, ...types, 'typed.mts'], {
      cwd: project,
      encoding: 'utf8',
    })
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: '' })
  })
})
