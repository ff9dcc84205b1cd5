import type { SandboxHost } from '../face.ts'
import type { AccountId } from '../model.ts'
import type { PolymarketTrader, SignatureType } from './context.ts'

/** Wallets of the sandbox's signer that hold funds in its name: proxies, Safes and deposit wallets. */

const PATTERN = /^polymarket-wallet-([123])-(0x[0-9a-fA-F]{40})$/

/** The exchange account behind a wallet. Its name says all there is to know, so that wallets need no list of their own. */
export function walletAccount(signatureType: Exclude<SignatureType, 0>, funder: string): AccountId {
  return `polymarket-wallet-${signatureType}-${funder}`
}

/** The wallets that were opened so far. */
export function openedWallets({ exchange }: SandboxHost, signer: string): readonly PolymarketTrader[] {
  return exchange.accounts().flatMap(({ id }) => {
    const [, type, funder] = PATTERN.exec(id) ?? []
    return type === undefined || funder === undefined
      ? []
      : [{ account: id, signer, funder, signatureType: signatureTypes[type] ?? 3 }]
  })
}

const signatureTypes: Readonly<Record<string, SignatureType>> = { '1': 1, '2': 2, '3': 3 }
