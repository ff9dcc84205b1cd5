import { readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'esbuild'

const root = resolve(import.meta.dirname, '../..')
const here = import.meta.dirname
const machineFile = (name: string): string => join(here, 'machine', name)

/** A change of one place in one source file. The place must be there exactly once, or the change is stale. */
export interface TextChange {
  /** From the root, e.g. `src/store/lock.ts`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

/** What stands for the process, and so must not outlive a simulated one; and sizes that a short run would never reach. */
const tuning: readonly TextChange[] = [
  { file: 'src/store/lock.ts', from: 'mark ??= ', to: 'mark = ' },
  { file: 'src/store/journal.ts', from: 'SEGMENT_BYTES = 32 << 20', to: 'SEGMENT_BYTES = 24 << 10' },
  // Buffers made anew for each read: most of the time of a run of thousands of small journals.
  { file: 'src/store/segments.ts', from: 'CHUNK_BYTES = 1 << 20', to: 'CHUNK_BYTES = 32 << 10' },
  { file: 'src/store/read-from.ts', from: 'PEEK_BYTES = 1 << 20', to: 'PEEK_BYTES = 32 << 10' },
  { file: 'src/store/journal-ledger.ts', from: 'CHECKPOINT_EVERY = 500', to: 'CHECKPOINT_EVERY = 20' },
  // A connection that says nothing is given up while a run still goes on.
  { file: 'src/clients/polymarket/stream.ts', from: 'PING_EVERY_MS = 10_000', to: 'PING_EVERY_MS = 4_000' },
  { file: 'src/clients/polymarket/stream.ts', from: 'SILENCE_LIMIT_MS = 30_000', to: 'SILENCE_LIMIT_MS = 12_000' },
  { file: 'src/clients/kalshi/stream.ts', from: 'SILENCE_LIMIT_MS = 25_000', to: 'SILENCE_LIMIT_MS = 14_000' },
  // A loop that runs for minutes would read books for most of a run.
  { file: 'src/arb/under-way.ts', from: 'settleEveryMs = 10_000', to: 'settleEveryMs = 4_000' },
  { file: 'src/arb/run.ts', from: 'approvedEveryMs = 60_000', to: 'approvedEveryMs = 6_000' },
  { file: 'src/arb/run.ts', from: 'refusedPauseMs = 10_000', to: 'refusedPauseMs = 4_000' },
]

/** Whose files and machine are simulated. The venues and the simulation itself keep Node's, and use neither. */
function isProgram(importer: string): boolean {
  const path = relative(root, importer)
  return /^src\/(store|clients|engine|cli|runtime|safeguards|arb|domain)\/|^node_modules\/(steno|lowdb)\//.test(path)
}

const standIns: Readonly<Record<string, string>> = {
  'node:fs': machineFile('node-fs.ts'),
  'node:fs/promises': machineFile('node-fs-promises.ts'),
  'node:os': machineFile('node-os.ts'),
  'node:crypto': machineFile('node-crypto.ts'),
  ws: machineFile('node-ws.ts'),
}

function simulated(changes: readonly TextChange[]): Plugin {
  return {
    name: 'simulated',
    setup(context) {
      context.onResolve({ filter: /^(node:(fs|fs\/promises|os|crypto)|ws)$/ }, ({ path, importer }) => {
        const standIn = standIns[path]
        return standIn !== undefined && isProgram(importer) ? { path: standIn } : null
      })
      context.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => {
        const own = changes.filter((change) => join(root, change.file) === path)
        if (own.length === 0) return null
        return { loader: 'ts', contents: own.reduce(apply, readFileSync(path, 'utf8')) }
      })
    },
  }
}

/** @throws when a change does not fit its file any more. */
export function requireFresh(changes: readonly TextChange[]): void {
  for (const file of new Set(changes.map((change) => change.file))) {
    const own = changes.filter((change) => change.file === file)
    own.reduce(apply, readFileSync(join(root, file), 'utf8'))
  }
}

function apply(text: string, { file, from, to }: TextChange): string {
  const places = text.split(from).length - 1
  if (places !== 1) throw new Error(`${file} has ${places} places like ${JSON.stringify(from)}, not one: it is stale`)
  return text.replace(from, () => to)
}

/**
 * Bundles the program with its simulation into one text, so that every clock, timer and file that the program and its
 * libraries use can be replaced, and no import happens while time is virtual. For a thread to run.
 */
export async function bundleSimulation(changes: readonly TextChange[] = []): Promise<string> {
  requireFresh([...tuning, ...changes])
  const { outputFiles } = await build({
    entryPoints: [join(here, 'worker.ts')],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    inject: [machineFile('globals.ts')],
    // One library looks for its WebAssembly beside itself.
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(join(root, 'node_modules/tiny-secp256k1/lib/wasm_path.js'))),
    },
    logLevel: 'error',
    plugins: [simulated([...tuning, ...changes])],
  })
  const [bundle] = outputFiles
  if (bundle === undefined) throw new Error('the simulation could not be bundled')
  return bundle.text
}
