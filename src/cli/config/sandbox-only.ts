import { ToolkitError } from '../../domain/errors.ts'
import type { Settings } from './settings.ts'

/**
 * The settings of a command that works with the simulated venues and nothing else.
 * @throws ToolkitError (usage) when another environment is named: it would be ignored, and that could mislead.
 */
export function sandboxOnly(settings: Settings, command: string): Settings {
  if (settings.environment === 'sandbox') return settings
  throw new ToolkitError({
    code: 'SANDBOX_ONLY',
    category: 'usage',
    message: `${command} works in the sandbox only, and the environment is ${settings.environment}. Nothing was sent.`,
    suggestions: [`crosstape ${command} --env sandbox`],
  })
}
