import type { LiveRequest } from '../format/exchange.ts'

// Keys are never on a tape, and a client that derives them before its first order must get some. They open nothing.
const STAND_IN = {
  apiKey: '00000000-0000-4000-8000-000000000000',
  secret: Buffer.from('a stand-in, not a secret'.padEnd(32, '.')).toString('base64url'),
  passphrase: 'a stand-in, not a passphrase',
}

/** The answer to a request for API keys, or null when nothing can stand in for it. */
export function standInKeys({ alias, method, url }: Pick<LiveRequest, 'alias' | 'method' | 'url'>): object | null {
  if (alias.venue !== 'polymarket') return null
  const asked = `${method} ${url.pathname.slice(new URL(alias.baseUrl).pathname.replace(/\/$/, '').length)}`
  switch (asked) {
    case 'POST /auth/api-key':
    case 'GET /auth/derive-api-key':
      return STAND_IN
    case 'GET /auth/api-keys':
      return { apiKeys: [STAND_IN.apiKey] }
    default:
      return null
  }
}
