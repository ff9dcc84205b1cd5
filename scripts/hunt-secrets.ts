// Runs the whole suite and the drills with every secret noted and nothing removed, and looks for the secrets in all that
// was left behind and said: `npm run hunt:secrets`. Takes the time of both. See docs/secrets.md.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { Needles } from '../test/secrets/needles.ts'
import { projectRoot } from './source-options.ts'

const work = realpathSync(mkdtempSync(join(tmpdir(), 'crosstape-hunt-')))
const [notes, kept, temporary] = ['notes', 'kept', 'tmp'].map((name) => {
  mkdirSync(join(work, name))
  return join(work, name)
}) as [string, string, string]
const commandLines = new Set<string>()

const module = join(work, 'witness.mjs')
buildSync({
  entryPoints: [join(projectRoot, 'test/secrets/witness.ts')],
  outfile: module,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
})

const wanted = process.argv.slice(2)
const runs: readonly (readonly string[])[] = [
  [
    'node',
    'node_modules/mocha/bin/mocha.js',
    // Without the observer of conformance, which writes down whatever the venues say, keys that they hand out too.
    '--config',
    'test/sdk/mocharc.json',
    '--parallel',
    '--jobs',
    '2',
    ...(wanted.length > 0 ? wanted : ['test/**/*.test.ts']),
  ],
  ['node', 'bin/run.js', 'verify', 'crash', '--json', '--data-dir', join(temporary, 'crash')],
  ['node', 'bin/run.js', 'verify', 'halt', '--json', '--data-dir', join(temporary, 'halt')],
]

let said = ''
const watching = setInterval(noteCommandLines, 100)
for (const [command = 'node', ...args] of runs) {
  const child = spawn(command === 'node' ? process.execPath : command, args, {
    cwd: projectRoot,
    env: {
      ...process.env,
      TMPDIR: temporary,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${pathToFileURL(module).href}`.trim(),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => {
      said += part
    })
  }
  const [code]: unknown[] = await once(child, 'close')
  console.log(`${args.slice(0, 3).join(' ')} … ended with ${code}`)
  if (code !== 0) console.log(said.slice(-3_000))
}
clearInterval(watching)

const secrets = new Map<string, string>()
for (const name of readdirSync(notes)) {
  for (const line of readFileSync(join(notes, name), 'utf8').split('\n').filter(Boolean)) {
    const { what, secret }: { what: string; secret: string } = JSON.parse(line)
    secrets.set(secret, `${what} ${secrets.size}`)
  }
}
const needles = new Needles(secrets)
const found = [
  ...needles.below(kept, isHome),
  ...needles.below(temporary, isHome),
  ...[...needles.in(said)].map((what) => `${what} in what was printed`),
  ...[...commandLines].flatMap((line) => [...needles.in(line)].map((what) => `${what} in a command line`)),
]
console.log(
  `${secrets.size} secrets, ${commandLines.size} command lines, ${said.length} characters printed: ${found.length} leaks`,
)
for (const leak of found.slice(0, 50)) console.log(leak)
if (found.length > 50) console.log(`… and ${found.length - 50} more`)
if (found.length > 0) {
  console.log(`All that was left behind lies in ${work}`)
  process.exitCode = 1
} else {
  rmSync(work, { recursive: true, force: true })
}

/** Key files hold keys on purpose, and nothing else; compiled sources hold what stands in the tests. */
function isHome(path: string, text: string): boolean {
  return (
    /[/]tsx-[^/]*[/]/.test(path) ||
    /\.(pem|key)$/.test(path) ||
    text.startsWith('-----BEGIN') ||
    /^(0x)?[0-9a-f]{64}\n?$/.test(text)
  )
}

function noteCommandLines(): void {
  if (process.platform !== 'linux') return
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      commandLines.add(readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    } catch {
      // It has ended meanwhile.
    }
  }
}
