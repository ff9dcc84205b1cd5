import type { Request } from '@pollyjs/core'
import type { HarEntry } from '@pollyjs/persister'
import type { ExchangeEntry } from '../format/exchange.ts'
import { PollyPersister } from './polly.ts'
import { TapedRequest } from './tape-call.ts'

/** Where a call's exchange goes when it ends, and where the answer of a replayed call comes from. */
export interface ExchangeStore<Call extends TapedRequest = TapedRequest> {
  record(call: Call): void
  /** The recorded exchange that answers the call, or null when there is none: drift. */
  find(call: Call): ExchangeEntry | null
}

/**
 * Polly's persister keeps every exchange in memory until it stops and looks entries up one by one. This one hands each
 * exchange to the session when it ends, asks the session for the one that answers a replayed request, and keeps nothing.
 */
export class SessionPersister extends PollyPersister<{ readonly context?: ExchangeStore }> {
  static override get id(): string {
    return 'crosstape-session'
  }

  /** Called by Polly after a response. Failures on the network come here too, from the adapter. */
  override recordRequest(request: Request): void {
    const call = callOf(request)
    if (call !== null) this.options.context?.record(call)
  }

  override findEntry(request: Request): Promise<HarEntry | null> {
    const call = callOf(request)
    if (call === null) return Promise.resolve(null)
    call.recorded = this.options.context?.find(call) ?? null
    return Promise.resolve(call.recorded === null ? null : pollyEntry(call.recorded))
  }

  /** Nothing is pending: every exchange is on the disk already. */
  override persist(): Promise<void> {
    return Promise.resolve()
  }
}

/** What Polly's pipeline reads of an entry: its time. The rest stays with the call, where Polly does not copy it. */
function pollyEntry(entry: ExchangeEntry): HarEntry {
  const { method, url, httpVersion, headersSize } = entry.request
  return {
    _id: '',
    _order: 0,
    startedDateTime: entry.startedDateTime,
    time: entry.time,
    request: { method, url, httpVersion, headers: [], headersSize, queryString: [], cookies: [] },
    response: {
      httpVersion,
      status: 200,
      statusText: '',
      headers: [],
      headersSize,
      cookies: [],
      content: { mimeType: 'x-unknown' },
    },
    cache: {},
    timings: entry.timings,
  }
}

export function callOf(request: Pick<Request, 'requestArguments'>): TapedRequest | null {
  const call: unknown = Reflect.get(request.requestArguments, 'call')
  return call instanceof TapedRequest ? call : null
}
