import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Config, run } from '@oclif/core'
import { captureOutput } from '@oclif/test'
import { sourceOptions } from '../../scripts/source-options.ts'

export interface CliResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** A place of its own for commands to run in: nothing of this machine's configuration or environment reaches them. */
export interface CliHome {
  readonly home: string
  readonly dataDir: string
  readonly cwd: string
  run(...args: readonly string[]): Promise<CliResult>
  /** As `run`, with variables set. */
  runWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliResult>
  remove(): Promise<void>
}

const ours = /^(CROSSTAPE_|KALSHI_|POLYMARKET_|CAPTURE_|DEBUG$|XDG_)/
let options: ReturnType<typeof sourceOptions> | null = null

/** Runs commands in this process, from their sources: fast enough to run every example. */
export async function cliHome(): Promise<CliHome> {
  const home = await mkdtemp(join(tmpdir(), 'crosstape-cli-'))
  const runWith = async (env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<CliResult> => {
    options ??= sourceOptions()
    const loaded = await options
    const places = { XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config'), XDG_CACHE_HOME: home }
    return isolated(home, { ...places, ...env }, async () => {
      // oclif reads the places of data and configuration when it loads.
      const config = await Config.load(loaded)
      return capture(() => run([...args], config))
    })
  }
  return {
    home,
    dataDir: join(home, 'data', 'crosstape'),
    cwd: home,
    run: (...args) => runWith({}, ...args),
    runWith,
    remove: () => rm(home, { recursive: true, force: true }),
  }
}

async function isolated<T>(cwd: string, env: Readonly<Record<string, string>>, perform: () => Promise<T>): Promise<T> {
  const before = { cwd: process.cwd(), env: { ...process.env } }
  for (const name of Object.keys(process.env)) if (ours.test(name)) delete process.env[name]
  Object.assign(process.env, env)
  process.chdir(cwd)
  try {
    return await perform()
  } finally {
    process.chdir(before.cwd)
    for (const name of Object.keys(process.env)) delete process.env[name]
    Object.assign(process.env, before.env)
  }
}

async function capture(perform: () => Promise<unknown>): Promise<CliResult> {
  const before = process.exitCode
  process.exitCode = undefined
  // oclif would otherwise look for the sources of the sources.
  const { stdout, stderr, error } = await captureOutput(perform, { testNodeEnv: 'production' })
  const exitCode = error === undefined ? Number(process.exitCode ?? 0) : exitCodeOfThrown(error)
  process.exitCode = before
  return { exitCode, stdout, stderr: error === undefined ? stderr : `${stderr}${error.message}\n` }
}

/** What oclif itself throws, such as for a command that does not exist. */
function exitCodeOfThrown(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('oclif' in error)) return 1
  const { oclif } = error
  return typeof oclif === 'object' && oclif !== null && 'exit' in oclif ? Number(oclif.exit) : 1
}
