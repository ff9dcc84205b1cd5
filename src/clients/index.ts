import type { VenueId } from '../domain/market.ts'
import type { VenueClient } from '../domain/venue.ts'
import type { VenueStream } from '../domain/venue-stream.ts'
import { kalshiSettings } from './kalshi/settings.ts'
import { polymarketSettings } from './polymarket/settings.ts'
import type { Finding, Probe, ProbeOptions } from './probe.ts'
import type {
  AccountIdentity,
  ClientOptions,
  CredentialValues,
  StreamOptions,
  TapeReader,
  TapeReaderOptions,
  VenueModule,
  VenueSettings,
} from './venue-module.ts'

/** Addresses and credentials of every venue, for configuration. */
export const venueSettings: Readonly<Record<VenueId, VenueSettings>> = {
  kalshi: kalshiSettings,
  polymarket: polymarketSettings,
}

/** A venue's code is loaded when a client for it is made, and not before. */
const modules: Readonly<Record<VenueId, () => Promise<VenueModule>>> = {
  kalshi: async () => (await import('./kalshi/connect.ts')).kalshi,
  polymarket: async () => (await import('./polymarket/connect.ts')).polymarket,
}

/**
 * A client for a venue. Without credentials it reads public data, and private calls name the settings that are missing.
 * @throws ToolkitError of category `usage` for a missing address (Polymarket has no demo) or credentials that are wrong.
 */
export async function createClient(venue: VenueId, options: ClientOptions): Promise<VenueClient> {
  const module = await modules[venue]()
  return module.connect(options)
}

/**
 * A venue's sockets, which connect by themselves and stay connected until they are closed.
 * @throws ToolkitError of category `usage` for a missing address, or credentials that are missing or wrong.
 */
export async function openStream(venue: VenueId, options: StreamOptions): Promise<VenueStream> {
  const module = await modules[venue]()
  return module.stream(options)
}

/** Reads what a venue said on a tape, with its own decoders. Nothing is connected to. */
export async function readTape(venue: VenueId, options: TapeReaderOptions): Promise<TapeReader> {
  const module = await modules[venue]()
  return module.readTape(options)
}

/** Public facts of the configured account that a recording must keep so that its replay computes the same order ids. */
export async function accountIdentity(venue: VenueId, values: CredentialValues): Promise<AccountIdentity> {
  const module = await modules[venue]()
  return module.identify(values)
}

/** The ids that the orders of a request's body can get, where they follow from the order; see `VenueModule`. */
export async function orderIdsOf(venue: VenueId, body: unknown): Promise<readonly (readonly string[])[]> {
  const module = await modules[venue]()
  return module.orderIdsOf?.(body) ?? []
}

/**
 * The ids that an order's request implies before its venue answers: a hash of what is signed, where that is the id. Empty
 * where the venue gives out ids.
 */
export async function loadImpliedOrderIds(): Promise<(venue: VenueId, requestBody: string) => readonly string[]> {
  const { loadOrderIds } = await import('./polymarket/order-ids.ts')
  const orderIds = await loadOrderIds()
  return (venue, requestBody) => (venue === 'polymarket' ? orderIds(requestBody) : [])
}

const probes: Readonly<Record<VenueId, () => Promise<Probe>>> = {
  kalshi: async () => (await import('./kalshi/probe.ts')).probeKalshi,
  polymarket: async () => (await import('./polymarket/probe.ts')).probePolymarket,
}

/** Whether a venue can be reached, and whether our account is fit to trade there. Reads only. */
export async function* probeVenue(venue: VenueId, options: ProbeOptions): AsyncGenerator<Finding> {
  const probe = await probes[venue]()
  yield* probe(options)
}
