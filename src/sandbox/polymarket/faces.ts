import type { Face, SandboxHost } from '../face.ts'
import type { AccountId } from '../model.ts'
import type { SocketAnswer, SocketFace } from '../socket-face.ts'
import { ApiKeys } from './api-keys.ts'
import type { PolymarketTrader } from './caller.ts'
import { createClobFace } from './clob.ts'
import type { ClobContext } from './context.ts'
import { createDataFace } from './data.ts'
import { createGammaFace } from './gamma.ts'
import { createLookup } from './lookup.ts'
import { MarketSession } from './market-socket.ts'
import type { SignatureType } from './order-body.ts'
import { polymarketSocketPath } from './paths.ts'
import type { SignerLimits } from './rate-limit.ts'
import { ReadonlyKeys } from './readonly-keys.ts'
import { UserSession } from './user-socket.ts'
import { openedWallets } from './wallets.ts'

export interface PolymarketOwner {
  readonly account: AccountId
  /** The signing EOA, checksummed. It is on the venue's list of plain EOAs that may trade. */
  readonly address: string
  /** The wallet that holds the funds: the EOA itself for type 0. */
  readonly funder: string
  readonly signatureType: SignatureType
  /** Further wallets of the same signer, each with an exchange account of its own. */
  readonly wallets?: readonly Omit<PolymarketTrader, 'signer'>[]
  /** Whether the signer's API key (nonce 0) is there already. Defaults to true. */
  readonly hasApiKey?: boolean
  /** What a signer may send. Absent: as much as it likes. */
  readonly limits?: SignerLimits
}

/** Logins on the user channel come as a message, so that every handshake is accepted. */
function createSockets(context: ClobContext): SocketFace {
  return {
    accept: ({ path }): SocketAnswer | null => {
      if (path === `${polymarketSocketPath}/market`) {
        return { kind: 'open', start: (wire) => new MarketSession(context, wire) }
      }
      if (path === `${polymarketSocketPath}/user`) {
        return { kind: 'open', start: (wire) => new UserSession(context, wire) }
      }
      return null
    },
  }
}

/** The services of Polymarket on one exchange. */
export function createPolymarketFaces(
  host: SandboxHost,
  owner: PolymarketOwner,
): { readonly clob: Face; readonly gamma: Face; readonly data: Face; readonly sockets: SocketFace } {
  const { account, address, funder, signatureType } = owner
  const known: readonly PolymarketTrader[] = [
    { account, signer: address, funder, signatureType },
    ...(owner.wallets ?? []).map((wallet) => ({ ...wallet, signer: address })),
  ]
  const traders = (): readonly PolymarketTrader[] => [...known, ...openedWallets(host, address)]
  const lookup = createLookup(host)
  const keys = new ApiKeys(host.seed, owner.hasApiKey === false ? [] : [address])
  const context: ClobContext = { host, traders, keys, readonlyKeys: new ReadonlyKeys(host.seed), lookup }
  return {
    clob: createClobFace(context, owner.limits ?? null),
    sockets: createSockets(context),
    gamma: createGammaFace(host, lookup),
    data: createDataFace({ host, traders, lookup }),
  }
}
