import dgram from 'node:dgram'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import { ToolkitError } from '../../domain/errors.ts'
import { systemClock } from '../../runtime/clock.ts'

/** A way out of the process that something tried while it was sealed. */
export interface SealedAttempt {
  /** E.g. `connect to 127.0.0.1:443`, `look up api.example.com`. */
  readonly what: string
}

export interface NetworkSeal {
  /** What was tried, in order. Whoever tried it was given an error, and may have swallowed it. */
  attempts(): readonly SealedAttempt[]
  /** Ends this seal. The process is open again when the last one is. */
  release(): void
}

interface Seals {
  readonly listeners: Set<(attempt: SealedAttempt) => void>
  open: (() => void) | null
}

const seals: Seals = { listeners: new Set(), open: null }

/**
 * From now on no socket leaves this process: connecting, sending datagrams and looking up names fail, whichever library asks.
 * Listening and what is connected already go on. For the length of a replay, in which nothing may reach a venue.
 */
export function sealNetwork(): NetworkSeal {
  const attempts: SealedAttempt[] = []
  const listener = (attempt: SealedAttempt): void => {
    attempts.push(attempt)
  }
  seals.listeners.add(listener)
  seals.open ??= close()
  return {
    attempts: () => [...attempts],
    release: () => {
      seals.listeners.delete(listener)
      if (seals.listeners.size > 0) return
      seals.open?.()
      seals.open = null
    },
  }
}

function refuse(what: string): ToolkitError {
  for (const listener of seals.listeners) listener({ what })
  return new ToolkitError({
    code: 'REPLAY_SEALED',
    category: 'drift',
    message: `A replay is running, and something tried to ${what}. It was stopped: nothing was sent.`,
    suggestions: ['Attach that client to the replay, or do it before the replay begins.'],
  })
}

/** Closes every way out. Returns what opens them again. */
function close(): () => void {
  const restores = [
    replace(net.Socket.prototype, 'connect', function (this: net.Socket, ...args) {
      return failSoon(this, refuse(`connect to ${addressOf(args)}`))
    }),
    ...(['connect', 'send'] as const).map((name) =>
      replace(dgram.Socket.prototype, name, (...args) =>
        failing(args, `send a datagram to ${addressOf(args.slice(-3))}`),
      ),
    ),
    ...namesOf(dns).map((name) => replace(dns, name, (...args) => failing(args, `look up ${String(args[0])}`))),
    ...namesOf(dns.promises).map((name) =>
      replace(dns.promises, name, (...args) => Promise.reject(refuse(`look up ${String(args[0])}`))),
    ),
    ...[dns.Resolver.prototype, dns.promises.Resolver.prototype].flatMap((prototype) =>
      namesOf(prototype).map((name) =>
        replace(prototype, name, (...args) => failing(args, `look up ${String(args[0])}`)),
      ),
    ),
  ]
  syncBuiltinESMExports()
  return () => {
    for (const restore of restores.reverse()) restore()
    syncBuiltinESMExports()
  }
}

/** As a connection that fails: a moment later, when its owner listens. Every client knows how to be told so. */
function failSoon(socket: net.Socket, error: Error): net.Socket {
  // What is written meanwhile waits for the connection, as it would for a real one.
  Reflect.set(socket, 'connecting', true)
  systemClock.sleep(0).then(() => socket.destroy(error))
  return socket
}

function replace(owner: object, name: string, by: (...args: unknown[]) => unknown): () => void {
  const before: unknown = Reflect.get(owner, name)
  Reflect.set(owner, name, by)
  return () => {
    Reflect.set(owner, name, before)
  }
}

/** `lookup`, `resolve`, `resolve4`, `reverse`, … as this version of Node has them. */
function namesOf(owner: object): readonly string[] {
  return Object.getOwnPropertyNames(owner).filter(
    (name) =>
      /^(?:lookup|lookupService|resolve.*|reverse)$/.test(name) && typeof Reflect.get(owner, name) === 'function',
  )
}

/** Fails as a call with a callback does, or by throwing where there is none. */
function failing(args: readonly unknown[], what: string): undefined {
  const error = refuse(what)
  const callback = args.at(-1)
  if (typeof callback !== 'function') throw error
  queueMicrotask(() => callback(error))
}

/** Of the many ways to say where a connection goes: options, a port and a host, a path, or what node itself made of them. */
function addressOf(args: readonly unknown[]): string {
  const [first, second] = args.flat()
  if (typeof first !== 'object' || first === null)
    return [second, first].filter((part) => typeof part === 'string' || typeof part === 'number').join(':')
  const path: unknown = Reflect.get(first, 'path')
  const port: unknown = Reflect.get(first, 'port')
  if (port === undefined || port === null) return String(path)
  return `${String(Reflect.get(first, 'host') ?? 'localhost')}:${String(port)}`
}
