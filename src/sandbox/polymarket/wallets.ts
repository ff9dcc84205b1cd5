import type { SandboxHost } from '../face.ts'
import type { AccountId } from '../model.ts'
import type { PolymarketTrader } from './caller.ts'
import type { SignatureType } from './order-body.ts'

/** Wallets of the sandbox's signer that hold funds in its name: proxies, Safes and deposit wallets. One of each at most. */

const PREFIX = 'polymarket-wallet'
const walletTypes = [1, 2, 3] as const satisfies readonly SignatureType[]
type WalletType = (typeof walletTypes)[number]

/** The exchange account behind a wallet. Its name says all there is to know, so that wallets need no list of their own. */
export function walletAccount(signatureType: WalletType, funder: string): AccountId {
  return `${PREFIX}-${signatureType}-${funder}`
}

/** Null for accounts that are no such wallets. */
export function typeOfWallet(account: AccountId): WalletType | null {
  return walletTypes.find((type) => account.startsWith(`${PREFIX}-${type}-`)) ?? null
}

/** The wallets that were opened so far. */
export function openedWallets({ exchange }: SandboxHost, signer: string): readonly PolymarketTrader[] {
  return exchange.accounts().flatMap(({ id }) => {
    const signatureType = typeOfWallet(id)
    if (signatureType === null) return []
    return [{ account: id, signer, funder: id.slice(`${PREFIX}-${signatureType}-`.length), signatureType }]
  })
}
