import {
  AxiosError,
  AxiosHeaders,
  type AxiosInstance,
  type AxiosResponse,
  CanceledError,
  type InternalAxiosRequestConfig,
} from 'axios'
import { keepBack } from '../../src/clients/http/rates.ts'
import type { ServiceAlias } from '../../src/clients/venue-module.ts'
import type { VenueId } from '../../src/domain/market.ts'
import type { FaceReply, FaceRequest } from '../../src/sandbox/face.ts'
import { Dice } from './machine/dice.ts'
import type { Machine, SimulatedProcess } from './machine/machine.ts'
import type { CallFault } from './plan.ts'
import type { Venues } from './venues.ts'

/** One attempt of a client to reach a venue. */
export interface Call {
  readonly number: number
  /** Its place among the calls that may change something; null for a question. */
  readonly write: number | null
  readonly process: SimulatedProcess
  readonly venue: VenueId
  readonly service: string
  readonly endpoint: string
  readonly request: FaceRequest
  /** The machine's time. */
  readonly sentAtMs: number
}

/** What the simulation wants to know of the traffic. */
export interface TrafficWitness {
  faultOf(call: Call): CallFault | null
  /** Before the venue carries a request out. */
  arriving(call: Call): void
  /** After the venue has carried a request out. */
  carriedOut(call: Call, reply: FaceReply): void
  /** What the client got: an answer as the venue gave it, or anything else. */
  ended(call: Call, how: 'clean' | 'spoilt', reply: FaceReply | null): void
  trace(line: string): void
}

interface Ending {
  readonly how: 'clean' | 'spoilt'
  readonly text: string
  /** What the client was told. Null: it got no answer. */
  readonly reply: FaceReply | null
  readonly act: () => void
}

/** The network between the simulated computer and the venues. Everything in flight is an event. */
export class Network {
  private calls = 0
  private writes = 0
  private quiet = false
  private readonly answers = new Map<string, FaceReply>()
  private readonly dice: Dice

  constructor(
    private readonly machine: Machine,
    private readonly venues: Venues,
    private readonly witness: TrafficWitness,
    seed: string,
  ) {
    this.dice = new Dice(`${seed}/network`)
  }

  get callCount(): number {
    return this.calls
  }

  /** From now on every request arrives and is answered. */
  calm(): void {
    this.quiet = true
  }

  /** Puts this network under a client of a process. */
  attach(process: SimulatedProcess, instance: AxiosInstance, alias: ServiceAlias): void {
    instance.defaults.adapter = keepBack((config) => this.send(process, alias, config))
  }

  private async send(
    process: SimulatedProcess,
    alias: ServiceAlias,
    config: InternalAxiosRequestConfig,
  ): Promise<AxiosResponse> {
    const number = this.calls++
    const request = faceRequest(config)
    const face = await this.venues.face(alias.venue, alias.service)
    const { venue, service } = alias
    const endpoint = face.endpoint(request)
    // One question is posted.
    const write = request.method === 'GET' || endpoint === 'get_books' ? null : this.writes++
    const sentAtMs = this.machine.timeline.nowMs
    const call: Call = { number, write, process, venue, service, endpoint, request, sentAtMs }
    const fault = this.faultOf(call)
    const note = fault === null ? '' : ` !${JSON.stringify(fault)}`
    this.witness.trace(`${process.label} call ${number} ${venue} ${call.endpoint} ${digest(request)}${note}`)
    return new Promise((resolve, reject) => {
      const { timeline } = this.machine
      const { signal } = config
      let over = false
      const abort = (): void =>
        end({ how: 'spoilt', text: 'aborted', reply: null, act: () => reject(new CanceledError('aborted', config)) })
      const end = ({ how, text, reply, act }: Ending): void => {
        if (over) return
        over = true
        giveUp.cancel()
        signal?.removeEventListener?.('abort', abort)
        this.witness.trace(`${process.label} call ${number} ends: ${text}`)
        this.witness.ended(call, how, reply)
        act()
      }
      const fail = (code: string): Ending => ({
        how: 'spoilt',
        text: code,
        reply: null,
        act: () => reject(new AxiosError(`simulated ${code}`, code, config)),
      })
      const answer = (reply: FaceReply, how: Ending['how']): Ending => ({
        how: how === 'clean' && reply.status < 500 ? 'clean' : 'spoilt',
        text: `${reply.status} ${(reply.body ?? '').length} bytes`,
        reply,
        act: () => resolve(responseTo(config, reply, timeline.nowMs)),
      })
      const giveUp = timeline.schedule(process, config.timeout ?? 10_000, () => end(fail('ECONNABORTED')))
      signal?.addEventListener?.('abort', abort)
      this.travel(call, fault, {
        toClient: (afterMs, ending) => timeline.schedule(process, afterMs, () => end(ending)),
        fail,
        answer,
      })
    })
  }

  private faultOf(call: Call): CallFault | null {
    if (this.quiet) return null
    if (this.venues.isOut(call.venue)) return { kind: 'lost_request', shown: 'reset' }
    if (this.venues.isBusy(call.venue)) return { kind: 'status', status: 429, executed: false, page: false }
    return this.witness.faultOf(call)
  }

  private travel(call: Call, fault: CallFault | null, way: Way): void {
    const up = this.dice.between(4, 40)
    const down = this.dice.between(4, 40)
    const deliver = (afterMs: number, then: (reply: FaceReply) => void): void => {
      this.machine.timeline.schedule(null, afterMs, () => {
        this.carryOut(call).then(then)
      })
    }
    const bring = (reply: FaceReply, how: Ending['how'], ms = down): void => {
      way.toClient(ms, way.answer(reply, how))
    }
    switch (fault?.kind) {
      case undefined:
        deliver(up, (reply) => bring(reply, 'clean'))
        return
      case 'refused':
        way.toClient(up, way.fail('ECONNREFUSED'))
        return
      case 'lost_request':
        if (fault.shown === 'reset') way.toClient(up, way.fail('ECONNRESET'))
        return
      case 'lost_answer':
        deliver(up, () => {
          if (fault.shown === 'reset') way.toClient(down, way.fail('ECONNRESET'))
        })
        return
      case 'late_request':
        deliver(fault.afterMs, (reply) => bring(reply, 'clean'))
        return
      case 'slow':
        deliver(fault.upMs, (reply) => bring(reply, 'clean', fault.downMs))
        return
      case 'twice':
        deliver(up, (reply) => {
          if (fault.heard === 'first') bring(reply, 'clean')
        })
        deliver(up + fault.againAfterMs, (reply) => {
          if (fault.heard === 'second') bring(reply, 'clean')
        })
        return
      case 'old_answer':
        deliver(up, (reply) => bring(this.answerBefore(call) ?? reply, 'spoilt'))
        return
      case 'status': {
        // A venue that says "too many requests" is there.
        const answer = way.answer(failure(fault.status, fault.page), fault.status === 429 ? 'clean' : 'spoilt')
        if (fault.executed) deliver(up, () => way.toClient(down, answer))
        else way.toClient(up, answer)
        return
      }
      case 'malformed':
        deliver(up, (reply) => bring({ ...reply, body: spoil(reply.body ?? '', fault.how) }, 'spoilt'))
        return
      case 'truncated':
        deliver(up, () => way.toClient(down, way.fail('ERR_BAD_RESPONSE')))
        return
    }
  }

  private async carryOut(call: Call): Promise<FaceReply> {
    const face = await this.venues.face(call.venue, call.service)
    this.witness.arriving(call)
    const reply = await face.handle(call.request)
    this.witness.trace(`venue ${call.venue} ${call.endpoint} (call ${call.number}): ${reply.status}`)
    this.witness.carriedOut(call, reply)
    const key = keyOf(call)
    this.previous.set(key, this.answers.get(key) ?? null)
    this.answers.set(key, reply)
    return reply
  }

  private readonly previous = new Map<string, FaceReply | null>()

  /**
   * What the venue said the time before to the same question. To an order, the answer to another one, as long as it says
   * whose it is: a refusal does not, and no client could tell it from its own.
   */
  private answerBefore(call: Call): FaceReply | null {
    // Nor does a book say what it answers: whoever has none yet would believe it.
    if (call.endpoint === 'get_books') return null
    const before = this.previous.get(keyOf(call)) ?? null
    return before !== null && call.write !== null && before.status >= 300 ? null : before
  }
}

interface Way {
  toClient(afterMs: number, ending: Ending): void
  fail(code: string): Ending
  answer(reply: FaceReply, how: Ending['how']): Ending
}

function keyOf({ venue, request }: Call): string {
  return `${venue} ${request.method} ${request.path}?${request.query}`
}

function failure(status: number, page: boolean): FaceReply {
  const headers = status === 429 ? { 'retry-after': '1' } : {}
  return page
    ? { status, body: `<html><body><h1>${status}</h1></body></html>`, contentType: 'text/html', headers }
    : { status, body: '{"error":{"code":"unavailable","message":"try again later"}}', headers }
}

function spoil(body: string, how: 'garbage' | 'empty' | 'html' | 'half'): string {
  switch (how) {
    case 'garbage':
      return '{"order":{"status":'
    case 'empty':
      return ''
    case 'html':
      return '<html><body>maintenance</body></html>'
    case 'half':
      return body.slice(0, body.length >> 1)
  }
}

function faceRequest(config: InternalAxiosRequestConfig): FaceRequest {
  const url = new URL(config.url ?? '')
  const headers: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(config.headers.toJSON())) {
    if (value !== null && value !== undefined) headers[name.toLowerCase()] = String(value)
  }
  const body: unknown = config.data
  return {
    method: (config.method ?? 'get').toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: typeof body === 'string' ? body : '',
  }
}

function responseTo(config: InternalAxiosRequestConfig, reply: FaceReply, nowMs: number): AxiosResponse {
  return {
    data: reply.body ?? '',
    status: reply.status,
    statusText: '',
    headers: new AxiosHeaders({
      date: new Date(Math.floor(nowMs)).toUTCString(),
      'content-type': reply.contentType ?? 'application/json',
      ...reply.headers,
    }),
    config,
    request: null,
  }
}

/** Enough of a request to tell it from others in a trace, without its signatures. */
function digest({ method, path, query, body }: FaceRequest): string {
  const asked = query.size === 0 ? '' : `?${query}`
  return `${method} ${path}${asked}${body === '' ? '' : ` ${body.length} bytes`}`
}
