import type { OrderIntent } from '../../domain/order.ts'
import { type Denial, deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** Time in force, expiry and the post-only and reduce-only flags, against what the venue can do. */
export const timeInForce: Check = (intent, { market, capabilities, nowMs }) => {
  const denials: Denial[] = []
  if (!capabilities.timesInForce.includes(intent.timeInForce)) {
    const { timesInForce: has } = capabilities
    denials.push(deny('TIME_IN_FORCE_UNSUPPORTED', { venue: market.venue, timeInForce: intent.timeInForce, has }))
  }
  const reason = expiryProblem(intent, nowMs)
  if (reason !== null) denials.push(deny('EXPIRY_INVALID', { expiresAt: intent.expiresAt, reason }))
  const immediate = intent.timeInForce === 'ioc' || intent.timeInForce === 'fok'
  if (intent.postOnly && (immediate || !capabilities.postOnly)) {
    const why = immediate ? `an ${intent.timeInForce} order never rests` : `${market.venue} does not have it`
    denials.push(deny('FLAG_UNSUPPORTED', { flag: 'post-only', reason: why }))
  }
  if (intent.reduceOnly && !capabilities.reduceOnly.includes(intent.timeInForce)) {
    const has = capabilities.reduceOnly.join(', ')
    const why = has === '' ? `${market.venue} does not have it` : `${market.venue} takes it with ${has} only`
    denials.push(deny('FLAG_UNSUPPORTED', { flag: 'reduce-only', reason: why }))
  }
  return denials
}

function expiryProblem(intent: OrderIntent, nowMs: number): string | null {
  const { expiresAt } = intent
  if (intent.timeInForce !== 'gtd') {
    return expiresAt === null ? null : `a ${intent.timeInForce} order cannot have an expiry (${expiresAt})`
  }
  if (expiresAt === null) return 'a gtd order needs an expiry'
  const expiresAtMs = Date.parse(expiresAt)
  if (Number.isNaN(expiresAtMs)) return `the expiry ${expiresAt} is not a time`
  return expiresAtMs > nowMs ? null : `the expiry ${expiresAt} has passed`
}
