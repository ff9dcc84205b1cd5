import type { Face } from './face.ts'
import { type Host, kalshiAccount, polymarketAccount } from './host.ts'
import type { KeyBook } from './kalshi/auth.ts'
import type { KalshiOwner } from './kalshi/context.ts'
import { createKalshiFace } from './kalshi/face.ts'
import { rateLimits } from './kalshi/rate-limit.ts'
import { createKalshiSockets } from './kalshi/socket.ts'
import type { KalshiKey, PolymarketKey } from './keys.ts'
import type { RateLimitSetting, SandboxOptions } from './options.ts'
import type { SocketFace } from './socket-face.ts'

export type PolymarketService = 'clob' | 'gamma' | 'data'

type PolymarketFaces = Readonly<Record<PolymarketService, Face>> & { readonly sockets: SocketFace }

export interface SandboxKeys {
  readonly ed25519: KalshiKey
  readonly rsa: KalshiKey | null
  readonly polymarket: PolymarketKey
}

/** The faces of the host in charge. Polymarket's are loaded when it is first called: they bring ethers along. */
export class VenueFaces {
  private kalshiFace: Face | null = null
  /** Outlives the faces: a reset of the exchange leaves keys as they are. */
  private readonly kalshiKeys: KeyBook
  private polymarketFaces: Promise<PolymarketFaces> | null = null

  constructor(
    private readonly host: () => Host,
    private readonly options: SandboxOptions,
    private readonly keys: SandboxKeys,
  ) {
    this.kalshiKeys = keyBook(keys)
  }

  /** Forgets the faces of a host that was replaced. */
  renew(): void {
    this.kalshiFace = null
    this.polymarketFaces = null
  }

  kalshi(): Face {
    this.kalshiFace ??= createKalshiFace(this.host(), this.kalshiOwner())
    return this.kalshiFace
  }

  async polymarket(service: PolymarketService): Promise<Face> {
    this.polymarketFaces ??= this.loadPolymarket()
    return (await this.polymarketFaces)[service]
  }

  kalshiSockets(): SocketFace {
    return createKalshiSockets({ host: this.host(), owner: this.kalshiOwner() })
  }

  async polymarketSockets(): Promise<SocketFace> {
    this.polymarketFaces ??= this.loadPolymarket()
    return (await this.polymarketFaces).sockets
  }

  private kalshiOwner(): KalshiOwner {
    const rateLimit = this.rateLimit()
    return {
      account: kalshiAccount,
      userId: this.keys.ed25519.apiKeyId,
      keys: this.kalshiKeys,
      limits: rateLimit === 'off' ? null : rateLimits[rateLimit],
      hostClock: this.options.clock,
      switches: this.host().switches,
    }
  }

  private rateLimit(): RateLimitSetting {
    return this.options.rateLimit ?? 'advanced'
  }

  private async loadPolymarket(): Promise<PolymarketFaces> {
    const { createPolymarketFaces } = await import('./polymarket/faces.ts')
    const { signerLimits } = await import('./polymarket/rate-limit.ts')
    const { address } = this.keys.polymarket
    const rateLimit = this.rateLimit()
    return createPolymarketFaces(this.host(), {
      account: polymarketAccount,
      address,
      funder: address,
      signatureType: 0,
      ...(rateLimit === 'off' ? {} : { limits: signerLimits[rateLimit] }),
    })
  }
}

function keyBook({ ed25519, rsa }: SandboxKeys): KeyBook {
  const keys: KeyBook = new Map()
  for (const key of rsa === null ? [ed25519] : [ed25519, rsa]) {
    keys.set(key.apiKeyId, { publicKey: key.publicKey, name: `sandbox ${keys.size + 1}`, scopes: ['read', 'write'] })
  }
  return keys
}
