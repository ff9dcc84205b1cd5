import http, {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestOptions,
} from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import { urlToHttpOptions } from 'node:url'
import type { Request as PollyRequest } from '@pollyjs/core'
import { ToolkitError } from '../../domain/errors.ts'
import { type ExchangeFailure, headerValue, type LiveResponse } from '../format/exchange.ts'
import { travelledBody } from '../format/packed-body.ts'
import { headersOf } from '../record/axios-shapes.ts'
import { type CallTarget, targetOfCall } from './call-target.ts'
import { abortFailure, failureOfError } from './failures.ts'
import type { ForeignCall } from './foreign-call.ts'
import type { ForeignTape } from './foreign-tape.ts'
import { asReadable, type CollectedBody, collectBody, HoldBack } from './long-answer.ts'
import { forgetRequests, POLLY_URL, PollyHttpAdapter, putOnTape, tapeIn } from './polly-adapters.ts'
import { tapHandshake } from './socket-tap.ts'
import { TimeLimit } from './time-limit.ts'

type HandledRequest = Parameters<InstanceType<typeof PollyHttpAdapter>['handleRequest']>[0]
type Module = Pick<typeof http, 'request' | 'get'>

interface Answer {
  readonly status: number
  readonly message: string
  readonly rawHeaders: readonly string[]
  readonly body: CollectedBody
}

/** What a taped call needs besides what Polly is told. */
interface Sending {
  readonly module: Module
  readonly options: RequestOptions
  readonly body: Buffer
  readonly limit: TimeLimit
  answer: Answer | null
}

// Before Polly puts its own in its place.
const NativeClientRequest = http.ClientRequest
// Those that Polly's interception knows.
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'MERGE'])

/**
 * Polly's adapter for `http` and `https`, with what a trading program needs and it lacks. Requests that are not for the
 * tape, and handshakes of sockets, go to Node's own functions and never meet it. The program's time limits and aborts reach
 * the request that is really on its way, URLs stay as they were written, and a call that fails ends on the tape too.
 */
export class ForeignHttpAdapter extends PollyHttpAdapter {
  readonly #native = { 'http:': { ...pick(http) }, 'https:': { ...pick(https) } }
  #sending = new WeakMap<object, Sending>()

  static override get id(): string {
    return 'foreign-http'
  }

  override onConnect(): void {
    const tape = tapeIn(this.options)
    super.onConnect()
    divert(http, 'http:', this.#native['http:'], tape)
    divert(https, 'https:', this.#native['https:'], tape)
    // Modules that import `request` by name see what stands there now.
    syncBuiltinESMExports()
  }

  /** Called by Polly's interception when the program has ended its request. */
  override handleRequest(request: HandledRequest): Promise<PollyRequest> {
    const { shown, respond, options } = argumentsOf(request)
    const scheme = options.protocol === 'https:' ? 'https:' : 'http:'
    const method = request.method.toUpperCase()
    const target = targetOfCall(scheme, [{ ...options, path: shown.path, method }])
    const headers = shown.getHeaders()
    const body = bytesOf(Reflect.get(request.requestArguments, 'body'))
    const call = target === null ? 'pass' : this.#begin(target, headers, body)
    if (call instanceof ToolkitError) {
      respond(Object.assign(new Error(call.message, { cause: call }), { code: call.code }))
      return new Promise(() => undefined)
    }
    const address = target === null ? {} : { ...urlToHttpOptions(target.url), path: shown.path }
    const requestArguments = { req: shown, respond, call }
    this.#sending.set(requestArguments, {
      module: this.#native[scheme],
      options: { ...options, ...address, method, headers },
      body,
      limit: new TimeLimit(shown, tapeIn(this.options).clock),
      answer: null,
    })
    return super.handleRequest({ ...request, url: POLLY_URL, headers: {}, body: '', requestArguments })
  }

  #begin({ method, url }: CallTarget, headers: OutgoingHttpHeaders, body: Buffer): ForeignCall | 'pass' | ToolkitError {
    return tapeIn(this.options).begin({
      method,
      url,
      headers: headersOf(headers),
      ...(body.length === 0 ? { body: null } : travelledBody(body, textOf(headers['content-encoding']))),
    })
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
      sending.answer = await send(sending, argumentsOf(request).shown, tapeIn(this.options).answerBytesMax)
      // An answer that is handed on is an answer that is on the tape.
      putOnTape(this.persister, request, asLive(sending.answer))
    } catch (error) {
      putOnTape(this.persister, request, failureOf(error, sending, argumentsOf(request).shown))
      throw error
    }
  }

  override onRespond(request: PollyRequest, error?: Error): Promise<void> {
    const { shown, respond } = argumentsOf(request)
    const sending = this.#sendingOf(request)
    // A request that was aborted before it left ends here and nowhere else.
    if (sending.answer === null) putOnTape(this.persister, request, failureOf(error, sending, shown))
    if (request.aborted) respond(null, [0, undefined, {}])
    else if (sending.answer === null) respond(error ?? new Error('no answer'))
    else {
      const { status, message, rawHeaders, body } = sending.answer
      const hold = new HoldBack()
      shown.prependOnceListener('response', (response) => {
        response.statusMessage = message
        if (body.rest !== null) hold.watch(response)
      })
      respond(null, [status, asReadable(body, hold), [...rawHeaders]])
    }
    return Promise.resolve()
  }

  #sendingOf(request: PollyRequest): Sending {
    const sending = this.#sending.get(request.requestArguments)
    if (sending === undefined) throw new Error('a Polly request that is not from this adapter')
    return sending
  }
}

function pick({ request, get }: Module): Module {
  return { request, get }
}

/** From now on a module's functions are Polly's for what goes on the tape, and Node's own for everything else. */
function divert(module: Module, scheme: 'http:' | 'https:', native: Module, tape: ForeignTape): void {
  const taped = pick(module)
  for (const name of ['request', 'get'] as const) {
    const choose = (...args: readonly unknown[]): unknown => {
      const target = targetOfCall(scheme, args)
      if (target !== null && !target.isUpgrade && METHODS.has(target.method) && tape.keeps(target.method, target.url)) {
        return unhurried(Reflect.apply(taped[name], module, args))
      }
      const request: unknown = Reflect.apply(native[name], module, args)
      const isSocket = target?.isUpgrade === true && tape.keepsSocket(target.url)
      if (isSocket && request instanceof NativeClientRequest) tapHandshake(tape, target.url, request)
      return request
    }
    Object.defineProperty(module, name, { value: choose, writable: true, enumerable: true, configurable: true })
  }
}

/** Polly's interception would send a request whose headers are flushed before its body has come, without the body. */
function unhurried(request: unknown): unknown {
  if (request instanceof NativeClientRequest) request.flushHeaders = () => undefined
  return request
}

/** Sends what the program asked for with Node's own request, and lets go of it when the program does. */
function send({ module, options, body, limit }: Sending, shown: ClientRequest, bytesMax: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = module.request(options)
    limit.applyTo(sent)
    shown.once('close', () => sent.destroy())
    sent.once('error', reject)
    sent.once('response', (response) => {
      collect(response, bytesMax).then(resolve, reject)
    })
    sent.end(body)
  })
}

async function collect(response: IncomingMessage, bytesMax: number): Promise<Answer> {
  const body = await collectBody(response, bytesMax)
  const { statusCode = 0, statusMessage = '', rawHeaders } = response
  return { status: statusCode, message: statusMessage, rawHeaders, body }
}

function asLive({ status, message, rawHeaders, body: { chunks, rest } }: Answer): LiveResponse {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [{ name, value: rawHeaders[index + 1] ?? '' }] : [],
  )
  if (rest !== null) return { status, statusText: message, headers, body: '', wire: 'too_large' }
  const coding = headerValue(headers, 'content-encoding')
  return { status, statusText: message, headers, ...travelledBody(Buffer.concat(chunks), coding) }
}

function failureOf(error: unknown, { limit }: Sending, shown: ClientRequest): ExchangeFailure {
  if (!shown.destroyed) return failureOfError(error)
  return abortFailure(limit.hasPassed() ? 'timeout' : 'aborted')
}

type Respond = (error: Error | null, answer?: readonly unknown[]) => void

function argumentsOf({ requestArguments }: Pick<PollyRequest, 'requestArguments'>): {
  /** What the program holds: a request without a socket of its own, made by Polly's interception. */
  readonly shown: ClientRequest
  readonly respond: Respond
  readonly options: RequestOptions
} {
  const parsed: unknown = Reflect.get(requestArguments, 'parsedArguments')
  const options = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'options') : {}
  return { shown: Reflect.get(requestArguments, 'req'), respond: Reflect.get(requestArguments, 'respond'), options }
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body
  return Buffer.from(typeof body === 'string' ? body : '', 'utf8')
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
