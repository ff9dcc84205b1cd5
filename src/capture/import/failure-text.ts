import type { ExchangeFailure } from '../format/exchange.ts'

const rows: readonly { readonly pattern: RegExp; readonly failure: ExchangeFailure }[] = [
  { pattern: /NAME_NOT_RESOLVED|ENOTFOUND|getaddrinfo/i, failure: refused('ENOTFOUND', 'getaddrinfo') },
  { pattern: /REFUSED/i, failure: refused('ECONNREFUSED', 'connect') },
  {
    pattern: /BLOCKED|UNREACHABLE|INTERNET_DISCONNECTED|PROXY_CONNECTION/i,
    failure: refused('ENETUNREACH', 'connect'),
  },
  { pattern: /TIMED?[ _]?OUT/i, failure: { outcome: 'timeout', code: 'ECONNABORTED', syscall: null } },
  { pattern: /ABORTED|CANCELL?ED|killed/i, failure: { outcome: 'aborted', code: 'ERR_CANCELED', syscall: null } },
  {
    pattern: /RESET|CLOSED|EMPTY_RESPONSE|disconnect/i,
    failure: { outcome: 'reset', code: 'ECONNRESET', syscall: 'read' },
  },
]

function refused(code: string, syscall: string): ExchangeFailure {
  return { outcome: 'refused', code, syscall }
}

/**
 * Why there was no answer, by what an exporter wrote about it: `net::ERR_CONNECTION_REFUSED` in Chrome, a sentence in
 * mitmproxy. What says nothing is a broken connection: the request may have arrived.
 */
export function failureFromText(text: string): ExchangeFailure {
  const row = rows.find(({ pattern }) => pattern.test(text))
  return row?.failure ?? { outcome: 'reset', code: 'UNKNOWN', syscall: null }
}
