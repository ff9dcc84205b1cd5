import { Command } from '@oclif/core'
import { venueSettings } from '../clients/index.ts'
import { type ConfigSources, loadSettings } from './config/config.ts'
import type { Settings } from './config/settings.ts'
import { agreeing, asking, type Prompter } from './consent/prompt.ts'
import { type ErrorReport, errorText, exitCodeOfReport, reportError } from './error-report.ts'
import { type ExitReason, exitCodeOf } from './exit-codes.ts'
import { flagSettings, globalFlags, type ParsedGlobalFlags } from './flags/global-flags.ts'
import type { Session, SessionOptions } from './session/session.ts'
import type { Document } from './views/document.ts'
import { printable, printableLines } from './views/printable.ts'
import { renderDocument } from './views/render.ts'

/** Back to the start of the line, and empty to its end. */
const clearScreen = '\u001b[H\u001b[J'
const clearLine = '\r\u001b[2K'

/**
 * What every command shares: the global flags, the session's lifetime, interruption, and the way from an error to a
 * message and an exit code. stdout carries the result and nothing else; everything else goes to stderr.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = globalFlags

  private readonly interruption = new AbortController()
  private quiet = false

  /** Aborts on SIGINT and SIGTERM. */
  protected get signal(): AbortSignal {
    return this.interruption.signal
  }

  protected loadSettings(flags: ParsedGlobalFlags): Promise<Settings> {
    this.quiet = flags.quiet
    return loadSettings(this.configSources(flags))
  }

  /** Where settings come from. */
  protected configSources(flags: ParsedGlobalFlags): ConfigSources {
    return {
      flags: flagSettings(flags),
      env: process.env,
      cwd: process.cwd(),
      configDir: this.config.configDir,
      dataDir: this.config.dataDir,
      venues: venueSettings,
    }
  }

  /** Opens a session, runs `use` in it and closes it, whatever happens. */
  protected async withSession<T>(
    flags: ParsedGlobalFlags,
    options: Pick<SessionOptions, 'needs' | 'withoutBooks'> & { readonly dryRun?: boolean },
    use: (session: Session) => Promise<T>,
  ): Promise<T> {
    const settings = await this.loadSettings(flags)
    const { openSession } = await import('./session/session.ts')
    const session = await openSession({
      settings,
      command: this.commandName,
      dryRun: options.dryRun ?? false,
      needs: options.needs,
      withoutBooks: options.withoutBooks ?? 'refuse',
      onWarning: (message) => this.warning(message),
      signal: this.signal,
    })
    let result: { readonly value: T } | null = null
    try {
      result = { value: await use(session) }
    } finally {
      await this.close(session, result !== null)
    }
    return result.value
  }

  /** Who is asked before something is sent: a person when it is live, unless they agreed with `--yes` or nothing leaves. */
  protected prompter(flags: ParsedGlobalFlags, settings: Settings, dryRun = false): Prompter {
    return settings.environment === 'live' && !flags.yes && !dryRun ? asking : agreeing
  }

  /** Prints a result as text, unless `--json` will print it, and sets how the process exits. */
  protected async show<T extends object>(
    result: T,
    view: (result: T) => Document,
    reason: ExitReason = 'done',
  ): Promise<T> {
    this.exitWith(reason)
    if (!this.jsonEnabled()) process.stdout.write(`${await renderDocument(view(result), widthOf(process.stdout))}\n`)
    return result
  }

  /** Prints something before the command ends: under `--json` one line, so that a script can read it as it comes. */
  protected async announce<T extends object>(news: T, view: (news: T) => Document): Promise<void> {
    const line = this.jsonEnabled() ? JSON.stringify(news) : await renderDocument(view(news), widthOf(process.stdout))
    process.stdout.write(`${line}\n`)
  }

  /** One line under `--json`, and nothing for people. */
  protected announceJson(news: object): void {
    if (this.jsonEnabled()) process.stdout.write(`${JSON.stringify(news)}\n`)
  }

  /** Takes the place of what was drawn before, on a terminal only. */
  protected redraw<T>(news: T, view: (news: T) => Document): void {
    if (this.jsonEnabled() || !process.stdout.isTTY) return
    void renderDocument(view(news), widthOf(process.stdout)).then((drawn) =>
      process.stdout.write(`${clearScreen}${drawn}\n`),
    )
  }

  /** Progress and previews, for people. */
  protected narrate(message: string): void {
    if (!this.quiet) process.stderr.write(`${process.stderr.isTTY ? clearLine : ''}${printableLines(message)}\n`)
  }

  /** What is going on now, on a terminal only, until the next line takes its place. */
  protected progress(message: string): void {
    if (!this.quiet && process.stderr.isTTY) process.stderr.write(`${clearLine}${printable(message)}`)
  }

  protected async narrateView(document: Document): Promise<void> {
    this.narrate(await renderDocument(document, widthOf(process.stderr)))
  }

  protected warning(message: string): void {
    process.stderr.write(`Warning: ${printableLines(message)}\n`)
  }

  protected exitWith(reason: ExitReason): void {
    const interrupted = reason === 'done' && this.signal.aborted
    process.exitCode = exitCodeOf(interrupted ? 'interrupted' : reason)
  }

  override async init(): Promise<void> {
    await super.init()
    process.on('SIGINT', this.onSignal)
    process.on('SIGTERM', this.onSignal)
  }

  override async finally(error: Error | undefined): Promise<void> {
    process.off('SIGINT', this.onSignal)
    process.off('SIGTERM', this.onSignal)
    await super.finally(error)
  }

  override catch(error: Error): Promise<void> {
    const report = reportError(error, this.commandName)
    process.exitCode = exitCodeOfReport(report)
    if (this.jsonEnabled()) this.logJson({ error: report })
    else process.stderr.write(`${errorText(report)}\n`)
    if (process.env.DEBUG?.includes(this.config.bin) === true) process.stderr.write(`${error.stack ?? ''}\n`)
    return Promise.resolve()
  }

  override toErrorJson(error: unknown): { readonly error: ErrorReport } {
    return { error: reportError(error, this.commandName) }
  }

  private get commandName(): string {
    return (this.id ?? '').replaceAll(':', ' ')
  }

  private readonly onSignal = (signal: NodeJS.Signals): void => this.interrupted(signal)

  /** The first signal ends the work in good order; a second one ends the process at once. */
  protected interrupted(_signal: NodeJS.Signals): void {
    if (this.signal.aborted) process.exit(exitCodeOf('interrupted'))
    this.narrate(
      'Interrupted: finishing in good order. Once more to quit at once; an order in flight then stays unknown.',
    )
    this.endWork()
  }

  /** Tells the work of this command to end in good order. */
  protected endWork(): void {
    this.interruption.abort()
  }

  /** A session that cannot be closed must not hide the result of what was done in it. */
  private async close(session: Session, succeeded: boolean): Promise<void> {
    try {
      await session[Symbol.asyncDispose]()
    } catch (error) {
      const report = reportError(error, this.commandName)
      this.warning(`the session did not close cleanly. ${errorText(report)}`)
      if (succeeded && (process.exitCode ?? 0) === 0) process.exitCode = exitCodeOfReport(report)
    }
  }
}

/** Columns of a terminal; null when the stream is a file or a pipe. */
function widthOf(stream: NodeJS.WriteStream): number | null {
  return stream.isTTY ? stream.columns : null
}
