import { appendFileSync, existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { EnvironmentSecrets } from '../../capture/foreign/environment-secrets.ts'
import { ForeignTape } from '../../capture/foreign/foreign-tape.ts'
import { switchOn } from '../../capture/foreign/switch-on.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { errorText, reportError } from '../error-report.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { toolVersion } from '../version.ts'
import { printableLines } from '../views/printable.ts'
import { secretNames, tapedServices } from './taped-services.ts'
import { SESSION_VARIABLE, SESSIONS_FILE_VARIABLE } from './variables.ts'

/**
 * Tapes the program that this process runs, as its environment says. Called by `crosstape/register` before the program's
 * first line. A setting that will not do ends the process there: a program that should be taped must not run untaped.
 */
export function register(): void {
  try {
    const tape = openForeignTape(process.env)
    switchOn(tape)
    process.on('exit', (code) => seal(tape, code))
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    process.stderr.write(`${errorText(reportError(error, 'capture exec'))}\n`)
    process.exit(exitCodeOf('usage'))
  }
}

function openForeignTape(env: NodeJS.ProcessEnv): ForeignTape {
  const { clock, seed } = createRuntime()
  const session = nonEmpty(env[SESSION_VARIABLE])
  const sessionsFile = nonEmpty(env[SESSIONS_FILE_VARIABLE])
  return new ForeignTape({
    services: tapedServices(env),
    session: {
      captureDir: resolve(nonEmpty(env.CAPTURE_DIR) ?? 'recordings'),
      ...(session === null ? {} : { session }),
      toolVersion,
      filter: nonEmpty(env.CAPTURE_FILTER) ?? 'orders',
      clock,
      // The program draws its ids itself.
      seed,
      trigger: { kind: 'program', name: basename(process.argv[1] ?? 'node'), node: process.version },
      accounts: {},
    },
    secrets: new EnvironmentSecrets(env, secretNames()),
    onOpened: (directory) => {
      if (sessionsFile !== null) tell(sessionsFile, directory)
    },
  })
}

/** Nobody listens any more when the program outlives its `capture exec`. */
function tell(sessionsFile: string, directory: string): void {
  if (existsSync(sessionsFile)) appendFileSync(sessionsFile, `${directory}\n`)
}

function seal(tape: ForeignTape, code: number): void {
  try {
    tape.closeNow(`exit ${code}`)
  } catch (error) {
    warn(`the recording could not be sealed: ${error instanceof Error ? error.message : String(error)}`)
  }
  for (const { file, what } of tape.problems()) warn(`the recording lacks ${file}: ${what}`)
}

function warn(message: string): void {
  process.stderr.write(`Warning: ${printableLines(message)}\n`)
}

function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value
}
