import { loadRecording } from '../../capture/read/recording.ts'
import type { FaultOverride } from '../../capture/serve/fault-overrides.ts'
import { type Listener, listen } from '../../capture/serve/listener.ts'
import { type ServeReport, TapeServer, type TapeServerOptions } from '../../capture/serve/tape-server.ts'
import { orderIdsOf, venueSettings } from '../../clients/index.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { perVenue, type VenueId } from '../../domain/market.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'

/** Address of each of a venue's services, by its name in the settings. */
export type ServedUrls = Readonly<Record<string, string>>

/** What `capture serve` prints when it is ready. */
export interface TapeReadyJson extends Readonly<Record<VenueId, ServedUrls>> {
  readonly ready: true
  readonly sessions: readonly string[]
}

export interface ServeTapesOptions extends TapeServerOptions {
  readonly sessions: readonly string[]
  readonly captureDir: string
  /** The first of the ports; the services take one each. 0 for any. */
  readonly port: number
  readonly onReady: (ready: TapeReadyJson) => Promise<void> | void
  readonly clock?: Clock
}

/**
 * Serves recordings on loopback until the signal aborts, then says what was asked for and what was not.
 * @throws ToolkitError of category `usage` for a recording or a fault that does not exist, or a port that is taken.
 */
export async function serveTapes(options: ServeTapesOptions, signal: AbortSignal): Promise<ServeReport> {
  const recordings = options.sessions.map((session) => loadRecording(session, options.captureDir))
  refuseUnknownFaults(options.faults, recordings)
  const tapes = new TapeServer(recordings, { ...options, orderIdsOf })
  const listeners: Listener[] = []
  try {
    const urls = await listenAll(options, tapes, listeners)
    await options.onReady({ ready: true, sessions: recordings.map(({ session }) => session), ...urls })
    await aborted(signal)
    return tapes.finish()
  } finally {
    for (const listener of listeners) await listener.close()
  }
}

async function listenAll(
  { port, clock = systemClock }: ServeTapesOptions,
  tapes: TapeServer,
  listeners: Listener[],
): Promise<Readonly<Record<VenueId, ServedUrls>>> {
  const found: Readonly<Record<VenueId, Record<string, string>>> = perVenue(() => ({}))
  for (const { venue, urls } of Object.values(venueSettings)) {
    for (const { name, defaults } of urls) {
      const usual = new URL(defaults.live ?? 'http://127.0.0.1')
      const basePath = usual.pathname.replace(/\/+$/, '')
      const listener = await listen({
        service: { venue, service: name },
        basePath,
        port: port === 0 ? 0 : port + listeners.length,
        clock,
        tapes,
      })
      listeners.push(listener)
      const protocol = usual.protocol.startsWith('ws') ? 'ws' : 'http'
      found[venue][name] = `${protocol}://127.0.0.1:${listener.port}${basePath}`
    }
  }
  return found
}

/** A fault on an exchange that does not exist would never strike, and a test would believe that it had passed it. */
function refuseUnknownFaults(
  faults: readonly FaultOverride[],
  recordings: readonly ReturnType<typeof loadRecording>[],
): void {
  for (const { session, seq } of faults) {
    const fitting = recordings.filter(
      (one) => (session === null || one.session === session) && one.exchanges.some((exchange) => exchange.seq === seq),
    )
    if (fitting.length === 1) continue
    const which = `${session === null ? '' : `${session}/`}${seq}`
    throw new ToolkitError({
      code: 'FAULT_INVALID',
      category: 'usage',
      message: `--fault ${which}: ${fitting.length === 0 ? 'there is no such exchange' : 'several sessions have an exchange of this number'}. Nothing was served.`,
      suggestions: [`--fault SESSION/${seq}:reset`, 'crosstape capture show SESSION'],
    })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
