import { join } from 'node:path'
import type { VenueId } from '../domain/market.ts'
import { freshSeed } from '../runtime/random.ts'
import { controlPrefix, createControlFace } from './control.ts'
import type { Face } from './face.ts'
import { Host } from './host.ts'
import { type FaceServer, listen } from './http-server.ts'
import { kalshiPrefix } from './kalshi/routing.ts'
import { kalshiSocketPath } from './kalshi/socket.ts'
import { type KalshiKey, KeyRing } from './keys.ts'
import { acquireLock, type HeldLock } from './lock.ts'
import type { SandboxOptions } from './options.ts'
import { polymarketSocketPath } from './polymarket/paths.ts'
import { SocketServer } from './socket-server.ts'
import { fileStore, memoryStore, type StateStore } from './state-files.ts'
import { VenueFaces } from './venue-faces.ts'

interface KalshiCredentials {
  readonly apiKeyId: string
  readonly privateKeyPem: string
  /** Null when nothing is kept on disk. */
  readonly privateKeyPath: string | null
}

/** Where everything is, and who we are there. Nothing of value hangs on these keys. */
export interface RunningSandbox {
  readonly kalshi: KalshiCredentials & {
    readonly rest: string
    readonly ws: string
    /** The key that is quick to sign with, the same as above unless `rsa` was asked for. */
    readonly ed25519: KalshiCredentials
  }
  readonly polymarket: {
    readonly clob: string
    readonly gamma: string
    readonly data: string
    readonly ws: string
    /** Where the question of the region is asked. */
    readonly geoblock: string
    readonly privateKey: string
    readonly funder: string
    readonly signatureType: 0
  }
  /** Base URL of the control interface. */
  readonly control: string
  /** Tells this run apart from an earlier one at the same address. */
  readonly instance: string
  close(): Promise<void>
}

/**
 * Hosts both simulated venues on loopback until `close`. One process at a time may host a data directory.
 * @throws ToolkitError SANDBOX_BUSY, SANDBOX_UNWRITABLE, SANDBOX_STATE_UNREADABLE or PORT_IN_USE.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const folder = options.dataDir === null ? null : join(options.dataDir, 'sandbox')
  const store = folder === null ? memoryStore : fileStore(folder)
  const lock = folder === null ? null : await acquireLock(join(folder, 'lock'))
  try {
    return await hostSandbox(options, folder, store, lock)
  } catch (error) {
    lock?.release()
    throw error
  }
}

async function hostSandbox(
  options: SandboxOptions,
  folder: string | null,
  store: StateStore,
  lock: HeldLock | null,
): Promise<RunningSandbox> {
  const createCatalogue = options.createCatalogue ?? (await import('./catalogue/catalogue.ts')).createCatalogue
  const startHost = (): Host =>
    new Host({ store, clock: options.clock, createCatalogue, freshSeed: () => options.seed ?? freshSeed() })
  if (options.fresh === true) store.reset()
  const keyRing = new KeyRing(folder === null ? null : join(folder, 'keys'))
  const polymarketKey = await keyRing.polymarket()
  const ed25519 = keyRing.ed25519()
  const rsa = options.rsa === true ? await keyRing.rsa() : keyRing.existingRsa()
  let host = startHost()
  const faces = new VenueFaces(() => host, options, { ed25519, rsa, polymarket: polymarketKey })
  const instance = freshSeed().slice(0, 16)
  const sockets = socketServers(() => host, faces)
  const control = createControlFace({
    host: () => host,
    instance,
    reset: () => {
      // Faults and switches go with the old host, keys stay: clients keep working.
      host.retire()
      store.reset()
      host = startHost()
      faces.renew()
      for (const server of Object.values(sockets)) server.reset()
    },
  })
  const servers = await startServers(options, () => host, faces, control, sockets)
  const [kalshi, clob, gamma, data] = servers.map((server) => server.origin)
  const shown = options.rsa === true && rsa !== null ? rsa : ed25519
  return {
    kalshi: {
      rest: `${kalshi}${kalshiPrefix}`,
      ws: `${socketOrigin(kalshi)}${kalshiSocketPath}`,
      ...credentialsOf(shown),
      ed25519: credentialsOf(ed25519),
    },
    polymarket: {
      clob: clob ?? '',
      gamma: gamma ?? '',
      data: data ?? '',
      ws: `${socketOrigin(clob)}${polymarketSocketPath}`,
      geoblock: gamma ?? '',
      privateKey: polymarketKey.privateKey,
      funder: polymarketKey.address,
      signatureType: 0,
    },
    control: `${kalshi}${controlPrefix}`,
    instance,
    close: async () => {
      await Promise.all(servers.map((server) => server.close()))
      host.close()
      lock?.release()
    },
  }
}

function credentialsOf(key: KalshiKey): KalshiCredentials {
  return { apiKeyId: key.apiKeyId, privateKeyPem: key.privateKeyPem, privateKeyPath: key.privateKeyPath }
}

type SocketServers = Readonly<Record<VenueId, SocketServer>>

/** The sockets share the address of each venue's order service. */
function socketServers(host: () => Host, faces: VenueFaces): SocketServers {
  return {
    kalshi: new SocketServer({ venue: 'kalshi', host, face: () => faces.kalshiSockets() }),
    polymarket: new SocketServer({ venue: 'polymarket', host, face: () => faces.polymarketSockets() }),
  }
}

function socketOrigin(origin: string | undefined): string {
  return (origin ?? '').replace('http:', 'ws:')
}

/** Kalshi with the control interface, then Polymarket's services, on ports that follow when the first one is given. */
async function startServers(
  options: SandboxOptions,
  host: () => Host,
  faces: VenueFaces,
  control: Face,
  sockets: SocketServers,
): Promise<readonly FaceServer[]> {
  const first = options.port ?? 0
  const start = (
    venue: string,
    offset: number,
    face: () => Face | Promise<Face>,
    socketServer?: SocketServer,
  ): Promise<FaceServer> =>
    listen({
      venue,
      port: first === 0 ? 0 : first + offset,
      clock: options.clock,
      faults: () => host().faults,
      face,
      afterReply: () => host().compact(),
      ...(socketServer === undefined ? {} : { sockets: socketServer }),
      ...(offset === 0 ? { aside: { prefix: `${controlPrefix}/`, face: control } } : {}),
    })
  const started = await Promise.allSettled([
    start('kalshi', 0, () => faces.kalshi(), sockets.kalshi),
    start('polymarket', 1, () => faces.polymarket('clob'), sockets.polymarket),
    start('polymarket', 2, () => faces.polymarket('gamma')),
    start('polymarket', 3, () => faces.polymarket('data')),
  ])
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = started.find((one) => one.status === 'rejected')
  if (failed !== undefined) {
    await Promise.all(servers.map((server) => server.close()))
    throw failed.reason
  }
  return servers
}
