import { Polly } from '@pollyjs/core'
import { SessionPersister } from '../record/session-persister.ts'
import { ForeignFetchAdapter } from './fetch-adapter.ts'
import type { ForeignTape } from './foreign-tape.ts'
import { tapGlobalSocket } from './global-socket.ts'
import { ForeignHttpAdapter } from './http-adapter.ts'

/** Puts what this process sends through `http`, `https` and the global `fetch` and `WebSocket` on a tape, until the process ends. */
export function switchOn(tape: ForeignTape): void {
  tapGlobalSocket(tape)
  new Polly('foreign program', {
    mode: 'record',
    adapters: [ForeignHttpAdapter, ForeignFetchAdapter],
    adapterOptions: { [ForeignHttpAdapter.id]: { tape }, [ForeignFetchAdapter.id]: { tape } },
    persister: SessionPersister,
    persisterOptions: { [SessionPersister.id]: { context: tape } },
    recordIfMissing: false,
    // Polly's default throws the recording away when one response is a 4xx.
    recordFailedRequests: true,
    // Its console would print requests.
    logLevel: 'silent',
    matchRequestsBy: { method: false, headers: false, body: false, url: false, order: false },
  })
}
