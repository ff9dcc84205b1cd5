import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { AxiosInstance } from 'axios'
import { loadRecording } from '../src/capture/read/recording.ts'
import { openTape, type Tape } from '../src/capture/record/tape.ts'
import { openReplay } from '../src/capture/replay/replay-tape.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { createInstance, createInstanceWithoutNetwork, listen, originOf, sendOrders } from './order-server.ts'
import { median, printRatio, type Ratio } from './ratio.ts'
import { stockPolly } from './stock-polly.ts'

const EXCHANGES = 1_000
const FEW = 100
const MANY = 10_000
const MEMORY_FROM = 10_000
const MEMORY_TO = 50_000

/** What a tape costs: against plain axios, against Polly as it comes, with its own length, and in memory. */
export async function benchCapture(): Promise<readonly Ratio[]> {
  const directory = mkdtempSync(join(tmpdir(), 'crosstape-bench-'))
  const server = await listen()
  try {
    const baseUrl = `${originOf(server)}/trade-api/v2`
    return [
      ...(await againstOthers(directory, baseUrl)),
      ...(await againstItself(directory)),
      await inMemory(directory),
    ]
  } finally {
    server.close()
    server.closeAllConnections()
    rmSync(directory, { recursive: true, force: true })
  }
}

/**
 * The same orders over loopback, opening and closing included, the best of two rounds each: other work on the machine only
 * ever adds. Polly comes last in a round, since it replaces `http.request` while it runs.
 */
async function againstOthers(directory: string, baseUrl: string): Promise<readonly Ratio[]> {
  await sendOrders(createInstance(), baseUrl, 0, EXCHANGES)
  const best = { plain: never, recording: never, replaying: never, stockRecording: never, stockReplaying: never }
  for (const round of [1, 2]) {
    const run = { directory, session: `ours-${round}`, baseUrl, exchanges: EXCHANGES }
    const stock = { baseUrl, directory: join(directory, `stock-${round}`), exchanges: EXCHANGES }
    const contenders: Readonly<Record<keyof typeof best, () => Promise<void>>> = {
      plain: () => sendOrders(createInstance(), baseUrl, 0, EXCHANGES),
      recording: () => record({ ...run, instance: createInstance() }),
      replaying: () => replay({ ...run, instance: createInstance() }),
      stockRecording: () => stockPolly('record', stock),
      stockReplaying: () => stockPolly('replay', stock),
    }
    for (const name of keysOf(contenders)) {
      const measured = await measure(contenders[name], EXCHANGES)
      if (measured.wallMs < best[name].wallMs) best[name] = measured
    }
  }
  const { plain, recording, replaying, stockRecording, stockReplaying } = best
  const more = ms(recording.wallMs - plain.wallMs)
  return [
    {
      ...over('an order exchange recorded, over capture off (loopback)', recording, plain, null),
      detail: `${text(recording)} over ${text(plain)}, +${more} (aim: at most +0.8 ms)`,
    },
    over('an exchange replayed, over plain axios on loopback', replaying, plain, 1),
    over('an exchange recorded, over Polly as it comes', recording, stockRecording, 0.35),
    over('an exchange replayed, over Polly as it comes', replaying, stockReplaying, 0.15),
  ]
}

/**
 * The tape's own cost an exchange, without a network, of a long session over a short one. In processor time: a long
 * session is long enough for other work on the machine to come in between.
 */
async function againstItself(directory: string): Promise<readonly Ratio[]> {
  const baseUrl = 'http://tape.invalid/trade-api/v2'
  const once = async (session: string, exchanges: number): Promise<Costs> => {
    const run = { directory, session, baseUrl, exchanges }
    return {
      recorded: await measure(() => record({ ...run, instance: createInstanceWithoutNetwork() }), exchanges),
      replayed: await measure(() => replay({ ...run, instance: createInstanceWithoutNetwork() }), exchanges),
    }
  }
  await once('warm', MANY / 10)
  const short: Costs[] = []
  for (let i = 0; i < 11; i += 1) short.push(await once(`short-${i}`, FEW))
  const long = await once('long', MANY)
  const ratio = (what: keyof Costs): Ratio => {
    const few = median(short.map((costs) => costs[what].cpuMs))
    const many = long[what].cpuMs
    const name = `an exchange ${what}, in a session of ${MANY} over one of ${FEW}`
    return { name, ratio: many / few, detail: `${ms(many)} over ${ms(few)} of processor time`, atMost: 1.2 }
  }
  return [ratio('recorded'), ratio('replayed')]
}

/** What a session holds after many exchanges over what it held after fewer. */
async function inMemory(directory: string): Promise<Ratio> {
  const baseUrl = 'http://tape.invalid/trade-api/v2'
  const tape = await openBenchTape(directory, 'memory')
  const instance = createInstanceWithoutNetwork()
  tape.attach(instance, { venue: 'kalshi', service: 'rest', baseUrl })
  await sendOrders(instance, baseUrl, 0, MEMORY_FROM)
  const before = heapMegabytes()
  await sendOrders(instance, baseUrl, MEMORY_FROM, MEMORY_TO)
  const after = heapMegabytes()
  await tape.close('done')
  return {
    name: `memory after ${MEMORY_TO} exchanges recorded, over that after ${MEMORY_FROM}`,
    ratio: after / before,
    detail: `${after.toFixed(1)} MB over ${before.toFixed(1)} MB of heap`,
    atMost: 1.1,
  }
}

/** After everything that nobody holds is gone. */
function heapMegabytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  return process.memoryUsage().heapUsed / 1_000_000
}

interface Run {
  readonly directory: string
  readonly session: string
  readonly instance: AxiosInstance
  readonly baseUrl: string
  readonly exchanges: number
}

async function record({ directory, session, instance, baseUrl, exchanges }: Run): Promise<void> {
  const tape = await openBenchTape(directory, session)
  tape.attach(instance, { venue: 'kalshi', service: 'rest', baseUrl })
  await sendOrders(instance, baseUrl, 0, exchanges)
  await tape.close('done')
}

async function replay({ directory, session, instance, baseUrl, exchanges }: Run): Promise<void> {
  const tape = openReplay([loadRecording(session, directory)])
  tape.attach(instance, { venue: 'kalshi', service: 'rest', baseUrl })
  await sendOrders(instance, baseUrl, 0, exchanges)
  if (tape.drifts().length > 0 || tape.unused().length > 0) throw new Error('the bench replay is not the same')
  await tape.close()
}

/** Of one exchange. */
interface Cost {
  readonly wallMs: number
  readonly cpuMs: number
}

interface Costs {
  readonly recorded: Cost
  readonly replayed: Cost
}

const never: Cost = { wallMs: Number.POSITIVE_INFINITY, cpuMs: Number.POSITIVE_INFINITY }

async function measure(run: () => Promise<void>, exchanges: number): Promise<Cost> {
  const [began, before] = [performance.now(), process.cpuUsage()]
  await run()
  const { user, system } = process.cpuUsage(before)
  return { wallMs: (performance.now() - began) / exchanges, cpuMs: (user + system) / 1000 / exchanges }
}

function over(name: string, ours: Cost, theirs: Cost, atMost: number | null): Ratio {
  return { name, ratio: ours.wallMs / theirs.wallMs, detail: `${text(ours)} over ${text(theirs)}`, atMost }
}

function text({ wallMs, cpuMs }: Cost): string {
  return `${ms(wallMs)} (processor ${ms(cpuMs)})`
}

function keysOf<Key extends string>(record: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(record) as Key[]
}

function openBenchTape(captureDir: string, session: string): Promise<Tape> {
  return openTape({
    captureDir,
    session,
    environment: 'sandbox',
    toolVersion: 'bench',
    filter: 'orders',
    clock: systemClock,
    seed: 'bench',
    trigger: { kind: 'scenario', name: 'bench' },
    accounts: {},
    secrets: ['a-key-that-stays-in-memory', 'another-secret-value-of-some-length'],
  })
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`
}

if (process.argv[1]?.endsWith('capture.ts') === true) for (const ratio of await benchCapture()) printRatio(ratio)
