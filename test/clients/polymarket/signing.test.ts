import { expect } from 'chai'
import { loadPolymarketAccount, replayPolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { orderId } from '../../../src/clients/polymarket/order-hash.ts'
import { signOrder } from '../../../src/clients/polymarket/order-signature.ts'
import {
  exchangeDomain,
  type OrderStruct,
  type SignatureType,
  ZERO_BYTES32,
} from '../../../src/clients/polymarket/typed-data.ts'
import { TEST_ADDRESS, TEST_KEY, YES_TOKEN } from './builders.ts'

const exchange = '0xE111180000d2663C0091e4f400237545B87B996B'

function anOrder(signatureType: SignatureType = 0): OrderStruct {
  return {
    salt: '94869869970',
    maker: TEST_ADDRESS,
    signer: TEST_ADDRESS,
    tokenId: YES_TOKEN,
    makerAmount: '4500000',
    takerAmount: '10000000',
    side: 0,
    signatureType,
    timestamp: '1793073503914',
    metadata: ZERO_BYTES32,
    builder: ZERO_BYTES32,
  }
}

/** What the official software makes of orders and logins is in test/vectors. */
describe('polymarket order signing', () => {
  it('gives the same order another id under the other domain, and on another chain', async () => {
    const domains = [exchangeDomain('2', exchange), exchangeDomain('3', exchange), exchangeDomain('2', exchange, 80002)]
    const ids = await Promise.all(domains.map((domain) => orderId(anOrder(), domain)))
    expect(new Set(ids).size).to.equal(3)
  })

  it('wraps what a deposit wallet has to check into its signature', async () => {
    const { signTypedData } = await loadPolymarketAccount({ privateKey: TEST_KEY })
    const plain = await signOrder(anOrder(0), exchangeDomain('2', exchange), signTypedData)
    const wrapped = await signOrder(anOrder(3), exchangeDomain('2', exchange), signTypedData)
    expect(plain).to.match(/^0x[0-9a-f]{130}$/)
    // 65 bytes of signature, two hashes of 32, the type in 186 letters, and how many they are.
    expect(wrapped)
      .to.match(/^0x[0-9a-f]+00ba$/)
      .and.to.have.length(2 + 2 * (65 + 32 + 32 + 186 + 2))
  })

  it('of a replay keeps the recorded addresses and signs with nothing of value', async () => {
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
})
