import { urlToHttpOptions } from 'node:url'

/** What a call of `http.request` is about to ask for. */
export interface CallTarget {
  /** Upper case. */
  readonly method: string
  readonly url: URL
  /** A socket's handshake: it ends with an upgrade, not with an answer. */
  readonly isUpgrade: boolean
}

/**
 * Reads the arguments of `http.request`, `http.get` and `new ClientRequest` as Node does: an address, options that
 * overrule parts of it, or both. Null when there is no host to speak of, or when Node itself would refuse them.
 */
export function targetOfCall(scheme: 'http:' | 'https:', args: readonly unknown[]): CallTarget | null {
  const options = optionsOf(args)
  if (options === null || textOf(options.socketPath) !== null) return null
  const protocol = textOf(options.protocol) ?? scheme
  const host = textOf(options.hostname) ?? textOf(options.host) ?? 'localhost'
  const port = options.port === undefined || options.port === null ? '' : String(options.port)
  const named = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const address = `${protocol}//${named}${port === '' ? '' : `:${port}`}${textOf(options.path) ?? '/'}`
  if (!URL.canParse(address)) return null
  return {
    method: (textOf(options.method) ?? 'GET').toUpperCase(),
    url: new URL(address),
    isUpgrade: hasHeader(options.headers, 'upgrade'),
  }
}

function optionsOf(args: readonly unknown[]): Readonly<Record<string, unknown>> | null {
  const [first, second] = args
  if (typeof first === 'string' || first instanceof URL) {
    if (!URL.canParse(String(first))) return null
    return { ...urlToHttpOptions(new URL(first)), ...(isObject(second) ? second : {}) }
  }
  return isObject(first) ? { ...first } : null
}

function hasHeader(headers: unknown, name: string): boolean {
  if (Array.isArray(headers)) return headers.some((one) => typeof one === 'string' && one.toLowerCase() === name)
  return isObject(headers) && Object.keys(headers).some((one) => one.toLowerCase() === name)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
