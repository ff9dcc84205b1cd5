import type { VenueId } from '../../domain/market.ts'
import type { TapeAlias } from '../format/endpoints.ts'

/** Which environment a host belongs to, as a manifest names it: the one with the most at stake first. */
export const hostEnvironments = ['live', 'demo', 'sandbox'] as const
export type HostEnvironment = (typeof hostEnvironments)[number]

export interface KnownService extends TapeAlias {
  readonly environment: HostEnvironment
}

interface HostRow {
  readonly pattern: RegExp
  readonly venue: VenueId
  readonly service: string
  readonly basePath: string
  readonly environment: HostEnvironment
}

// Hosts that served a venue at some time, so that old recordings are recognised too. The first row that fits counts.
// Sources: the venues' references of 2026-11-20; trading-api.kalshi.com is the host of 2024.
const rows: readonly HostRow[] = [
  kalshi(/^(?:external-api(?:-ws)?\.demo|demo-api)\.kalshi\.co$/, 'demo'),
  kalshi(/^(?:external-api(?:-ws)?|api\.elections|trading-api|api)\.kalshi\.com$/, 'live'),
  polymarket(/^clob\.polymarket\.com$/, 'clob'),
  polymarket(/^gamma-api\.polymarket\.com$/, 'gamma'),
  polymarket(/^data-api\.polymarket\.com$/, 'data'),
  polymarket(/^ws-subscriptions-clob\.polymarket\.com$/, 'ws'),
]

function kalshi(pattern: RegExp, environment: HostEnvironment): HostRow {
  return { pattern, venue: 'kalshi', service: 'rest', basePath: '/trade-api/v2', environment }
}

function polymarket(pattern: RegExp, service: string): HostRow {
  return { pattern, venue: 'polymarket', service, basePath: '', environment: 'live' }
}

/**
 * Which service of which venue a URL belongs to, or null when it is no venue's. Addresses that this run is configured
 * with come first: a recording made against a sandbox or through a proxy is recognised by them.
 */
export function serviceOf(
  { url, service }: { readonly url: URL; readonly service: TapeAlias | null },
  configured: readonly KnownService[],
): KnownService | null {
  if (!/^(?:https?|wss?):$/.test(url.protocol)) return null
  if (service !== null) return { ...service, environment: environmentOfHost(url) }
  const own = configured.find(({ baseUrl }) => isBelow(url, new URL(baseUrl)))
  if (own !== undefined) return own
  const row = rows.find(({ pattern }) => pattern.test(url.hostname))
  if (row === undefined) return null
  const { venue, basePath, environment } = row
  // What lies beside the API, such as a website's own calls, is kept under its whole path.
  const isApi = url.pathname.startsWith(`${basePath}/`)
  return { venue, service: serviceFor(url, row.service), baseUrl: `${url.origin}${isApi ? basePath : ''}`, environment }
}

/** The environment of a service whose source names it itself. */
function environmentOfHost({ hostname }: URL): HostEnvironment {
  const row = rows.find(({ pattern }) => pattern.test(hostname))
  return row?.environment ?? (/^(?:localhost|127\.|\[::1\])/.test(hostname) ? 'sandbox' : 'live')
}

function serviceFor(url: URL, service: string): string {
  return /^wss?:$/.test(url.protocol) ? 'ws' : service
}

function isBelow(url: URL, base: URL): boolean {
  const basePath = base.pathname.replace(/\/+$/, '')
  return url.host === base.host && `${url.pathname}/`.startsWith(`${basePath}/`)
}
