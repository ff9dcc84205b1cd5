import { ToolkitError } from '../../domain/errors.ts'
import type { Endpoint } from '../format/endpoints.ts'

/** Decides which requests go on the tape. */
export interface CaptureFilter {
  /** As the person wrote it; kept in the manifest. */
  readonly text: string
  keeps(request: { readonly method: string; readonly url: string; readonly endpoint: Endpoint }): boolean
}

/**
 * `orders` (order and fill endpoints), `all`, or a regular expression on `METHOD url`. Exchanges that carry API keys are
 * kept by none of them.
 * @throws ToolkitError of category `usage` when the text is none of the three.
 */
export function parseCaptureFilter(text: string): CaptureFilter {
  if (text === 'orders') return { text, keeps: ({ endpoint }) => endpoint.isOrder }
  if (text === 'all') return { text, keeps: ({ endpoint }) => endpoint.content !== 'credentials' }
  const pattern = toPattern(text)
  return {
    text,
    keeps: ({ method, url, endpoint }) => endpoint.content !== 'credentials' && pattern.test(`${method} ${url}`),
  }
}

function toPattern(text: string): RegExp {
  try {
    if (text.trim() !== '') return new RegExp(text)
  } catch (error) {
    throw badFilter(text, error instanceof Error ? error.message : String(error), error)
  }
  throw badFilter(text, 'it is empty', undefined)
}

function badFilter(text: string, why: string, cause: unknown): ToolkitError {
  return new ToolkitError({
    code: 'CAPTURE_FILTER_INVALID',
    category: 'usage',
    message: `Capture filter ${JSON.stringify(text)} is not "orders", "all" or a regular expression: ${why}. Nothing was sent.`,
    suggestions: ['--capture-filter orders', '--capture-filter all', "--capture-filter '^POST .*/orders'"],
    cause,
  })
}
