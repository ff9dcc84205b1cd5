import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import axios, { AxiosError, type AxiosInstance, type InternalAxiosRequestConfig } from 'axios'
import fc from 'fast-check'
import type { TapeAlias } from '../../../src/capture/format/endpoints.ts'
import type { FrameOpcode } from '../../../src/capture/format/stream.ts'
import type { Tape } from '../../../src/capture/record/tape.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { openTestTape } from '../harness.ts'

/** How tests export. */
export const asNew = { creatorVersion: '0.0.0', existing: 'keep' } as const

/** One exchange to record: through the real tape, with a venue that answers what it is told. */
export interface Scripted {
  readonly alias: TapeAlias
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly request: string | Buffer | null
  readonly answer:
    | { readonly status: number; readonly body: string | Buffer; readonly coding?: 'gzip' | 'br' | 'unheard-of' }
    | { readonly code: string }
  readonly tookMs: number
}

export const kalshi: TapeAlias = {
  venue: 'kalshi',
  service: 'rest',
  baseUrl: 'https://external-api.kalshi.com/trade-api/v2',
}
export const clob: TapeAlias = { venue: 'polymarket', service: 'clob', baseUrl: 'https://clob.polymarket.com' }

const anyText = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('{"price":0.10000000000000000001,"count":"5.00"}', '<html></html>', ''),
)
const anyBytes = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from([0xff, ...bytes]))

export const anyExchange: fc.Arbitrary<Scripted> = fc.record({
  alias: fc.constantFrom(kalshi, clob),
  method: fc.constantFrom('GET', 'POST', 'DELETE'),
  path: fc.constantFrom(
    '/portfolio/orders/ab-1',
    '/order',
    '/data/trades?next_cursor=MA%3D%3D',
    '/markets/X?limit=1',
    '/new/thing',
  ),
  request: fc.oneof(fc.constant(null), anyText, anyBytes),
  answer: fc.oneof(
    fc.record(
      {
        status: fc.constantFrom(200, 201, 204, 404, 500),
        body: fc.oneof(anyText, anyBytes),
        coding: fc.constantFrom('gzip', 'br', 'unheard-of'),
      },
      { requiredKeys: ['status', 'body'] },
    ),
    fc.record({ code: fc.constantFrom('ECONNABORTED', 'ECONNRESET', 'ECONNREFUSED', 'ERR_CANCELED', 'EWHATEVER') }),
  ),
  tookMs: fc.integer({ min: 0, max: 5_000 }),
})

/** A socket to record: its frames, and how far it comes. */
export interface ScriptedSocket {
  readonly path: string
  readonly frames: readonly {
    readonly type: 'sent' | 'received'
    readonly data: string | Buffer
    readonly opcode: FrameOpcode
  }[]
  readonly end: 'closed' | 'open' | 'failed' | 'opening'
}

export const anySocket: fc.Arbitrary<ScriptedSocket> = fc.record({
  path: fc.constantFrom('/ws/market', '/ws/user'),
  frames: fc.array(
    fc.oneof(
      fc.record({ type: fc.constantFrom('sent', 'received'), data: anyText, opcode: fc.constant<FrameOpcode>(1) }),
      fc.record({
        type: fc.constantFrom('sent', 'received'),
        data: anyBytes,
        opcode: fc.constantFrom<FrameOpcode>(2, 9, 10),
      }),
    ),
    { maxLength: 4 },
  ),
  end: fc.constantFrom('closed', 'open', 'failed', 'opening'),
})

/** Plays it on a tape: a thousandth of a millisecond passes with every frame. */
async function recordSocket(tape: Tape, clock: VirtualClock, { path, frames, end }: ScriptedSocket): Promise<void> {
  const alias = { venue: 'polymarket', service: 'ws', baseUrl: 'wss://ws.example/ws' } as const
  const stream = tape.openStream({ alias, url: `wss://ws.example${path}`, headers: { origin: 'here' } })
  await clock.sleep(7.125)
  if (end === 'opening') return
  if (end === 'failed') return stream.failed({ outcome: 'refused', code: 'ECONNREFUSED', syscall: 'connect' })
  stream.opened({ status: 101, headers: { upgrade: 'websocket' } })
  for (const { type, data, opcode } of frames) {
    await clock.sleep(0.001)
    stream[type](data, opcode)
  }
  if (end === 'closed') stream.closed({ code: 1000, reason: 'bye', by: 'us' })
}

/** Records a session of scripted exchanges. It is left open when `end` is null, as by a process that was killed. */
export async function recordSession(
  captureDir: string,
  exchanges: readonly Scripted[],
  { end = 'done', sockets = [] }: { readonly end?: string | null; readonly sockets?: readonly ScriptedSocket[] } = {},
): Promise<Tape> {
  const clock = new VirtualClock(Date.parse('2026-11-20T10:00:00.000Z'))
  const tape = await openTestTape(captureDir, { filter: 'all', clock })
  for (const socket of sockets) await recordSocket(tape, clock, socket)
  const instances = new Map<TapeAlias, AxiosInstance>()
  for (const exchange of exchanges) {
    const instance = instances.get(exchange.alias) ?? axios.create()
    if (!instances.has(exchange.alias)) {
      instances.set(exchange.alias, instance)
      instance.defaults.validateStatus = () => true
      instance.defaults.transformRequest = [(body: unknown) => body]
      instance.defaults.adapter = (config) => answered(config)
      tape.attach(instance, exchange.alias)
    }
    await instance
      .request({
        method: exchange.method,
        url: `${exchange.alias.baseUrl}${exchange.path}`,
        data: exchange.request ?? undefined,
        headers: { 'content-type': 'application/json', authorization: 'Bearer not-for-the-disk' },
        // Handed on to the scripted venue.
        params: undefined,
        responseType: 'arraybuffer',
        ...{ scripted: exchange, clock },
      })
      .catch(() => null)
    await tape.recordOperation({ op: 'place', input: { price: '0.45' }, outcome: null, at: '2026-11-20T10:00:00.000Z' })
  }
  if (end !== null) await tape.close(end)
  else await filesStand(tape.directory, exchanges.length)
  return tape
}

/** A session that is still open makes its files in the background, and notes them when it next writes. */
async function filesStand(directory: string, count: number): Promise<void> {
  const isDone = (): boolean =>
    readdirSync(directory).filter((file) => /^\d+_(?!WS).*\.json$/.test(file)).length >= count
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve))
}

async function answered(config: InternalAxiosRequestConfig) {
  const { scripted, clock } = config as InternalAxiosRequestConfig & {
    readonly scripted: Scripted
    readonly clock: VirtualClock
  }
  await clock.sleep(scripted.tookMs)
  const { answer } = scripted
  if ('code' in answer) throw new AxiosError('no answer', answer.code, config)
  const { status, coding, body } = answer
  const headers = { 'x-trace': 'abc', date: 'now', ...(coding === undefined ? {} : { 'content-encoding': coding }) }
  return { status, statusText: 'As told', headers, config, data: packed(Buffer.from(body), coding) }
}

/** In a coding that is unheard of, whatever the bytes are. */
function packed(bytes: Buffer, coding: string | undefined): Buffer {
  if (coding === 'gzip') return gzipSync(bytes)
  return coding === 'br' ? brotliCompressSync(bytes) : bytes
}

/** Every file of a session by name. */
export function filesOf(directory: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file), 'latin1')]))
}
