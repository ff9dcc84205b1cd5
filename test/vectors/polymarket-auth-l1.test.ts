import { expect } from 'chai'
import { loadPolymarketAccount } from '../../src/clients/polymarket/account.ts'
import { l1Headers } from '../../src/clients/polymarket/auth-l1.ts'
import { loadEvm } from '../../src/clients/polymarket/evm.ts'
import { clobAuthDomain, clobAuthTypes, type TypedDataValue } from '../../src/clients/polymarket/typed-data.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case {
  readonly privateKey: string
  readonly address: string
  readonly chainId: number
  readonly timestamp: number
  readonly nonce: number
  readonly domain: object
  readonly types: object
  readonly message: TypedDataValue
  readonly digest: string
  readonly headers: Readonly<Record<string, string>>
}

describeVectors<{ cases: readonly Case[] }>('polymarket-auth-l1', ['meta'], ({ cases }) => {
  it('are hashed by us as by the official software', () =>
    eachCase(cases, async (one) => {
      expect(clobAuthDomain(one.chainId)).to.deep.equal(one.domain)
      expect(clobAuthTypes).to.deep.equal(one.types)
      const evm = await loadEvm()
      expect(evm.typedDataDigest(clobAuthDomain(one.chainId), clobAuthTypes, one.message)).to.equal(one.digest)
    }))

  it('become the headers that the official software sends', () =>
    eachCase(cases, async (one) => {
      const account = await loadPolymarketAccount({ privateKey: one.privateKey })
      expect(account.address).to.equal(one.address)
      const headers = await l1Headers({ ...account, chainId: one.chainId }, one.timestamp, one.nonce)
      expect(headers).to.deep.equal(one.headers)
    }))
})
