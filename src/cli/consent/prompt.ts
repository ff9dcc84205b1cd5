import { ToolkitError } from '../../domain/errors.ts'

/** Asks a person to agree to something that cannot be taken back. */
export interface Prompter {
  /**
   * True when the person agrees.
   * @throws ToolkitError (usage) when nobody can be asked, (interrupted) when the question is broken off.
   */
  confirm(question: string, signal: AbortSignal): Promise<boolean>
}

/** Nothing is at stake, or the person agreed beforehand with `--yes`. */
export const agreeing: Prompter = { confirm: () => Promise.resolve(true) }

/** Asks on the terminal. The question goes to stderr: stdout carries results only. */
export const asking: Prompter = askingOr(nobodyToAsk)

/** As `asking`, with an error of its own where there is no terminal: for what `--yes` does not agree to. */
export function askingOr(nobody: () => ToolkitError): Prompter {
  return {
    async confirm(question, signal) {
      if (!process.stdin.isTTY || !process.stderr.isTTY) throw nobody()
      const { createPromptModule } = await import('inquirer')
      const prompt = createPromptModule({ output: process.stderr, signal })
      const { agreed } = await prompt([{ type: 'confirm', name: 'agreed', message: question, default: false }])
      return agreed
    },
  }
}

function nobodyToAsk(): ToolkitError {
  return new ToolkitError({
    code: 'CONFIRMATION_NEEDED',
    category: 'usage',
    message: 'This needs confirmation, and there is no terminal to ask on. Nothing was sent.',
    suggestions: ['Add --yes to agree beforehand. It skips the question, never a safeguard.'],
  })
}

/** What a declined question becomes. */
export function declined(what: string): ToolkitError {
  return new ToolkitError({
    code: 'DECLINED',
    category: 'declined',
    message: `Declined: ${what} Nothing was sent.`,
  })
}
