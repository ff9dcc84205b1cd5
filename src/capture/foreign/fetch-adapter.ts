import type { Request as PollyRequest } from '@pollyjs/core'
import { ToolkitError } from '../../domain/errors.ts'
import { headerValue } from '../format/exchange.ts'
import { type TravelledBody, textOrBytes, travelledBody, unpackedBody } from '../format/packed-body.ts'
import { abortFailure, failureOfError, patience } from './failures.ts'
import { asWebStream, type CollectedBody, collectBody } from './long-answer.ts'
import { forgetRequests, POLLY_URL, PollyFetchAdapter, putOnTape, tapeIn } from './polly-adapters.ts'

type Fetch = typeof globalThis.fetch
type FetchArguments = Parameters<Fetch>
type HandledRequest = Parameters<InstanceType<typeof PollyFetchAdapter>['handleRequest']>[0]

/** What a taped call needs besides what Polly is told. */
interface Sending {
  readonly url: string
  readonly init: RequestInit
  response: Response | null
}

/**
 * Polly's adapter for the global `fetch`, with what a trading program needs and it lacks: requests that are not for the tape
 * never meet it, a call ends on the tape also when it fails, and the program is given Node's own answer and Node's own errors.
 */
export class ForeignFetchAdapter extends PollyFetchAdapter {
  #native: Fetch | null = null
  #sending = new WeakMap<object, Sending>()

  static override get id(): string {
    return 'foreign-fetch'
  }

  override onConnect(): void {
    const { fetch: native, Request: NativeRequest } = globalThis
    const tape = tapeIn(this.options)
    this.#native = native
    super.onConnect()
    const { fetch: taped } = globalThis
    // Polly's own Request is no class: `instanceof Request` would fail in the program.
    globalThis.Request = NativeRequest
    globalThis.fetch = async (...[input, init]: FetchArguments): Promise<Response> => {
      const target = targetOf(input, init)
      if (target === null || !tape.keeps(target.method, target.url)) return native(input, init)
      const request = new NativeRequest(input, init)
      // It never leaves.
      if (request.signal.aborted) return native(request)
      const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer())
      const { method, signal, redirect } = request
      return taped(request.url, {
        ...init,
        method,
        signal,
        redirect,
        headers: [...request.headers],
        ...(body === undefined ? {} : { body }),
      })
    }
  }

  /** Called by Polly's own `fetch`, which does not look at what this promise becomes. */
  override async handleRequest(request: HandledRequest): Promise<PollyRequest> {
    const { options, respond } = argumentsOf(request)
    const url = new URL(String(request.url))
    const headers = [...new Headers(options.headers)].map(([name, value]) => ({ name, value }))
    const bytes = Buffer.isBuffer(options.body) ? options.body : null
    const method = request.method.toUpperCase()
    const call = tapeIn(this.options).begin({
      method,
      url,
      headers,
      // What a program compresses itself goes out as it gave it.
      ...(bytes === null ? { body: null } : travelledBody(bytes, headerValue(headers, 'content-encoding'))),
    })
    if (call instanceof ToolkitError) {
      respond({ error: Object.assign(new TypeError('fetch failed', { cause: call }), { code: call.code }) })
      return new Promise(() => undefined)
    }
    const sending: Sending = { url: url.href, init: options, response: null }
    const requestArguments = { options, respond, call }
    this.#sending.set(requestArguments, sending)
    return super.handleRequest({ ...request, url: POLLY_URL, headers: {}, body: '', requestArguments })
  }

  override async onRequest(request: PollyRequest): Promise<void> {
    forgetRequests(this.polly, request)
    await super.onRequest(request)
  }

  override onIdentifyRequest(): Promise<void> {
    return Promise.resolve()
  }

  override async onRecord(request: PollyRequest): Promise<void> {
    const sending = this.#sendingOf(request)
    try {
      sending.response = await this.#send(sending, request)
    } catch (error) {
      putOnTape(this.persister, request, failureOf(error, sending.init.signal))
      throw error
    }
  }

  async #send({ url, init }: Sending, request: PollyRequest): Promise<Response> {
    if (this.#native === null) throw new Error('the adapter is not connected')
    const max = tapeIn(this.options).answerBytesMax
    const response = await this.#native(url, init)
    const { status, statusText } = response
    const received = await collectBody(response.body ?? new ReadableStream({ start: (empty) => empty.close() }), max)
    const headers = [...response.headers].map(([name, value]) => ({ name, value }))
    const body = onTape(received, response.headers.get('content-encoding'))
    // An answer that is handed on is an answer that is on the tape.
    putOnTape(this.persister, request, { status, statusText, headers, ...body })
    return replayable(response, received)
  }

  override onRespond(request: PollyRequest, error?: Error): Promise<void> {
    const { respond, options } = argumentsOf(request)
    const { response } = this.#sendingOf(request)
    // A request that was aborted before it left ends here and nowhere else.
    if (response === null) putOnTape(this.persister, request, failureOf(error, options.signal))
    if (response !== null) respond({ response })
    else if (options.signal?.aborted === true) respond({ error: options.signal.reason })
    else respond({ error: error ?? new TypeError('fetch failed') })
    return Promise.resolve()
  }

  #sendingOf(request: PollyRequest): Sending {
    const sending = this.#sending.get(request.requestArguments)
    if (sending === undefined) throw new Error('a Polly request that is not from this adapter')
    return sending
  }
}

/** fetch has undone the content coding already, and tells nobody what the bytes were. */
function onTape({ chunks, rest }: CollectedBody, contentEncoding: string | null): TravelledBody {
  if (rest !== null) return { body: '', wire: 'too_large' }
  return unpackedBody(textOrBytes(Buffer.concat(chunks)), contentEncoding)
}

/** The answer once more, since its body has been read: with everything that the first one said of itself. */
function replayable(response: Response, body: CollectedBody): Response {
  const { status, statusText, headers, url, redirected } = response
  const hasBody = ![101, 204, 205, 304].includes(status)
  const whole = body.rest === null ? Buffer.concat(body.chunks) : asWebStream(body)
  const again = new Response(hasBody ? whole : null, { status, statusText, headers })
  return Object.defineProperties(again, { url: { value: url }, redirected: { value: redirected } })
}

function targetOf(...[input, init]: FetchArguments): { readonly method: string; readonly url: URL } | null {
  const address = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url
  if (!URL.canParse(address)) return null
  const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
  return { method: method.toUpperCase(), url: new URL(address) }
}

function failureOf(error: unknown, signal: AbortSignal | null | undefined): ReturnType<typeof failureOfError> {
  if (signal?.aborted !== true) return failureOfError(error)
  return abortFailure(patience(signal.reason))
}

type Respond = (end: { readonly response: Response } | { readonly error: unknown }) => void

function argumentsOf({ requestArguments }: Pick<PollyRequest, 'requestArguments'>): {
  readonly options: RequestInit
  readonly respond: Respond
} {
  return { options: Reflect.get(requestArguments, 'options'), respond: Reflect.get(requestArguments, 'respond') }
}
