import { ToolkitError } from '../domain/errors.ts'

/** A command line that asks for two things, or for none. */
export function usageError(message: string, ...commands: readonly string[]): ToolkitError {
  return new ToolkitError({
    code: 'USAGE',
    category: 'usage',
    message: `${message} Nothing was sent.`,
    suggestions: commands.map((command) => `crosstape ${command}`),
  })
}
