import { WebSocket } from 'ws'
import { type Finding, failed, passed } from '../probe.ts'

export interface SocketProbe {
  readonly check: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Sent once it is open, with the answer that proves that somebody is there. Absent: opening proves it. */
  readonly ping?: { readonly send: string; readonly expect: string }
  readonly signal?: AbortSignal
}

type Ending =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'lost'; readonly reason: string }

/** Opens a socket, waits for a sign of life and closes it again. */
export async function probeSocket(probe: SocketProbe): Promise<Finding> {
  const { host } = new URL(probe.url)
  const ending = await openOnce(probe)
  switch (ending.kind) {
    case 'open':
      return passed(probe.check, `${host} opens`)
    case 'refused':
      return ending.status === 401 || ending.status === 403
        ? failed(
            probe.check,
            'configuration',
            `${host} refuses the login (${ending.status})`,
            'Check the credentials and the clock.',
          )
        : failed(
            probe.check,
            'unreachable',
            `${host} answered ${ending.status} instead of opening a socket`,
            'Check the socket address.',
          )
    case 'lost':
      return failed(
        probe.check,
        'unreachable',
        `${host} cannot be reached: ${ending.reason}`,
        'Check the network and the socket address.',
      )
  }
}

function openOnce({ url, headers, timeoutMs, ping, signal }: SocketProbe): Promise<Ending> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers: { ...headers }, handshakeTimeout: timeoutMs })
    const give = (): void => end({ kind: 'lost', reason: 'given up' })
    const timer = AbortSignal.timeout(timeoutMs)
    const late = (): void => end({ kind: 'lost', reason: `no sign of life within ${timeoutMs} ms` })
    function end(ending: Ending): void {
      timer.removeEventListener('abort', late)
      signal?.removeEventListener('abort', give)
      resolve(ending)
      socket.terminate()
    }
    timer.addEventListener('abort', late)
    signal?.addEventListener('abort', give)
    // After the first ending nothing matters any more, but an error without a listener would end the process.
    socket.on('error', (error) => end({ kind: 'lost', reason: error.message }))
    socket.on('unexpected-response', (_request, response) => end({ kind: 'refused', status: response.statusCode ?? 0 }))
    socket.on('close', () => end({ kind: 'lost', reason: 'it was closed at once' }))
    socket.on('open', () => (ping === undefined ? end({ kind: 'open' }) : socket.send(ping.send)))
    socket.on('message', (message) => {
      if (ping !== undefined && String(message).includes(ping.expect)) end({ kind: 'open' })
    })
  })
}
