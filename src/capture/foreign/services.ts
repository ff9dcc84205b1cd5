import type { TapeAlias } from '../format/endpoints.ts'

/** One face of a venue under an address at which a foreign program may reach it. */
export interface ForeignService extends TapeAlias {
  /** E.g. `live`: what a recording of traffic to this address says that it was. */
  readonly environment: string
}

/**
 * Which venue's service a URL belongs to; null for anything else in the world. A socket's handshake is looked for under
 * its `ws:` address. The longest address that fits counts: services can share a host.
 */
export function findService(services: readonly ForeignService[], url: URL): ForeignService | null {
  const fitting = services.filter(({ baseUrl }) => isUnder(new URL(baseUrl), url))
  return fitting.sort((a, b) => new URL(b.baseUrl).pathname.length - new URL(a.baseUrl).pathname.length)[0] ?? null
}

function isUnder(base: URL, url: URL): boolean {
  if (httpOriginOf(base) !== httpOriginOf(url)) return false
  const path = base.pathname.replace(/\/+$/, '')
  return url.pathname === path || url.pathname.startsWith(`${path}/`)
}

function httpOriginOf(url: URL): string {
  return `${url.protocol.replace(/^ws/, 'http')}//${url.host}`
}
