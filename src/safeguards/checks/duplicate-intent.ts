import { intentFingerprint } from '../../domain/order.ts'
import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

export const duplicateIntent: Check = (intent, { state, nowMs, allowDuplicate }, { duplicateWindowMs: windowMs }) => {
  if (allowDuplicate || windowMs === 0) return []
  const fingerprint = intentFingerprint(intent)
  const earlier = state.recentIntents.findLast(
    (recent) => recent.fingerprint === fingerprint && recent.orderId !== intent.id && nowMs - recent.atMs <= windowMs,
  )
  if (earlier === undefined) return []
  const ageMs = Math.max(0, nowMs - earlier.atMs)
  return [deny('DUPLICATE_INTENT', { orderId: earlier.orderId, ageMs, windowMs })]
}
