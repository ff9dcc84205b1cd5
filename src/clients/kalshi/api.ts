import type { CallOptions } from '../../domain/venue.ts'
import { decodeWith, type Schema } from '../decode.ts'
import type { HttpReply, HttpRequest } from '../http/request.ts'
import type { Transport } from '../http/transport.ts'
import type { ServerTime } from '../server-time.ts'
import { authHeaders, type KalshiAccount, missingAccount } from './auth.ts'
import { readFailure } from './errors.ts'

type Query = Readonly<Record<string, string | number | null>>

export interface Read<T> {
  readonly endpoint: string
  readonly path: string
  readonly query?: Query
  readonly schema: Schema<T>
  /** Needs the account's signature. */
  readonly isPrivate: boolean
  /** What is asked for, for the message when it fails, e.g. the ticker. */
  readonly subject?: string
  readonly options?: CallOptions | undefined
}

/** Calls to Kalshi's REST interface: signed where they must be, decoded, with failures in our own words. */
export class KalshiApi {
  constructor(
    private readonly transport: Transport,
    private readonly account: KalshiAccount | null,
    readonly time: ServerTime,
  ) {}

  /** @throws VenueError whenever there is no answer that can be read. */
  async read<T>(call: Read<T>): Promise<T> {
    const reply = await this.ask(call)
    if (reply.status === 404) throw readFailure(reply, call.endpoint, call.subject ?? '')
    return this.decode(call, reply)
  }

  /** As `read`, but null when Kalshi answers that it does not know the thing. */
  async readOrNull<T>(call: Read<T>): Promise<T | null> {
    const reply = await this.ask(call)
    return reply.status === 404 ? null : this.decode(call, reply)
  }

  /** Sends something that may change the account. Once. Any status comes back; no answer throws VenueError. */
  async write(request: Omit<HttpRequest, 'safe' | 'auth'>): Promise<HttpReply> {
    return this.observed({ ...request, safe: false, auth: this.signer(request.endpoint) })
  }

  /** @throws ToolkitError of category `usage` when there is no account to sign for. */
  requireAccount(endpoint: string): KalshiAccount {
    if (this.account === null) throw missingAccount(endpoint)
    return this.account
  }

  /** The reply, when it is a success or a 404. */
  private async ask<T>(call: Read<T>): Promise<HttpReply> {
    const reply = await this.observed({
      method: 'GET',
      path: call.path,
      query: queryOf(call.query ?? {}),
      safe: true,
      endpoint: call.endpoint,
      ...(call.isPrivate ? { auth: this.signer(call.endpoint) } : {}),
      ...(call.options?.signal === undefined ? {} : { signal: call.options.signal }),
    })
    const failed = reply.status < 200 || reply.status > 299
    if (failed && reply.status !== 404) throw readFailure(reply, call.endpoint, call.subject ?? '')
    return reply
  }

  private decode<T>(call: Read<T>, reply: HttpReply): T {
    return decodeWith(call.schema, reply.json, `Kalshi's answer to ${call.endpoint}`, { httpStatus: reply.status })
  }

  private signer(endpoint: string): NonNullable<HttpRequest['auth']> {
    const account = this.requireAccount(endpoint)
    return ({ method, path }) => authHeaders(account, { timestampMs: this.time.nowMs(), method, path })
  }

  private async observed(request: HttpRequest): Promise<HttpReply> {
    // Of the attempt that was answered: what waited for the rate limit or was sent again began long before.
    let sentAtMs = this.time.localMs()
    const onAttempt = (): void => {
      sentAtMs = this.time.localMs()
    }
    const reply = await this.transport.send({ ...request, onAttempt })
    this.time.observe(reply.headers, sentAtMs)
    return reply
  }
}

/** Leaves out what is not asked for. */
function queryOf(query: Query): Readonly<Record<string, string>> {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(query)) if (value !== null) given[name] = String(value)
  return given
}
