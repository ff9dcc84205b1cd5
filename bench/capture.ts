import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axios, { type AxiosInstance } from 'axios'
import { loadRecording } from '../src/capture/recording.ts'
import { openReplay } from '../src/capture/replay-tape.ts'
import { openTape, type Tape } from '../src/capture/tape.ts'
import { systemClock } from '../src/runtime/clock.ts'

const EXCHANGES = 1000
const ROUND = 100

export interface CaptureBench {
  /** Median milliseconds per exchange, of rounds taken in turn. */
  readonly plainMs: number
  readonly recordingMs: number
  readonly replayMs: number
  readonly recordingOverheadMs: number
  /** Replay over plain axios on loopback. */
  readonly replayRatio: number
}

/** The same order sent over loopback plainly, on tape, and from the tape. */
export async function benchCapture(): Promise<CaptureBench> {
  const directory = mkdtempSync(join(tmpdir(), 'crosstape-bench-'))
  const server = await listen()
  const baseUrl = `http://127.0.0.1:${portOf(server)}/trade-api/v2`
  try {
    const tape = await openTape({
      captureDir: directory,
      session: 'bench',
      environment: 'sandbox',
      toolVersion: 'bench',
      filter: 'orders',
      clock: systemClock,
      seed: 'bench',
      trigger: { kind: 'scenario', name: 'bench' },
      accounts: {},
      secrets: ['a-key-that-stays-in-memory', 'another-secret-value-of-some-length'],
    })
    const { plainMs, recordingMs } = await recordInTurn(tape, baseUrl)
    const replayMs = await replay(directory, baseUrl)
    const recordingOverheadMs = recordingMs - plainMs
    return { plainMs, recordingMs, replayMs, recordingOverheadMs, replayRatio: replayMs / plainMs }
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(directory, { recursive: true, force: true })
  }
}

async function recordInTurn(tape: Tape, baseUrl: string): Promise<{ plainMs: number; recordingMs: number }> {
  const [plain, taped] = [createInstance(), createInstance()]
  tape.attach(taped, { venue: 'kalshi', service: 'rest', baseUrl })
  await sendRound(plain, baseUrl, -ROUND)
  const plainRounds: number[] = []
  const tapedRounds: number[] = []
  for (let from = 0; from < EXCHANGES; from += ROUND) {
    plainRounds.push(await sendRound(plain, baseUrl, from))
    tapedRounds.push(await sendRound(taped, baseUrl, from))
  }
  await tape.close('done')
  return { plainMs: median(plainRounds), recordingMs: median(tapedRounds) }
}

async function replay(directory: string, baseUrl: string): Promise<number> {
  const tape = openReplay([loadRecording('bench', directory)])
  const instance = createInstance()
  tape.attach(instance, { venue: 'kalshi', service: 'rest', baseUrl })
  const rounds: number[] = []
  for (let from = 0; from < EXCHANGES; from += ROUND) rounds.push(await sendRound(instance, baseUrl, from))
  if (tape.drifts().length > 0 || tape.unused().length > 0) throw new Error('the bench replay is not the same')
  await tape.close()
  return median(rounds)
}

/** Milliseconds per exchange. */
async function sendRound(instance: AxiosInstance, baseUrl: string, from: number): Promise<number> {
  const began = performance.now()
  for (let i = from; i < from + ROUND; i += 1) {
    await instance.request({
      method: 'POST',
      url: `${baseUrl}/portfolio/events/orders`,
      data: orderBody(i),
      headers: { 'Content-Type': 'application/json', 'KALSHI-ACCESS-SIGNATURE': 'bench' },
    })
  }
  return (performance.now() - began) / ROUND
}

function orderBody(i: number): string {
  return JSON.stringify({
    ticker: 'KXFED-26DEC-T4.25',
    side: 'bid',
    count: '5.00',
    price: '0.4500',
    time_in_force: 'immediate_or_cancel',
    self_trade_prevention_type: 'taker_at_cross',
    client_order_id: `bench-${i}`,
  })
}

function createInstance(): AxiosInstance {
  return axios.create({
    adapter: axios.getAdapter('http'),
    httpAgent: new Agent({ keepAlive: true }),
    responseType: 'text',
    transformResponse: [(body: unknown) => body],
    transformRequest: [(body: unknown) => body],
    validateStatus: () => true,
    maxRedirects: 0,
    proxy: false,
  })
}

function listen(): Promise<Server> {
  const reply = JSON.stringify({
    order_id: '97ec18b7-10d3-4557-9de0-8598aad625f0',
    client_order_id: '2b8394e0-515e-4b89-b624-f34067756855',
    fill_count: '5.00',
    remaining_count: '0.00',
    average_fill_price: '0.4500',
    average_fee_paid: '0.0175',
    ts_ms: 1781159370164,
  })
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(201, { 'content-type': 'application/json' }).end(reply))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the bench server has no port')
  return address.port
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function main(bench: CaptureBench): void {
  const ms = (value: number): string => `${value.toFixed(3)} ms`
  console.log(`capture, ${EXCHANGES} orders on loopback, per exchange`)
  console.log(`  plain axios ${ms(bench.plainMs)}`)
  console.log(`  recording   ${ms(bench.recordingMs)}  +${ms(bench.recordingOverheadMs)} (target +0.8 ms)`)
  console.log(`  replay      ${ms(bench.replayMs)}  ${bench.replayRatio.toFixed(2)}x plain (target 1.0x)`)
}

if (process.argv[1]?.endsWith('capture.ts') === true) main(await benchCapture())
