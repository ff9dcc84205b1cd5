import { ToolkitError } from '../../domain/errors.ts'

/** What recorded times are multiplied with: 0 answers at once. */
export type LatencyFactor = number

/**
 * Reads `none`, `recorded`, `x0.5`.
 * @throws ToolkitError of category `usage`
 */
export function parseLatency(text: string): LatencyFactor {
  if (text === 'none') return 0
  if (text === 'recorded') return 1
  const factor = /^x(\d{1,4}(?:\.\d{1,3})?)$/.exec(text)?.[1]
  if (factor !== undefined) return Number(factor)
  throw new ToolkitError({
    code: 'LATENCY_INVALID',
    category: 'usage',
    message: `Latency ${JSON.stringify(text)} is not none, recorded, or a factor such as x2 or x0.5. Nothing was served.`,
    suggestions: ['--latency recorded', '--latency x0.1'],
  })
}
