import { seededIds } from '../../runtime/ids.ts'
import { seededRandom } from '../../runtime/random.ts'
import type { FaceReply } from '../face.ts'
import { isRecord, parseBody } from '../json-body.ts'
import type { Call, Caller } from './caller.ts'
import type { ClobContext } from './context.ts'
import { ok } from './replies.ts'

/** Silence after which the sweep takes the orders, and how often it sweeps. Source: polymarket.md §3.10. */
const SILENCE_MS = 10_000

interface Beat {
  readonly id: string
  readonly atMs: number
  readonly caller: Caller
}

/**
 * The dead man's switch. It keeps no timer: whoever asks anything of the service next makes the sweep happen, before the
 * question is answered. Beats are forgotten when the sandbox's process ends.
 */
export class Heartbeats {
  private readonly beats = new Map<string, Beat>()
  private readonly ids

  constructor(private readonly context: ClobContext) {
    this.ids = seededIds(seededRandom(`${context.host.seed}/heartbeats`))
  }

  /** `POST /v1/heartbeats`. */
  beat({ request }: Call, caller: Caller): FaceReply {
    const body = parseBody(request.body)
    const sent = isRecord(body) && typeof body.heartbeat_id === 'string' ? body.heartbeat_id : ''
    const known = this.beats.get(caller.apiKey)
    if (known !== undefined && sent !== known.id) {
      const refusal = { error: 'Invalid Heartbeat ID', heartbeat_id: known.id }
      return { status: 400, body: JSON.stringify(refusal) }
    }
    const id = this.ids.uuid()
    this.beats.set(caller.apiKey, { id, atMs: this.context.host.clock.nowMs(), caller })
    return ok({ heartbeat_id: id })
  }

  /** The older form, `POST /heartbeats`: no id. */
  plainBeat(caller: Caller): FaceReply {
    this.beats.set(caller.apiKey, { id: '', atMs: this.context.host.clock.nowMs(), caller })
    return ok({ status: 'ok' })
  }

  /** Cancels the open orders of everyone who fell silent. */
  sweep(): void {
    const { clock, exchange } = this.context.host
    for (const [apiKey, beat] of this.beats) {
      if (clock.nowMs() - beat.atMs < SILENCE_MS) continue
      this.beats.delete(apiKey)
      for (const { account } of beat.caller.traders) {
        exchange.execute({ kind: 'cancel_all', account, market: null, outcome: null, tailMs: 0 })
      }
    }
  }
}
