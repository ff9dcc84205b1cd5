import { expect } from 'chai'
import { loadPolymarketAccount } from '../../src/clients/polymarket/account.ts'
import { loadEvm } from '../../src/clients/polymarket/evm.ts'
import { walletsOf } from '../../src/clients/polymarket/wallets.ts'
import { describeVectors, eachCase } from './folder.ts'

const kinds = ['proxyWallet', 'safeWallet', 'depositWallet', 'depositWalletLegacyUups'] as const
type PerKind<T> = Readonly<Record<(typeof kinds)[number], T>>

interface Case extends PerKind<string> {
  readonly privateKey: string
  readonly signer: string
  readonly verifiedWithSdk: PerKind<number>
}

describeVectors<{ cases: readonly Case[] }>('polymarket-wallets', ['meta'], ({ cases }) => {
  it('are derived by us as by the official software', () =>
    eachCase(cases, async (one) => {
      expect(walletsOf(await loadEvm(), one.signer)).to.deep.equal({
        proxy: one.proxyWallet,
        safe: one.safeWallet,
        deposit: one.depositWallet,
        depositLegacy: one.depositWalletLegacyUups,
      })
    }))

  it('sign under the type that the official software infers', () =>
    eachCase(cases, async (one) => {
      for (const kind of kinds) {
        const account = await loadPolymarketAccount({ privateKey: one.privateKey, funder: one[kind] })
        expect(account, kind).to.include({
          address: one.signer,
          funder: one[kind],
          signatureType: one.verifiedWithSdk[kind],
        })
      }
      // Nothing but these four.
      expect(Object.keys(one.verifiedWithSdk).sort()).to.deep.equal([...kinds].sort())
    }))
})
