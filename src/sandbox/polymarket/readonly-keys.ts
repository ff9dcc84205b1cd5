import { seededIds } from '../../runtime/ids.ts'
import { seededRandom } from '../../runtime/random.ts'
import type { FaceReply } from '../face.ts'
import { isRecord, parseBody } from '../json-body.ts'
import type { Call, Caller } from './caller.ts'
import { failure, ok } from './replies.ts'

/**
 * Keys that may read and do nothing else. They are sent as they are, unsigned, in `POLY_READONLY_API_KEY` beside
 * `POLY_ADDRESS`; there is no secret to them. They last as long as the process. Source: the venue's client examples, 2026-10.
 */
export class ReadonlyKeys {
  /** Lower-case address by key. */
  private readonly owners = new Map<string, string>()
  private readonly ids

  constructor(seed: string) {
    this.ids = seededIds(seededRandom(`${seed}/readonly-keys`))
  }

  create({ address }: Caller): FaceReply {
    const apiKey = this.ids.uuid()
    this.owners.set(apiKey, address)
    return ok({ apiKey })
  }

  list({ address }: Caller): FaceReply {
    return ok([...this.owners].flatMap(([apiKey, owner]) => (owner === address ? [apiKey] : [])))
  }

  /** Someone else's key is not there. */
  delete({ request }: Call, { address }: Caller): FaceReply {
    const body = parseBody(request.body)
    const key = isRecord(body) ? body.key : undefined
    if (typeof key !== 'string') return failure(400, 'Invalid payload')
    const found = this.owners.get(key) === address && this.owners.delete(key)
    return ok(found)
  }

  isKeyOf(apiKey: string, address: string): boolean {
    return this.owners.get(apiKey) === address.toLowerCase()
  }
}
