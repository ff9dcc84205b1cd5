import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { ExchangeEntry, ExchangeFailure, LiveRequest, LiveResponse } from '../format/exchange.ts'
import type { Ticket } from './session-writer.ts'

/** One request on its way through Polly, whichever client makes it, and what came of it. Lives as long as the request. */
export class TapedRequest {
  result: LiveResponse | ExchangeFailure | null = null
  /** The exchange that answers it when replaying. */
  recorded: ExchangeEntry | null = null

  constructor(
    readonly live: LiveRequest,
    /** The place on the tape when recording, else null. */
    readonly ticket: Ticket | null,
  ) {}
}

/** One request of a bound axios instance. */
export class TapeCall extends TapedRequest {
  response: AxiosResponse | null = null
  /** What the client is given instead of a response. */
  failure: unknown = null
  /** Resolves when it has ended, one way or the other. Null when replaying. */
  sending: Promise<void> | null = null

  constructor(
    live: LiveRequest,
    readonly config: InternalAxiosRequestConfig,
    /** Goes to the network. */
    readonly send: AxiosAdapter,
    ticket: Ticket | null,
  ) {
    super(live, ticket)
  }
}
