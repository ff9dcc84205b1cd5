import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { projectRoot } from '../../scripts/source-options.ts'
import type { Program } from '../../src/cli/drill/program.ts'

/** Nothing in there is committed. */
const cache = join(projectRoot, 'node_modules/.cache/crosstape-test')
const wasmNeighbour = pathToFileURL(join(projectRoot, 'node_modules/tiny-secp256k1/lib/wasm_path.js'))
const DAY_MS = 24 * 60 * 60 * 1_000

const runs = ['bin', 'package.json', 'oclif.manifest.json']
const inputs = [...runs, 'src', 'scripts/build.mjs', 'scripts/boot.cjs', 'package-lock.json']

/**
 * The command line for processes of their own: bundled as it ships, from the sources as they are now. From the sources
 * each process would spend ten times the work on its start. Kept under a hash of all that it is made of, so that the
 * processes of a run, and runs after it, share it.
 */
export function builtProgram(): Program {
  program ??= join(cache, `program-${hashOf(inputs)}`)
  if (!existsSync(program)) build(program)
  return { command: process.execPath, args: [join(program, 'bin/run.js')] }
}

let program: string | null = null
const children = new Map<string, string>()

/** A script for a process of its own, with all that it imports, in one file of JavaScript. */
export function builtChild(script: string): string {
  const known = children.get(script)
  if (known !== undefined) return known
  const made = join(cache, `${relative(projectRoot, script)}.mjs`)
  const outfile = `${made}.${process.pid}`
  buildSync({
    entryPoints: [script],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Packages that are CommonJS ask for Node's modules so.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    // One library looks for its WebAssembly beside itself.
    define: { 'import.meta.url': JSON.stringify(wasmNeighbour) },
    logLevel: 'error',
  })
  // In one step: another process may be starting the one that is there.
  renameSync(outfile, made)
  children.set(script, made)
  return made
}

/** Appears whole or not at all: others may be waiting for the same one. */
function build(made: string): void {
  mkdirSync(cache, { recursive: true })
  for (const name of readdirSync(cache)) {
    const old = join(cache, name)
    if (name.startsWith('program-') && Date.now() - statSync(old).mtimeMs > DAY_MS) rmSync(old, { recursive: true })
  }
  const folder = mkdtempSync(join(cache, 'program-in-making-'))
  execFileSync(process.execPath, ['scripts/build.mjs', join(folder, 'dist')], { cwd: projectRoot, stdio: 'inherit' })
  for (const name of runs) cpSync(join(projectRoot, name), join(folder, name), { recursive: true })
  try {
    renameSync(folder, made)
  } catch (error) {
    rmSync(folder, { recursive: true })
    if (!existsSync(made)) throw error
  }
}

function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of paths.flatMap(filesAt)) hash.update(`${file}\n`).update(readFileSync(join(projectRoot, file)))
  return hash.digest('hex').slice(0, 16)
}

function filesAt(path: string): readonly string[] {
  if (statSync(join(projectRoot, path)).isFile()) return [path]
  const names = readdirSync(join(projectRoot, path)).sort()
  return names.flatMap((name) => filesAt(join(path, name)))
}
