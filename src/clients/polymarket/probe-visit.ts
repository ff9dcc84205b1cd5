import { createTransport, type Transport } from '../http/transport.ts'
import { type Asked, ask, type ProbeOptions } from '../probe.ts'
import { readFailure } from './errors.ts'

export const services = ['clob', 'gamma', 'data'] as const
export type Service = (typeof services)[number]

export interface Visit {
  readonly options: ProbeOptions
  readonly transports: Readonly<Record<Service, Transport>>
}

export function startVisit(options: ProbeOptions): Visit {
  return {
    options,
    transports: {
      clob: transport(options, 'clob'),
      gamma: transport(options, 'gamma'),
      data: transport(options, 'data'),
    },
  }
}

function transport(options: ProbeOptions, service: string): Transport {
  return createTransport({ ...options, venue: 'polymarket', service, baseUrl: options.urls[service] ?? '' })
}

/** @throws VenueError for anything but a 2xx. */
export async function askPublic(
  { options, transports }: Visit,
  service: Service,
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const endpoint = path.replace(/^\//, '').replace(/\/0x.*$/, '')
  const asked = await ask(transports[service], options.clock, { path, query, endpoint, ...signalOf(options) })
  if (asked.reply.status < 200 || asked.reply.status > 299) throw readFailure(asked.reply, endpoint)
  return asked
}

export function signalOf({ signal }: ProbeOptions): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}
