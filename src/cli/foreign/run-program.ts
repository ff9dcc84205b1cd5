import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import type { Settings } from '../config/settings.ts'
import { SESSION_VARIABLE, SESSIONS_FILE_VARIABLE } from './variables.ts'

export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Folders of the recordings that it and its children began. */
  readonly sessions: readonly string[]
}

export interface ProgramOptions {
  readonly program: readonly string[]
  readonly settings: Pick<Settings, 'environment' | 'captureDir' | 'captureFilter' | 'session'>
  /** The built `crosstape/register`. */
  readonly registerFile: string
  readonly env: NodeJS.ProcessEnv
  /** Given the running program, to hand signals on to. */
  readonly onStarted: (program: Pick<ChildProcess, 'kill'>) => void
}

/**
 * Runs a program with the tape switched on in it and in every Node process that it starts. Its input and output are ours.
 * @throws ToolkitError of category `usage` when there is no such program.
 */
export async function runProgram(options: ProgramOptions): Promise<ProgramEnd> {
  const { registerFile } = options
  if (!existsSync(registerFile)) throw notBuilt(registerFile)
  const folder = mkdtempSync(join(tmpdir(), 'crosstape-exec-'))
  const sessionsFile = join(folder, 'sessions')
  writeFileSync(sessionsFile, '')
  try {
    const end = await run(options, environmentOf(options, sessionsFile))
    return { ...end, sessions: readFileSync(sessionsFile, 'utf8').split('\n').filter(Boolean) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function environmentOf({ env, settings, registerFile }: ProgramOptions, sessionsFile: string): NodeJS.ProcessEnv {
  const { environment, captureDir, captureFilter, session } = settings
  const before = env.NODE_OPTIONS === undefined ? '' : `${env.NODE_OPTIONS} `
  return {
    ...env,
    // Worker threads load what is required beforehand, and not, in Node 20, what is imported.
    NODE_OPTIONS: `${before}--require=${quoted(registerFile)}`,
    CROSSTAPE_ENV: environment,
    CAPTURE_DIR: captureDir ?? resolve('recordings'),
    CAPTURE_FILTER: captureFilter,
    ...(session === null ? {} : { [SESSION_VARIABLE]: session }),
    [SESSIONS_FILE_VARIABLE]: sessionsFile,
  }
}

/** As Node reads paths in that variable. */
function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

function run({ program, onStarted }: ProgramOptions, env: NodeJS.ProcessEnv): Promise<Omit<ProgramEnd, 'sessions'>> {
  const [command = '', ...args] = program
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', env })
    onStarted(child)
    child.once('error', (error) => reject(cannotRun(command, error)))
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
}

function cannotRun(command: string, error: Error): ToolkitError {
  return new ToolkitError({
    code: 'PROGRAM_NOT_STARTED',
    category: 'usage',
    message: `${JSON.stringify(command)} could not be started: ${error.message}. Nothing was sent.`,
    suggestions: ['crosstape capture exec -- node bot.mjs'],
    cause: error,
  })
}

function notBuilt(file: string): ToolkitError {
  return new ToolkitError({
    code: 'REGISTER_NOT_BUILT',
    category: 'usage',
    message: `${file} is not there, so a program cannot be taped. Nothing was started.`,
    suggestions: ['npm run build'],
  })
}
