import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import { type SandboxControl, sandboxControl } from '../rehearsal/sandbox-control.ts'

/** How this program is started once more, as a process of its own. */
export interface Program {
  readonly command: string
  readonly args: readonly string[]
}

/** The program that runs now: installed, built or from its sources. */
export function thisProgram(): Program {
  return { command: process.execPath, args: [...process.execArgv, process.argv[1] ?? ''] }
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  /** What it has printed so far. */
  stdout(): string
  readonly ended: Promise<Ended>
}

const ours = /^(CROSSTAPE_|KALSHI_|POLYMARKET_|CAPTURE_|XDG_|DEBUG$)/

/** Starts the program on a folder of its own: nothing that is configured on this machine reaches it. */
export function startProgram(program: Program, folder: string, args: readonly string[]): Running {
  const inherited = Object.entries(process.env).filter(([name]) => !ours.test(name))
  const child = spawn(
    program.command,
    [...program.args, ...args, '--env', 'sandbox', '--data-dir', folder, '--quiet'],
    {
      env: {
        ...Object.fromEntries(inherited),
        XDG_CONFIG_HOME: join(folder, 'home'),
        XDG_DATA_HOME: join(folder, 'home'),
        XDG_CACHE_HOME: join(folder, 'home'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    stdout += part
  })
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    stderr += part
  })
  const ended = once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr }))
  return { child, stdout: () => stdout, ended }
}

/** A `sandbox serve` process for a folder. The same process answers however often those that trade there die. */
export interface DrillServer {
  readonly control: SandboxControl
  close(): Promise<void>
}

export async function startServer(program: Program, folder: string): Promise<DrillServer> {
  const running = startProgram(program, folder, ['sandbox', 'serve', '--json', '--rate-limit', 'off'])
  while (!running.stdout().includes('\n')) {
    const over = await Promise.race([
      once(running.child.stdout ?? running.child, 'data').then(() => null),
      running.ended,
    ])
    if (over !== null) throw failed('the sandbox server', over)
  }
  const { control }: { readonly control: string } = JSON.parse(running.stdout())
  return {
    control: sandboxControl(control),
    close: async () => {
      running.child.kill('SIGTERM')
      await running.ended
    },
  }
}

export function failed(what: string, { code, signal, stderr, stdout }: Ended): ToolkitError {
  return new ToolkitError({
    code: 'DRILL_PROCESS_FAILED',
    category: 'bug',
    message: `In the drill, ${what} ended with ${signal ?? String(code)}: ${(stderr || stdout).trim().slice(-300)}`,
  })
}
