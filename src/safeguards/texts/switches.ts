import type { BreakerAdmission } from '../breaker.ts'
import { time } from '../wording.ts'
import { denialText } from './denial-text.ts'

const stateWords: Readonly<Record<BreakerAdmission['state'], string>> = {
  closed: 'closed',
  open: 'open: its last calls failed one after the other',
  half_open: 'half open, and another order is under way to try it',
  recovering: 'recovering and lets only a part of the orders through',
}

export const switchTexts = {
  HALTED: denialText(
    'The kill switch is not set.',
    ({ reason, since }: { readonly reason: string; readonly since: string | null }) => ({
      message: `trading ${since === null ? 'is halted' : `was halted at ${since}`} (${reason}).`,
      value: reason,
      suggestion: 'crosstape safeguards resume, once the reason is gone. Cancels still work.',
    }),
  ),
  BREAKER_OPEN: denialText(
    'The circuit breakers of the venue and, for a two-leg trade, of arbitrage let orders through.',
    ({ name, state, retryAtMs }: BreakerAdmission) => ({
      message: `the ${name} breaker is ${stateWords[state]}.`,
      value: state,
      limit: 'closed',
      suggestion: `${retryAtMs === null ? 'Try again later' : `Try again after ${time(retryAtMs)}`}; crosstape safeguards status shows it. Cancels still work.`,
    }),
  ),
  CANCEL_ALL_TAIL: denialText(
    'The venue no longer cancels new orders because of a cancel-all before them. Immediate orders and unwinds are exempt.',
    (facts: { readonly venue: string; readonly atMs: number; readonly untilMs: number; readonly nowMs: number }) => ({
      message: `everything was cancelled at ${facts.venue} at ${time(facts.atMs)}, and until ${time(facts.untilMs)} the venue may cancel new orders too.`,
      value: time(facts.atMs),
      limit: time(facts.untilMs),
      suggestion: `Try again in ${Math.ceil((facts.untilMs - facts.nowMs) / 1000)} s, or take what is offered now with --tif ioc.`,
    }),
  ),
}
