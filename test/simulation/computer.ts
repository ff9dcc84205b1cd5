import type { Settings } from '../../src/cli/config/settings.ts'
import { openSession, type Session } from '../../src/cli/session/session.ts'
import { parseMoney, parseRate } from '../../src/domain/amounts.ts'
import { perVenue } from '../../src/domain/market.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { defaultLimits, type Limits } from '../../src/safeguards/limits.ts'
import { kalshiSocketPath } from '../../src/sandbox/kalshi/socket.ts'
import { polymarketSocketPath } from '../../src/sandbox/polymarket/paths.ts'
import { dataDir, environment } from './books.ts'
import type { Machine, SimulatedProcess } from './machine/machine.ts'
import type { Network } from './network.ts'
import type { Plan } from './plan.ts'
import { apiKeyFor, keys } from './venues.ts'

/** How a piece of work in a simulated process ended. */
export type WorkEnd<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'threw'; readonly error: unknown }
  /** The process ended before the work did. */
  | { readonly kind: 'ended' }

/** The time as a process of this machine sees it. */
export function clockOf(machine: Machine, process: SimulatedProcess): Clock {
  const { timeline } = machine
  return {
    nowMs: () => Math.floor(timeline.nowMs + process.skewMs()),
    monotonicMs: () => timeline.nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve()
        const stop = (): void => {
          appointment.cancel()
          resolve()
        }
        const appointment = timeline.schedule(process, ms, () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        })
        signal?.addEventListener('abort', stop)
      }),
  }
}

/** Runs work as code of this process, to its end or the process's. */
export function runIn<T>(machine: Machine, process: SimulatedProcess, work: () => Promise<T>): Promise<WorkEnd<T>> {
  const going = new Promise<WorkEnd<T>>((resolve) => {
    machine.timeline.schedule(process, 0, () => {
      work().then(
        (value) => resolve({ kind: 'done', value }),
        (error: unknown) => resolve(process.alive ? { kind: 'threw', error } : { kind: 'ended' }),
      )
    })
  })
  return Promise.race([going, process.ended.then((): WorkEnd<T> => ({ kind: 'ended' }))])
}

export function limitsOf(plan: Plan): Limits {
  return {
    ...defaultLimits,
    maxExposure: parseMoney(plan.limits.maxExposure),
    maxNotional: parseMoney(plan.limits.maxNotional),
    maxSlippage: parseRate('0.2'),
    maxDailyLoss: plan.limits.maxDailyLoss === null ? null : parseMoney(plan.limits.maxDailyLoss),
  }
}

function settingsOf(plan: Plan): Settings {
  const { ed25519, polymarket } = keys
  const urls = {
    kalshi: { rest: 'http://kalshi.invalid/trade-api/v2', ws: `ws://kalshi.invalid${kalshiSocketPath}` },
    polymarket: {
      clob: 'http://clob.invalid',
      gamma: 'http://gamma.invalid',
      data: 'http://data.invalid',
      ws: `ws://clob.invalid${polymarketSocketPath}`,
    },
  }
  const credentials = {
    kalshi: { apiKeyId: ed25519.apiKeyId, privateKeyPath: '/keys/kalshi.pem' },
    polymarket: {
      privateKey: polymarket.privateKey,
      funder: polymarket.address,
      signatureType: '0',
      ...(plan.apiKey === 'configured' ? apiKeyFor(plan.seed) : {}),
    },
  }
  return {
    environment,
    dataDir,
    captureDir: null,
    captureFilter: 'orders',
    session: null,
    limits: limitsOf(plan),
    venues: perVenue((venue) => ({
      urls: urls[venue],
      credentials: credentials[venue],
      overrides: [{ name: 'simulation', url: 'http://simulation.invalid', source: 'simulation' }],
    })),
  }
}

/** A session as a command opens it, in one simulated process. */
export function openSimulatedSession(options: {
  readonly machine: Machine
  readonly process: SimulatedProcess
  readonly network: Network
  readonly plan: Plan
  readonly seed: string
  readonly onWarning: (message: string) => void
}): Promise<Session> {
  const { machine, process, network, plan, seed, onWarning } = options
  return openSession({
    settings: settingsOf(plan),
    command: 'simulate',
    dryRun: false,
    needs: 'venues',
    onWarning,
    signal: new AbortController().signal,
    clock: clockOf(machine, process),
    seed,
    attachNetwork: (instance, alias) => network.attach(process, instance, alias),
  })
}
