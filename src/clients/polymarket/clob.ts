import { VenueError } from '../../domain/errors.ts'
import type { CallOptions } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import { decodeWith, type Schema } from '../decode.ts'
import type { HttpReply, HttpRequest } from '../http/request.ts'
import type { Transport } from '../http/transport.ts'
import { ServerTime } from '../server-time.ts'
import { missingAccount, type PolymarketAccount } from './account.ts'
import { l1Headers } from './auth-l1.ts'
import { type ApiCredentials, l2Headers } from './auth-l2.ts'
import { credentialsSchema, pageOf } from './decode.ts'
import { readFailure } from './errors.ts'

export interface ClobOptions {
  readonly transport: Transport
  readonly clock: Clock
  /** Called at most once, when something first needs the account. */
  readonly loadAccount: () => Promise<PolymarketAccount | null>
  /** Told the key triple that was derived, so that a tape can refuse to write it. */
  readonly onSecrets?: (values: readonly string[]) => void
}

export type Query = Readonly<Record<string, string | readonly string[]>>

/** What identifies a call: `path` is both sent and signed, without any prefix that the base URL has. */
export type ClobCall = Pick<HttpRequest, 'method' | 'path' | 'endpoint'> & {
  readonly query?: Query
  readonly body?: string
  readonly safe: boolean
  /** How many orders a batch holds. 1 when absent. */
  readonly items?: number
}

/** No list of one account's orders or trades is longer; reaching it is an error, not an end. */
const MAX_PAGES = 200

/** The order service with its logins. */
export class Clob {
  private account: Promise<PolymarketAccount> | undefined
  private derived: Promise<ApiCredentials> | undefined
  private signerAddress: string | null = null
  readonly time: ServerTime

  constructor(private readonly options: ClobOptions) {
    this.time = new ServerTime(options.clock)
  }

  /** @throws ToolkitError of category `usage` when none is configured or its settings are wrong. */
  getAccount(): Promise<PolymarketAccount> {
    this.account ??= this.options.loadAccount().then((account) => {
      if (account === null) throw missingAccount()
      this.signerAddress = account.address
      return account
    })
    return this.account
  }

  /** Address that signs, which the venue's limits hang on; null while no account was needed. */
  signer(): string | null {
    return this.signerAddress
  }

  /** The configured API key, or the one that belongs to the wallet, kept for the life of the process. */
  async getCredentials(options: CallOptions = {}): Promise<ApiCredentials> {
    const account = await this.getAccount()
    if (account.credentials !== null) return account.credentials
    this.derived ??= this.derive(account, options)
    try {
      return await this.derived
    } catch (error) {
      this.derived = undefined
      throw error
    }
  }

  /** A call without login. */
  sendPublic(call: ClobCall, options: CallOptions = {}): Promise<HttpReply> {
    return this.send({ ...call, ...options })
  }

  /** A call under the account's API key, signed afresh for every attempt. */
  async sendPrivate(call: ClobCall, options: CallOptions = {}): Promise<HttpReply> {
    const account = await this.getAccount()
    const credentials = await this.getCredentials(options)
    return this.send({
      ...call,
      ...options,
      auth: ({ method, body }) =>
        l2Headers(credentials, { address: account.address, timestampS: this.nowS(), method, path: call.path, body }),
    })
  }

  /** Reads one object under login. @throws VenueError for anything but a readable 2xx. */
  async readPrivate<T>(schema: Schema<T>, call: ClobCall, options?: CallOptions): Promise<T> {
    return readReply(schema, await this.sendPrivate(call, options), call.endpoint)
  }

  async readPublic<T>(schema: Schema<T>, call: ClobCall, options?: CallOptions): Promise<T> {
    return readReply(schema, await this.sendPublic(call, options), call.endpoint)
  }

  /** All pages of a private list. Ends at the venue's end mark, or when a cursor comes back that was there before. */
  async readAllPages<T>(
    item: Schema<T>,
    call: Pick<ClobCall, 'path' | 'endpoint'> & { readonly query: Query },
    options?: CallOptions,
  ): Promise<readonly T[]> {
    const items: T[] = []
    const cursors = new Set<string>()
    let cursor = 'MA=='
    for (let page = 0; page < MAX_PAGES; page++) {
      cursors.add(cursor)
      const query = { ...call.query, next_cursor: cursor }
      const answer = await this.readPrivate(pageOf(item), { ...call, method: 'GET', query, safe: true }, options)
      items.push(...answer.items)
      if (answer.next === null || cursors.has(answer.next)) return items
      cursor = answer.next
    }
    throw endlessList(call.endpoint)
  }

  private async send(request: HttpRequest): Promise<HttpReply> {
    // Of the attempt that was answered: what waited for the rate limit or was sent again began long before.
    let sentAtMs = this.time.localMs()
    const onAttempt = (): void => {
      sentAtMs = this.time.localMs()
    }
    const reply = await this.options.transport.send({ ...request, onAttempt })
    this.time.observe(reply.headers, sentAtMs)
    return reply
  }

  private async derive(
    account: PolymarketAccount,
    { lastLook: _look, ...options }: CallOptions,
  ): Promise<ApiCredentials> {
    // A login is no order, and a cancel may be waiting for the same one: an order's last look does not keep it back.
    const auth = (): ReturnType<typeof l1Headers> => l1Headers(account, this.nowS(), 0)
    const { transport } = this.options
    // Deriving first: creating would fail for a wallet that has a key, and must not be repeated.
    const existing = await transport.send({
      ...options,
      method: 'GET',
      path: '/auth/derive-api-key',
      endpoint: 'derive_api_key',
      safe: true,
      auth,
    })
    const reply =
      existing.status === 400
        ? await transport.send({
            ...options,
            method: 'POST',
            path: '/auth/api-key',
            endpoint: 'create_api_key',
            safe: false,
            auth,
          })
        : existing
    const credentials = readReply(credentialsSchema, reply, 'the API key')
    this.options.onSecrets?.([credentials.apiKey, credentials.secret, credentials.passphrase])
    return credentials
  }

  /** Our clock: the venue's own is not asked. */
  nowMs(): number {
    return this.options.clock.nowMs()
  }

  private nowS(): number {
    return Math.floor(this.nowMs() / 1000)
  }
}

/** A list that does not end within reason. */
export function endlessList(endpoint: string): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'LIST_TOO_LONG',
    message: `Polymarket's answer to ${endpoint} did not end after ${MAX_PAGES} pages. What was read so far is not used.`,
    suggestions: ['Narrow the question, e.g. by a later start or a limit.'],
  })
}

/** @throws VenueError for anything but a readable 2xx. */
export function readReply<T>(schema: Schema<T>, reply: HttpReply, what: string): T {
  if (reply.status < 200 || reply.status > 299) throw readFailure(reply, what)
  return decodeWith(schema, reply.json, `Polymarket's answer to ${what}`, { httpStatus: reply.status })
}
