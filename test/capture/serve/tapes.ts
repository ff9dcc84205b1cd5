import { join } from 'node:path'
import type { AxiosInstance } from 'axios'
import type { TapeAlias } from '../../../src/capture/format/endpoints.ts'
import type { Tape } from '../../../src/capture/record/tape.ts'
import type { FaultOverride } from '../../../src/capture/serve/fault-overrides.ts'
import type { ServeReport } from '../../../src/capture/serve/tape-server.ts'
import { type ServeTapesOptions, serveTapes, type TapeReadyJson } from '../../../src/cli/recordings/tape-server.ts'
import { type Clock, systemClock } from '../../../src/runtime/clock.ts'
import { type Answer, json, makeInstance, openTestTape, temporaryFolder, Venue } from '../harness.ts'

export interface Tapes {
  readonly path: string
  /** Records what `act` sends to a server that gives `answer`, as a session. */
  record(session: string, answer: Answer, act: (recording: Recording) => Promise<void>, clock?: Clock): Promise<void>
  remove(): void
}

interface Recording {
  readonly tape: Tape
  /** Sends with an instance that is on the tape. */
  send(service: 'kalshi' | 'polymarket', method: string, path: string, body?: unknown): Promise<void>
}

/** Sessions in a folder of their own. */
export function makeTapes(): Tapes {
  const folder = temporaryFolder()
  return {
    path: folder.path,
    remove: () => folder.remove(),
    record: async (session, answer, act, clock = systemClock) => {
      const venue = await Venue.start(answer)
      const tape = await openTestTape(folder.path, { session, filter: 'all', clock })
      const instances: Readonly<Record<string, AxiosInstance>> = { kalshi: makeInstance(), polymarket: makeInstance() }
      for (const name of ['kalshi', 'polymarket'] as const) attach(tape, instances[name], venue[name])
      await act({
        tape,
        send: async (service, method, path, body) => {
          const url = `${venue[service].baseUrl}${path}`
          const data = body === undefined ? {} : { data: JSON.stringify(body) }
          const headers = { 'content-type': 'application/json' }
          await instances[service]?.request({ method, url, headers, ...data }).catch(() => undefined)
        },
      })
      await tape.close('done')
      await venue.stop()
    },
  }
}

function attach(tape: Tape, instance: AxiosInstance | undefined, alias: TapeAlias): void {
  if (instance !== undefined) tape.attach(instance, alias)
}

/** Answers everything with its own path and the count of what came before. */
export function counting(): Answer {
  let count = 0
  return (request, response) => {
    count += 1
    json(response, 200, { order_id: `o-${count}`, status: request.url })
  }
}

/** Serves while `use` runs, and hands over what became of it. */
export async function serving(
  tapes: Tapes,
  sessions: readonly string[],
  use: (ready: TapeReadyJson) => Promise<void>,
  options: Partial<ServeTapesOptions> & { readonly faults?: readonly FaultOverride[] } = {},
): Promise<ServeReport> {
  const stop = new AbortController()
  let failure: unknown = null
  const report = await serveTapes(
    {
      sessions,
      captureDir: join(tapes.path),
      mode: 'strict',
      latency: 0,
      faults: [],
      port: 0,
      ...options,
      onReady: async (ready) => {
        try {
          await use(ready)
        } catch (error) {
          failure = error
        }
        stop.abort()
      },
    },
    stop.signal,
  )
  if (failure !== null) throw failure
  return report
}

export interface Told {
  readonly status: number
  readonly body: unknown
}

/** As any program would ask. */
export async function ask(
  method: string,
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Told> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: await answer.json() }
}
