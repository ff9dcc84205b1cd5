import { type ClientRequest, type Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import {
  type AxiosAdapter,
  AxiosError,
  type AxiosResponse,
  CanceledError,
  type InternalAxiosRequestConfig,
  type RawAxiosResponseHeaders,
} from 'axios'
import { type Deadline, startDeadline } from '../../runtime/deadline.ts'
import { unpack } from './unpack.ts'

const ACCEPTED_CODINGS = 'gzip, compress, deflate, br'

/**
 * What an axios adapter does for the requests that we make, and nothing else: no redirects, no forms, no streams, no proxy.
 * A text goes out as it is, in one write with its headers. Fails with the errors and codes of axios' own adapter.
 * @param base Of all requests: scheme, host and port of their URLs.
 */
export function directAdapter(agent: HttpAgent, base: URL): AxiosAdapter {
  const target: Target = {
    agent,
    origin: base.origin,
    open: agent instanceof HttpsAgent ? httpsRequest : httpRequest,
    // An address of version 6 stands in brackets only inside a URL.
    hostname: base.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: base.port,
  }
  return (config) => new Promise((resolve, reject) => new DirectCall(config, { resolve, reject }).start(target))
}

interface Target {
  readonly agent: HttpAgent
  readonly origin: string
  readonly open: typeof httpRequest
  readonly hostname: string
  readonly port: string
}

interface Caller {
  readonly resolve: (response: AxiosResponse) => void
  readonly reject: (error: unknown) => void
}

class DirectCall {
  private request: ClientRequest | undefined
  private deadline: Deadline | undefined
  private isOver = false
  private readonly onAbort = (): void => this.fail(new CanceledError(undefined, this.config, this.request))

  constructor(
    private readonly config: InternalAxiosRequestConfig,
    private readonly caller: Caller,
  ) {}

  start({ origin, open, ...to }: Target): void {
    const { config } = this
    if (config.signal?.aborted === true) {
      this.onAbort()
      return
    }
    const { url = '' } = config
    if (!url.startsWith(`${origin}/`)) throw new Error('a request to another host than that of its transport')
    const body = bodyOf(config)
    const request = open({
      ...to,
      method: (config.method ?? 'get').toUpperCase(),
      path: url.slice(origin.length),
      headers: headersOf(config, body),
    })
    this.request = request
    config.signal?.addEventListener?.('abort', this.onAbort)
    // Until the answer begins, all of it together; from there on, without a sign of life.
    const { timeout = 0 } = config
    if (timeout > 0) this.deadline = startDeadline(timeout, () => this.fail(this.timeoutError(timeout)))
    request.on('error', (error) => this.fail(AxiosError.from(error, undefined, config, request)))
    request.on('response', (response) => this.read(request, response))
    request.end(body)
  }

  private read(request: ClientRequest, response: IncomingMessage): void {
    const { config } = this
    const { maxContentLength = -1 } = config
    const chunks: Buffer[] = []
    let length = 0
    this.deadline?.restart()
    response.on('data', (chunk: Buffer) => {
      this.deadline?.restart()
      chunks.push(chunk)
      length += chunk.length
      if (maxContentLength > -1 && length > maxContentLength) this.fail(tooLarge(config, request))
    })
    response.on('aborted', () => {
      this.fail(new AxiosError('stream has been aborted', AxiosError.ERR_BAD_RESPONSE, config, request))
    })
    response.on('error', (error) => this.fail(AxiosError.from(error, undefined, config, request)))
    response.on('end', () => {
      this.answer(request, response, Buffer.concat(chunks)).catch((error: unknown) => this.fail(error))
    })
  }

  private async answer(request: ClientRequest, response: IncomingMessage, bytes: Buffer): Promise<void> {
    if (this.isOver) return
    this.deadline?.cancel()
    const { config } = this
    const headers = responseHeaders(response)
    const unpacked =
      config.decompress === false ? null : await this.unpacked(request, bytes, headers['content-encoding'])
    if (unpacked !== null) delete headers['content-encoding']
    const data = dataOf(config, unpacked ?? bytes)
    const { statusCode: status = 0, statusMessage: statusText = '' } = response
    if (!this.end()) return
    this.caller.resolve({ status, statusText, headers, data, config, request })
  }

  /** Null where the body has no coding, or one that nobody asked for. */
  private async unpacked(request: ClientRequest, bytes: Buffer, coding: unknown): Promise<Buffer | null> {
    const { config } = this
    if (typeof coding !== 'string') return null
    const { maxContentLength = -1 } = config
    try {
      return await unpack(bytes, coding, maxContentLength)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(config, request)
      throw AxiosError.from(error, undefined, config, request)
    }
  }

  private timeoutError(ms: number): AxiosError {
    return new AxiosError(`timeout of ${ms}ms exceeded`, AxiosError.ECONNABORTED, this.config, this.request)
  }

  private fail(error: unknown): void {
    if (!this.end()) return
    this.caller.reject(error)
    this.request?.destroy()
  }

  /** False when it had ended before. */
  private end(): boolean {
    if (this.isOver) return false
    this.isOver = true
    this.deadline?.cancel()
    this.config.signal?.removeEventListener?.('abort', this.onAbort)
    return true
  }
}

function bodyOf({ data }: InternalAxiosRequestConfig): string | undefined {
  const body: unknown = data
  if (body === undefined || typeof body === 'string') return body
  throw new Error('a request body that is no text')
}

function headersOf({ headers }: InternalAxiosRequestConfig, body: string | undefined): Record<string, string> {
  const sent: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== null && value !== undefined && value !== false) sent[name] = String(value)
  }
  sent['Accept-Encoding'] = ACCEPTED_CODINGS
  if (body !== undefined) sent['Content-Length'] = String(Buffer.byteLength(body))
  return sent
}

function responseHeaders({ headers }: IncomingMessage): RawAxiosResponseHeaders {
  const given: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) given[name] = value
  return given
}

function tooLarge(config: InternalAxiosRequestConfig, request: ClientRequest): AxiosError {
  const message = `maxContentLength size of ${config.maxContentLength} exceeded`
  return new AxiosError(message, AxiosError.ERR_BAD_RESPONSE, config, request)
}

/** A byte order mark is no part of the text. */
function dataOf({ responseType }: InternalAxiosRequestConfig, bytes: Buffer): Buffer | string {
  if (responseType === 'arraybuffer') return bytes
  const text = bytes.toString('utf8')
  return text.startsWith('\uFEFF') ? text.slice(1) : text
}
