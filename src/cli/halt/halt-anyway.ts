import { ToolkitError } from '../../domain/errors.ts'
import { isoTime, systemClock } from '../../runtime/clock.ts'
import { setHalt } from '../../store/halt.ts'
import { type ConfigSources, findDataDir } from '../config/config.ts'

/**
 * Halts although the configuration cannot be used: all that takes is the data directory. Nothing is cancelled, since which
 * accounts that would be is what the configuration says.
 * @throws ToolkitError always: `unknown_outcome` when halted, else the error of the configuration with what that means here.
 */
export async function haltAnyway(
  error: unknown,
  { sources, reason }: { readonly sources: ConfigSources; readonly reason: string },
): Promise<never> {
  if (!(error instanceof ToolkitError)) throw error
  const dataDir = await findDataDir(sources)
  if (dataDir === null) throw notHalted(error)
  await setHalt(dataDir, { reason, at: isoTime(systemClock.nowMs()), by: 'crosstape safeguards halt' }).catch(
    (failure: unknown) => {
      throw failure instanceof ToolkitError ? notHalted(failure) : failure
    },
  )
  throw new ToolkitError({
    code: 'HALTED_WITHOUT_CANCELLING',
    category: 'unknown_outcome',
    message: `HALTED: no process of ${dataDir} begins another order. Nothing was cancelled, since the configuration cannot be used, so what rests goes on resting. ${error.message}`,
    facts: { ...error.facts, dataDir },
    suggestions: [
      ...error.suggestions,
      'Then cancel what rests: crosstape safeguards halt. Until then the venues can cancel it on their own pages.',
    ],
    cause: error,
  })
}

function notHalted({ code, category, message, facts, suggestions }: ToolkitError): ToolkitError {
  return new ToolkitError({
    code,
    category,
    message: `NOT halted, orders may still be placed. ${message}`,
    facts,
    suggestions: [
      ...suggestions,
      'Or name the data directory of the processes that trade: crosstape safeguards halt --data-dir DIR',
    ],
  })
}
