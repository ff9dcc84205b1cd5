import type { AxiosAdapter, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { ExchangeEntry, ExchangeFailure, LiveRequest, LiveResponse } from './exchange.ts'
import type { Ticket } from './session-writer.ts'

/** One request of a bound axios instance on its way through Polly, and what came of it. Lives as long as the request. */
export class TapeCall {
  response: AxiosResponse | null = null
  /** What the client is given instead of a response. */
  failure: unknown = null
  result: LiveResponse | ExchangeFailure | null = null
  /** The exchange that answers it when replaying. */
  recorded: ExchangeEntry | null = null

  constructor(
    readonly live: LiveRequest,
    readonly config: InternalAxiosRequestConfig,
    /** Goes to the network. */
    readonly send: AxiosAdapter,
    /** The place on the tape when recording, else null. */
    readonly ticket: Ticket | null,
  ) {}
}
