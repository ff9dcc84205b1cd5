import { expect } from 'chai'
import { loadPolymarketAccount, replayPolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { l1Headers } from '../../../src/clients/polymarket/auth-l1.ts'
import { l2Headers, l2Signature } from '../../../src/clients/polymarket/auth-l2.ts'
import { type EncodedOrder, orderBody } from '../../../src/clients/polymarket/encode.ts'
import { loadEvm } from '../../../src/clients/polymarket/evm.ts'
import { orderId } from '../../../src/clients/polymarket/order-hash.ts'
import { type SignTypedData, signOrder } from '../../../src/clients/polymarket/order-signature.ts'
import { exchangeOf } from '../../../src/clients/polymarket/routing.ts'
import {
  exchangeDomain,
  type OrderStruct,
  orderTypeString,
  type SignatureType,
} from '../../../src/clients/polymarket/typed-data.ts'
import { readVectors } from './vectors.ts'

interface OrderCase {
  readonly id: string
  readonly version: 1 | 2 | 3
  readonly chainId: number
  readonly privateKey: string
  readonly signatureType: SignatureType
  readonly negRisk: boolean
  readonly domain: { readonly verifyingContract: string }
  readonly message: OrderStruct
  readonly orderHash: string
  readonly signature: string
  readonly orderType: EncodedOrder['orderType']
  readonly postOnly: boolean
  readonly deferExec: boolean
  readonly input: { readonly expiration?: number }
  readonly bodyJson: string
  readonly poly1271?: { readonly innerSignature: string; readonly appDomainSeparator: string }
}

interface OrderVectors {
  readonly poly1271: { readonly contentsType: string }
  readonly cases: readonly OrderCase[]
}

const vectors = readVectors<OrderVectors>('orders')
const alive = vectors.cases.filter((one) => one.version !== 1)
const versionOf = (one: OrderCase): '2' | '3' => (one.version === 2 ? '2' : '3')

async function signerOf(privateKey: string): Promise<SignTypedData> {
  const evm = await loadEvm()
  const key = evm.keyPair(privateKey)
  return async (domain, types, value) => key.signDigest(evm.typedDataDigest(domain, types, value))
}

describe('polymarket order signing', () => {
  it('computes the id of every V2 and V3 order as the SDKs do', async () => {
    expect(alive.length).to.be.greaterThan(130)
    for (const one of alive) {
      const domain = exchangeDomain(versionOf(one), one.domain.verifyingContract, one.chainId)
      expect(await orderId(one.message, domain), one.id).to.equal(one.orderHash)
    }
  })

  it('picks the exchange contract that the SDKs sign for', () => {
    const polygon = alive.filter((one) => one.chainId === 137)
    for (const one of polygon) {
      expect(exchangeOf({ domainVersion: versionOf(one), negRisk: one.negRisk }), one.id).to.equal(
        one.domain.verifyingContract,
      )
    }
  })

  it('signs as the SDKs do, for EOA, proxy, Safe and deposit wallet', async () => {
    expect(new Set(alive.map((one) => one.signatureType))).to.deep.equal(new Set([0, 1, 2, 3]))
    for (const one of alive) {
      const domain = exchangeDomain(versionOf(one), one.domain.verifyingContract, one.chainId)
      expect(await signOrder(one.message, domain, await signerOf(one.privateKey)), one.id).to.equal(one.signature)
    }
  })

  it('gives an order of the dead V1 another id than V1 did, under either living domain', async () => {
    const dead = vectors.cases.filter((one) => one.version === 1)
    expect(dead.length).to.be.greaterThan(0)
    for (const one of dead) {
      const message: OrderStruct = {
        ...one.message,
        timestamp: '0',
        metadata: `0x${'00'.repeat(32)}`,
        builder: `0x${'00'.repeat(32)}`,
      }
      for (const version of ['2', '3'] as const) {
        const domain = exchangeDomain(version, one.domain.verifyingContract, one.chainId)
        expect(await orderId(message, domain), one.id).not.to.equal(one.orderHash)
      }
    }
  })

  it('gives the same order another id under the other domain', async () => {
    const one = alive[0]
    if (one === undefined) throw new Error('no vectors')
    const ids = await Promise.all(
      (['2', '3'] as const).map((version) =>
        orderId(one.message, exchangeDomain(version, one.domain.verifyingContract, one.chainId)),
      ),
    )
    expect(ids[0]).not.to.equal(ids[1])
  })

  it('spells the order type as the deposit wallet expects it', () => {
    expect(orderTypeString).to.equal(vectors.poly1271.contentsType)
  })

  it('writes the request body of every V2 and V3 order as the SDKs do', () => {
    for (const one of alive.filter((candidate) => !candidate.deferExec)) {
      const wanted = JSON.parse(one.bodyJson) as {
        readonly owner: string
        readonly order: { readonly expiration: string }
      }
      const body = orderBody(
        {
          struct: one.message,
          domain: exchangeDomain(versionOf(one), one.domain.verifyingContract, one.chainId),
          orderType: one.orderType,
          postOnly: one.postOnly,
          expiration: wanted.order.expiration,
        },
        one.signature,
        wanted.owner,
      )
      expect(JSON.parse(body), one.id).to.deep.equal(wanted)
    }
  })
})

describe('polymarket logins', () => {
  interface L1Case {
    readonly privateKey: string
    readonly chainId: number
    readonly timestamp: number
    readonly nonce: number
    readonly headers: Readonly<Record<string, string>>
  }
  interface L2Case {
    readonly apiKey: string
    readonly secret: string
    readonly passphrase: string
    readonly address: string
    readonly timestamp: number
    readonly method: string
    readonly path: string
    readonly body?: string
    readonly signature: string
    readonly headers: Readonly<Record<string, string>>
  }

  it('by wallet gives the headers of every vector', async () => {
    for (const one of readVectors<{ cases: L1Case[] }>('auth-l1').cases) {
      const signTypedData = await signerOf(one.privateKey)
      const address = (await loadEvm()).keyPair(one.privateKey).address
      const headers = await l1Headers({ address, chainId: one.chainId, signTypedData }, one.timestamp, one.nonce)
      expect(headers).to.deep.equal(one.headers)
    }
  })

  it('by API key gives the headers of every vector, in both base64 alphabets and without padding', () => {
    const cases = readVectors<{ cases: L2Case[] }>('auth-l2').cases
    expect(cases.length).to.equal(100)
    for (const one of cases) {
      const call = { timestampS: one.timestamp, method: one.method, path: one.path, body: one.body ?? '' }
      expect(l2Signature(one.secret, call)).to.equal(one.signature)
      expect(l2Headers(one, { ...call, address: one.address })).to.deep.equal(one.headers)
    }
  })

  it('of a replay keep the recorded addresses and sign with nothing of value', async () => {
    const identity = {
      address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
      funder: '0xBc0fF067b7740Eff76C1ca93c875Ba6B890d6B50',
      signatureType: 3,
    } as const
    const account = replayPolymarketAccount(identity)
    expect(account).to.include(identity)
    const signature = await account.signTypedData({ name: '', version: '', chainId: 137 }, {}, {})
    expect(signature).to.match(/^0x0{130}$/)
  })

  it('of a loaded key sign what the key signs', async () => {
    const one = alive.find((candidate) => candidate.signatureType === 0)
    if (one === undefined) throw new Error('no vectors')
    const account = await loadPolymarketAccount({ privateKey: one.privateKey })
    const domain = exchangeDomain(versionOf(one), one.domain.verifyingContract, one.chainId)
    expect(await signOrder(one.message, domain, account.signTypedData)).to.equal(one.signature)
  })
})
