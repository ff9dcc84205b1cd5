import { expect } from 'chai'
import { loadPolymarketAccount, type PolymarketAccount } from '../../src/clients/polymarket/account.ts'
import { immediateAmounts, limitAmounts, wholeCentStep } from '../../src/clients/polymarket/amounts.ts'
import { exchanges, POLYGON } from '../../src/clients/polymarket/contracts.ts'
import { type EncodedOrder, encodeOrder, orderBody } from '../../src/clients/polymarket/encode.ts'
import { loadEvm } from '../../src/clients/polymarket/evm.ts'
import { orderId } from '../../src/clients/polymarket/order-hash.ts'
import { signOrder } from '../../src/clients/polymarket/order-signature.ts'
import { routeToRecord } from '../../src/clients/polymarket/routing.ts'
import {
  type DomainVersion,
  exchangeDomain,
  orderTypeString,
  orderTypes,
  type SignatureType,
  type TypedDataDomain,
  type TypedDataTypes,
  type TypedDataValue,
  walletOrderTypes,
  walletOrderValue,
  ZERO_BYTES32,
} from '../../src/clients/polymarket/typed-data.ts'
import { parsePrice, parseQuantity, type Quantity } from '../../src/domain/amounts.ts'
import type { OrderIntent, TimeInForce } from '../../src/domain/order.ts'
import { uniformLadder } from '../../src/domain/tick-ladder.ts'
import { anIntent, marketFrom } from '../clients/polymarket/builders.ts'
import { sideOf, type WrittenAmounts, written } from './amount-cases.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case {
  readonly id: string
  readonly version: 1 | 2 | 3
  readonly chainId: number
  readonly privateKey: string
  readonly signerAddress: string
  readonly signatureType: SignatureType
  readonly funder: string
  readonly negRisk: boolean
  readonly tickSize: string
  readonly kind: 'limit' | 'market'
  readonly orderType: EncodedOrder['orderType']
  readonly postOnly: boolean
  readonly deferExec: boolean
  readonly input: {
    readonly tokenID: string
    readonly side: string
    readonly price: number
    readonly size?: number
    readonly amount?: number
    readonly expiration?: number
    readonly metadata?: string
    readonly builderCode?: string
    readonly taker?: string
    readonly nonce?: number
    readonly feeRateBps?: number
  }
  readonly salt: string
  readonly timestampMs: number
  readonly domain: TypedDataDomain & { readonly verifyingContract: string }
  readonly message: TypedDataValue
  readonly orderHash: string
  readonly signature: string
  readonly bodyJson: string
}

interface WalletCase extends Case {
  readonly poly1271: {
    readonly walletDomainName: string
    readonly walletDomainVersion: string
    readonly typedDataSignMessage: object
    readonly typedDataSignDigest: string
    readonly innerSignature: string
    readonly appDomainSeparator: string
    readonly contentsHash: string
  }
}

interface File {
  readonly poly1271: {
    readonly contentsType: string
    readonly contentsTypeBytes: number
    readonly lengthSuffixHex: string
  }
  readonly types: {
    readonly v1: TypedDataTypes
    readonly v2AndV3: TypedDataTypes
    readonly typedDataSign: TypedDataTypes
  }
  readonly cases: readonly Case[]
}

const timesInForce: Readonly<Record<EncodedOrder['orderType'], TimeInForce>> = {
  FAK: 'ioc',
  FOK: 'fok',
  GTC: 'gtc',
  GTD: 'gtd',
}
/** What the venue takes off a GTD order's life. */
const GTD_EARLY_S = 60

async function accountOf(one: Case): Promise<PolymarketAccount> {
  const { funder, signatureType, chainId } = one
  return { ...(await loadPolymarketAccount({ privateKey: one.privateKey })), funder, signatureType, chainId }
}

function amountsOf(one: Case): WrittenAmounts {
  const order = { side: sideOf(one.input), price: parsePrice(String(one.input.price)), tick: parsePrice(one.tickSize) }
  const given = parseQuantity(String(one.kind === 'limit' ? one.input.size : one.input.amount))
  return written(
    one.kind === 'limit' ? limitAmounts({ ...order, size: given }) : immediateAmounts({ ...order, amount: given }),
  )
}

/** Buys an amount of dollars, which need not be a count of shares at the limit as our orders are. */
function spends(one: Case): boolean {
  return one.kind === 'market' && sideOf(one.input) === 'buy'
}

function intentOf(one: Case, amounts: WrittenAmounts): OrderIntent {
  const [side, price] = [sideOf(one.input), parsePrice(String(one.input.price))]
  const shares = BigInt(side === 'buy' ? amounts.takerAmount : amounts.makerAmount)
  const { expiration } = one.input
  return anIntent({
    side,
    price,
    quantity: spends(one) ? wholeCentStep(price) : (shares as Quantity),
    timeInForce: timesInForce[one.orderType],
    expiresAt: expiration === undefined ? null : new Date((expiration - GTD_EARLY_S) * 1000).toISOString(),
    postOnly: one.postOnly,
    createdAtMs: one.timestampMs,
  })
}

/** The order as our client encodes it, with the salt of the case: ours follows from the client order id. */
function encode(one: Case, account: PolymarketAccount, domainVersion: DomainVersion): EncodedOrder {
  const { tokenID, metadata = ZERO_BYTES32, builderCode = ZERO_BYTES32 } = one.input
  const tokens = { yes: tokenID, no: (BigInt(tokenID) ^ 1n).toString() }
  const market = {
    ...marketFrom(),
    ladder: uniformLadder(parsePrice(one.tickSize)),
    routing: routeToRecord({ conditionId: `0x${'5d'.repeat(32)}`, domainVersion, negRisk: one.negRisk, tokens }),
  }
  const amounts = amountsOf(one)
  const encoded = encodeOrder(intentOf(one, amounts), market, account, 0)
  const struct = { ...encoded.struct, salt: one.salt, metadata, builder: builderCode, ...(spends(one) ? amounts : {}) }
  return { ...encoded, struct }
}

/** The owner in a body is the API key, which is not part of the order. */
function parsedBody(text: string): { readonly owner: string; readonly order: Readonly<Record<string, unknown>> } {
  return JSON.parse(text)
}

const remarks = ['meta', 'cases[].id', 'cases[].unifiedSdkAgrees']

describeVectors<File>('polymarket-orders', remarks, ({ poly1271, types, cases }) => {
  const living = cases.filter((one) => one.version !== 1)
  const dead = cases.filter((one) => one.version === 1)
  const ofDepositWallets = living.filter((one): one is WalletCase => one.signatureType === 3)
  const versionOf = (one: Case): DomainVersion => (one.version === 3 ? '3' : '2')

  it('have the types that we sign', () => {
    expect(orderTypes).to.deep.equal(types.v2AndV3)
    expect(walletOrderTypes).to.deep.equal(types.typedDataSign)
    expect(orderTypeString).to.equal(poly1271.contentsType)
    expect(Buffer.from(orderTypeString)).to.have.length(poly1271.contentsTypeBytes)
    expect(poly1271.lengthSuffixHex).to.equal(poly1271.contentsTypeBytes.toString(16).padStart(4, '0'))
  })

  it('cover every signature type under both living versions', () => {
    const seen = new Set(living.map((one) => `${one.version}/${one.signatureType}`))
    expect([...seen].sort()).to.deep.equal(['2/0', '2/1', '2/2', '2/3', '3/0', '3/1', '3/2', '3/3'])
  })

  it('are the orders that we encode', () =>
    eachCase(living, async (one) => {
      const account = await accountOf(one)
      expect(account.address).to.equal(one.signerAddress)
      expect(encode(one, account, versionOf(one)).struct).to.deep.equal(one.message)
    }))

  it('are for the exchanges that we trade on', () =>
    eachCase(living, async (one) => {
      const { domain } = encode(one, await accountOf(one), versionOf(one))
      // We trade on Polygon alone; on another chain the contracts differ, and the rest is the same.
      const { verifyingContract } = one.chainId === POLYGON ? domain : one.domain
      expect({ ...domain, verifyingContract }).to.deep.equal(one.domain)
    }))

  it('have the ids and signatures that we compute', () =>
    eachCase(living, async (one) => {
      const account = await accountOf(one)
      const { struct } = encode(one, account, versionOf(one))
      const domain = exchangeDomain(versionOf(one), one.domain.verifyingContract, one.chainId)
      expect(await orderId(struct, domain)).to.equal(one.orderHash)
      expect(await signOrder(struct, domain, account.signTypedData)).to.equal(one.signature)
    }))

  it('are sent in the bodies that we write, which never ask to defer an order', () =>
    eachCase(living, async (one) => {
      const theirs = parsedBody(one.bodyJson)
      const ours = orderBody(encode(one, await accountOf(one), versionOf(one)), one.signature, theirs.owner)
      expect({ ...JSON.parse(ours), deferExec: one.deferExec }).to.deep.equal(theirs)
    }))

  it('of deposit wallets are signed in the parts that we make', () =>
    eachCase(ofDepositWallets, async (one) => {
      const parts = one.poly1271
      const [evm, account] = [await loadEvm(), await accountOf(one)]
      const { struct } = encode(one, account, versionOf(one))
      const domain = exchangeDomain(versionOf(one), one.domain.verifyingContract, one.chainId)
      const value = walletOrderValue(struct, one.chainId)
      expect(value).to.deep.equal(parts.typedDataSignMessage)
      expect(value).to.include({ name: parts.walletDomainName, version: parts.walletDomainVersion })
      expect(evm.typedDataDigest(domain, walletOrderTypes, value)).to.equal(parts.typedDataSignDigest)
      expect(await account.signTypedData(domain, walletOrderTypes, value)).to.equal(parts.innerSignature)
      expect(evm.domainSeparator(domain)).to.equal(parts.appDomainSeparator)
      expect(evm.structHash('Order', orderTypes, { ...struct })).to.equal(parts.contentsHash)
    }))

  it('of the dead version are what they claim to be', () =>
    eachCase(dead, async (one) => {
      const [evm, account] = [await loadEvm(), await accountOf(one)]
      expect(account.address).to.equal(one.signerAddress)
      expect(one.domain).to.include({ version: '1', chainId: one.chainId })
      const { signatureType, funder: maker, signerAddress: signer, salt } = one
      const given = { signatureType, maker, signer, salt, tokenId: one.input.tokenID }
      expect(one.message).to.include({ ...amountsOf(one), ...given, side: sideOf(one.input) === 'buy' ? 0 : 1 })
      expect(evm.typedDataDigest(one.domain, types.v1, one.message)).to.equal(one.orderHash)
      expect(await account.signTypedData(one.domain, types.v1, one.message)).to.equal(one.signature)
      const { taker = `0x${'00'.repeat(20)}`, nonce = 0, feeRateBps = 0, expiration = 0 } = one.input
      expect(one.message).to.include({
        taker,
        nonce: String(nonce),
        feeRateBps: String(feeRateBps),
        expiration: String(expiration),
      })
      const { order, ...rest } = parsedBody(one.bodyJson)
      expect(order).to.deep.equal({
        ...one.message,
        salt: Number(one.salt),
        side: one.input.side,
        signature: one.signature,
      })
      const { deferExec, postOnly, orderType } = one
      expect(rest).to.deep.equal({ owner: rest.owner, deferExec, postOnly, orderType })
    }))

  it('of the dead version are nothing that we would send', () =>
    eachCase(dead, async (one) => {
      expect(Object.values(exchanges).map(String)).to.not.include(one.domain.verifyingContract)
      const account = await accountOf(one)
      for (const version of ['2', '3'] as const) {
        const encoded = encode(one, account, version)
        expect(encoded.struct.timestamp).to.equal(String(one.timestampMs))
        expect(await orderId(encoded.struct, encoded.domain)).to.not.equal(one.orderHash)
        expect(await signOrder(encoded.struct, encoded.domain, account.signTypedData)).to.not.equal(one.signature)
        const { order } = parsedBody(orderBody(encoded, one.signature, 'owner'))
        expect(order).to.not.have.any.keys('taker', 'nonce', 'feeRateBps')
      }
    }))
})
