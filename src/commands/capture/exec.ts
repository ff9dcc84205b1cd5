import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { BaseCommand } from '../../cli/base-command.ts'
import { recordedText } from '../../cli/foreign/recorded-text.ts'
import { runProgram } from '../../cli/foreign/run-program.ts'
import { usageError } from '../../cli/usage-error.ts'

export default class CaptureExec extends BaseCommand {
  static override description = 'run any Node program with its order traffic on tape, unchanged'

  // The program's output is its own.
  static override enableJsonFlag = false
  static override strict = false

  static override examples = [
    { description: 'a bot', command: '<%= config.bin %> capture exec --capture-dir recordings -- node bot.mjs' },
    {
      description: 'everything that it asks the venues, under a name',
      command:
        '<%= config.bin %> capture exec --capture-dir recordings --capture-filter all --session bot-full-fill -- node bot.mjs',
    },
  ]

  private program: Pick<ChildProcess, 'kill'> | null = null

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(CaptureExec)
    const program = argv.map(String)
    if (program.length === 0) throw usageError('Name the program to run after --.', 'capture exec -- node bot.mjs')
    const settings = await this.loadSettings(flags)
    const end = await runProgram({
      program,
      settings,
      registerFile: join(this.config.root, 'dist', 'register.cjs'),
      env: process.env,
      onStarted: (running) => {
        this.program = running
      },
    })
    this.narrate(recordedText(end.sessions, settings.captureFilter))
    this.endLike(end)
  }

  /** A terminal tells the whole group of processes of Ctrl-C; any other signal reaches us alone. */
  protected override interrupted(signal: NodeJS.Signals): void {
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    this.program?.kill(signal)
  }

  private endLike({ code, signal }: { readonly code: number | null; readonly signal: NodeJS.Signals | null }): void {
    process.exitCode = code ?? 1
    if (signal === null) return
    // Whoever waits for us must see what ended the program.
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  }
}
