import { ToolkitError } from '../../domain/errors.ts'
import type { Denial } from '../../safeguards/denials.ts'

/**
 * The denial that a venue's encoding rules (precision, expiry) amount to when they refuse what our own limits allow.
 * @throws The error itself when it is none of that kind.
 */
export function venueRuleDenial(error: unknown): Denial {
  if (!(error instanceof ToolkitError) || error.category !== 'denied') throw error
  const { message, facts, suggestions } = error
  return {
    code: 'VENUE_RULE',
    message,
    value: facts.value ?? null,
    limit: facts.limit ?? null,
    suggestion: suggestions.join(' '),
  }
}
