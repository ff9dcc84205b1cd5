import type { FaceReply } from '../face.ts'
import { parseBody } from '../json-body.ts'
import type { Call } from './caller.ts'
import { pageFrom } from './pages.ts'
import { failure, ok } from './replies.ts'

/** Liquidity rewards. No market of the sandbox pays any: no order scores, and nothing is earned. */

export function areOrdersScoring(_context: unknown, { request }: Call): FaceReply {
  const ids = parseBody(request.body)
  if (!Array.isArray(ids) || !ids.every((id) => typeof id === 'string')) return failure(400, 'Invalid payload')
  return ok(Object.fromEntries(ids.map((id) => [id, false])))
}

export const noRewardRows: FaceReply = ok(pageFrom([], null, () => null))
export const noRewardTotals: FaceReply = ok([])
export const noRewardShares: FaceReply = ok({})
