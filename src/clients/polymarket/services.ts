import { freshSeed, seededRandom } from '../../runtime/random.ts'
import { createTransport, type Transport } from '../http/transport.ts'
import { RateBudgets } from '../rates/budgets.ts'
import { Clob } from './clob.ts'
import { availabilityOf } from './errors.ts'
import type { PolymarketClientOptions } from './options.ts'
import { PolymarketMeter, polymarketBudget } from './rates.ts'

/** How the services are reached, and on whose behalf. */
export type ServiceOptions = Omit<PolymarketClientOptions, 'urls'>

/** One of the venue's services over HTTP. */
export function openService(
  options: Omit<ServiceOptions, 'account'>,
  service: keyof PolymarketClientOptions['urls'],
  baseUrl: string,
  meter: PolymarketMeter,
): Transport {
  const { attachTape, onAvailability, random } = options
  return createTransport({
    venue: 'polymarket',
    service,
    baseUrl,
    timeoutMs: options.timeoutMs,
    clock: options.clock,
    userAgent: options.userAgent,
    availabilityOf,
    meter,
    ...(random === undefined ? {} : { random }),
    ...(onAvailability === undefined ? {} : { onAvailability }),
    ...(attachTape === undefined
      ? {}
      : { attachTape: (instance) => attachTape(instance, { venue: 'polymarket', service, baseUrl }) }),
  })
}

/** The order service alone: what a stream needs of REST. */
export function openClob(options: ServiceOptions, url: string): Clob {
  const { account, clock } = options
  const random = options.random ?? seededRandom(freshSeed())
  const budget = polymarketBudget(options.rates ?? new RateBudgets({ clock, random }), url)
  const meter = new PolymarketMeter(budget, 'clob', () => clob.signer())
  const clob: Clob = new Clob({
    transport: openService(options, 'clob', url, meter),
    clock,
    loadAccount: typeof account === 'function' ? account : () => Promise.resolve(account),
    ...(options.onSecrets === undefined ? {} : { onSecrets: options.onSecrets }),
  })
  return clob
}
