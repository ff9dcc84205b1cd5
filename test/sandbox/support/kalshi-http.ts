import { constants, createPrivateKey, sign } from 'node:crypto'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import type { SandboxOptions } from '../../../src/sandbox/options.ts'
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/serve.ts'
import { type MarketSketch, originMs, smallCatalogue } from './small-catalogue.ts'

export interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
  readonly text: string
}

/** A sandbox over real HTTP with a clock that stands still, and a caller that signs as any client would. */
export interface KalshiBench {
  readonly sandbox: RunningSandbox
  readonly clock: VirtualClock
  call(method: string, path: string, body?: unknown): Promise<Answer>
  raw(method: string, path: string, init: { headers?: Record<string, string>; body?: string }): Promise<Answer>
  headers(method: string, path: string, change?: HeaderChange): Record<string, string>
  control(method: string, path: string, body?: unknown): Promise<Answer>
  close(): Promise<void>
}

interface HeaderChange {
  readonly keyId?: string
  readonly pem?: string
  readonly offsetMs?: number
  readonly signedPath?: string
}

const kalshiMarkets: readonly MarketSketch[] = [
  { venue: 'kalshi', symbol: 'KXA' },
  { venue: 'kalshi', symbol: 'KXSHARD', pool: '2' },
  { venue: 'kalshi', symbol: 'KXSEEDED', levels: 5 },
  { venue: 'kalshi', symbol: 'KXSOON', schedule: { openMs: originMs + 3_600_000 } },
  { venue: 'kalshi', symbol: 'KXBRIEF', schedule: { closeMs: originMs + 60_000 } },
]

/** A caller that signs as any client would, for a sandbox on a clock of the test's. */
export function signedCaller(
  sandbox: RunningSandbox,
  clock: VirtualClock,
): Pick<KalshiBench, 'headers' | 'raw' | 'call'> {
  const origin = new URL(sandbox.kalshi.rest).origin
  const headers = (method: string, path: string, change: HeaderChange = {}): Record<string, string> => {
    const timestamp = String(clock.nowMs() + (change.offsetMs ?? 0))
    const signed = change.signedPath ?? `/trade-api/v2${path.split('?')[0]}`
    const key = createPrivateKey(change.pem ?? sandbox.kalshi.privateKeyPem)
    const message = Buffer.from(`${timestamp}${method}${signed}`)
    const signature =
      key.asymmetricKeyType === 'ed25519'
        ? sign(null, message, key)
        : sign('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    return {
      'KALSHI-ACCESS-KEY': change.keyId ?? sandbox.kalshi.apiKeyId,
      'KALSHI-ACCESS-TIMESTAMP': timestamp,
      'KALSHI-ACCESS-SIGNATURE': signature.toString('base64'),
    }
  }
  const raw = async (
    method: string,
    path: string,
    init: { headers?: Record<string, string>; body?: string },
  ): Promise<Answer> => answerOf(await fetch(`${origin}/trade-api/v2${path}`, { method, ...init }))
  return {
    headers,
    raw,
    call: (method, path, body) =>
      raw(method, path, {
        headers: { ...headers(method, path), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  }
}

export async function kalshiBench(options: Partial<SandboxOptions> = {}): Promise<KalshiBench> {
  const clock = new VirtualClock(originMs)
  const sandbox = await startSandbox({
    dataDir: null,
    clock,
    seed: 'bench',
    createCatalogue: () => smallCatalogue(kalshiMarkets),
    rateLimit: 'off',
    ...options,
  })
  return {
    sandbox,
    clock,
    ...signedCaller(sandbox, clock),
    control: async (method, path, body) =>
      answerOf(
        await fetch(`${sandbox.control}${path}`, {
          method,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    close: () => sandbox.close(),
  }
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : {} }
}

/** A create body that is in order. */
export function createBody(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ticker: 'KXA',
    side: 'bid',
    count: '10.00',
    price: '0.4500',
    time_in_force: 'good_till_canceled',
    self_trade_prevention_type: 'taker_at_cross',
    ...change,
  }
}

export function codeOf(answer: Answer): unknown {
  const { error } = answer.body
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : answer.body.code
}
