import { type Agent, ClientRequest } from 'node:http'
import type { Socket } from 'node:net'
import { type AxiosAdapter, AxiosError } from 'axios'
import { hasListener, reached } from '../../runtime/milestones.ts'

/** Codes of attempts that never had a connection. */
export const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/**
 * Knows which connections of an agent ever stood. A request whose connection never did cannot have reached the venue,
 * whatever the error is called: a timeout while connecting is then told apart from one while waiting for the answer.
 */
export class ConnectionWatch {
  private readonly stood = new WeakMap<object, boolean>()
  /** The order action whose answer has not begun to arrive. Followed only while somebody listens to milestones. */
  private awaited: string | null = null

  constructor(private readonly venue: string) {}

  /** Follows every connection that the agent opens. */
  watch<A extends Agent>(agent: A): A {
    const open = agent.createConnection.bind(agent)
    agent.createConnection = (options, callback) => {
      const socket = open(options, callback)
      if (socket !== null && socket !== undefined) {
        this.stood.set(socket, false)
        if (hasListener()) socket.on('data', () => this.tellArrival())
        // Over TLS nothing of the request leaves before the handshake ends.
        socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => this.stood.set(socket, true))
      }
      return socket
    }
    return agent
  }

  /** The adapter, with the code of every failure before a connection stood changed to one that says so. */
  wrap(adapter: AxiosAdapter): AxiosAdapter {
    return async (config) => {
      const { crosstape: state } = config
      this.awaited = state === undefined || state.safe ? null : state.endpoint
      try {
        return await adapter(config)
      } catch (error) {
        if (error instanceof AxiosError && error.code !== AxiosError.ERR_CANCELED && this.neverConnected(error)) {
          error.code = 'ECONNREFUSED'
        }
        throw error
      }
    }
  }

  private tellArrival(): void {
    const { awaited } = this
    this.awaited = null
    if (awaited !== null) reached(`${this.venue}.${awaited}:arriving`)
  }

  private neverConnected(error: AxiosError): boolean {
    if (error.response !== undefined || NEVER_CONNECTED.has(error.code ?? '')) return false
    const request: unknown = error.request
    if (!(request instanceof ClientRequest)) return false
    const socket: Socket | null = request.socket
    // Only our own agent's sockets prove anything: through a proxy the socket is somebody else's.
    return socket !== null && this.stood.get(socket) === false
  }
}
