import { depositWalletTargets, walletCodeHashes, walletFactories } from './contracts.ts'
import type { Evm } from './evm.ts'
import type { SignatureType } from './typed-data.ts'

/** Addresses of the wallets that one key can own. They exist on chain only once deployed. */
export interface OwnedWallets {
  readonly proxy: string
  readonly safe: string
  /** Behind the beacon: what the venue makes since 2026. */
  readonly deposit: string
  /** Fixed implementation: older deposit wallets. */
  readonly depositLegacy: string
}

// Creation code of Solady's ERC-1967 proxies with arguments; 0x92 and 0x7d count the runtime plus 64 bytes of arguments.
const BEACON_CODE = {
  head: '6100923d8160233d3973',
  tail:
    '60195155f3363d3d373d3d363d602036600436635c60da1b60e01b36527f' +
    'a3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50' +
    '545afa5036515af43d6000803e604d573d6000fd5b3d6000f3',
}
const IMPLEMENTATION_CODE = {
  head: '61007d3d8160233d3973',
  tail:
    '60095155f3363d3d373d3d363d7f360894a13ba1a3210667c828492db98dca3e2076' +
    'cc3735a920a3ca505d382bbc545af43d6000803e6038573d6000fd5b3d6000f3',
}

function bare(hex: string): string {
  return hex.toLowerCase().replace(/^0x/, '')
}

function word(address: string): string {
  return bare(address).padStart(64, '0')
}

/** The wallets of a key, by CREATE2. Checked against the official SDK (`polymarket-wallets.json`). */
export function walletsOf(evm: Evm, owner: string): OwnedWallets {
  const args = word(walletFactories.deposit) + word(owner)
  const deposit = (code: { readonly head: string; readonly tail: string }, target: string): string =>
    evm.create2Address(
      walletFactories.deposit,
      evm.keccak256(`0x${args}`),
      evm.keccak256(`0x${code.head}${bare(target)}${code.tail}${args}`),
    )
  return {
    proxy: evm.create2Address(walletFactories.proxy, evm.keccak256(owner), walletCodeHashes.proxy),
    safe: evm.create2Address(walletFactories.safe, evm.keccak256(`0x${word(owner)}`), walletCodeHashes.safe),
    deposit: deposit(BEACON_CODE, depositWalletTargets.beacon),
    depositLegacy: deposit(IMPLEMENTATION_CODE, depositWalletTargets.implementation),
  }
}

/** The signature type under which a wallet of this key signs, or null when the wallet is none of the known kinds. */
export function signatureTypeOf(funder: string, owner: string, wallets: OwnedWallets): SignatureType | null {
  if (funder === owner) return 0
  if (funder === wallets.proxy) return 1
  if (funder === wallets.safe) return 2
  return funder === wallets.deposit || funder === wallets.depositLegacy ? 3 : null
}
