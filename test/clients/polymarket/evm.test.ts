import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { getAddress, getCreate2Address, keccak256, TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { type Evm, loadEvm } from '../../../src/clients/polymarket/evm.ts'
import { loadCurve, loadEthersCurve, loadWasmCurve } from '../../../src/clients/polymarket/secp256k1.ts'
import {
  clobAuthDomain,
  clobAuthTypes,
  exchangeDomain,
  type OrderStruct,
  orderTypes,
  type TypedDataTypes,
  walletOrderTypes,
  walletOrderValue,
} from '../../../src/clients/polymarket/typed-data.ts'
import { builtChild } from '../../support/built.ts'

const child = join(import.meta.dirname, 'curve-child.ts')
const CURVE_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

function bytes(length: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength: length, maxLength: length })
}

function hex(length: number): fc.Arbitrary<string> {
  return bytes(length).map((content) => `0x${Buffer.from(content).toString('hex')}`)
}

function uint(bits: number): fc.Arbitrary<string> {
  const max = (1n << BigInt(bits)) - 1n
  return fc.oneof(fc.bigInt({ min: 0n, max }), fc.constantFrom(0n, 1n, max)).map(String)
}

function bytesOf(number: bigint): Uint8Array {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}

const privateKey = fc
  .oneof(
    fc.bigInt({ min: 1n, max: CURVE_ORDER - 1n }),
    fc.constantFrom(1n, 2n, CURVE_ORDER - 1n, CURVE_ORDER / 2n, CURVE_ORDER / 2n + 1n),
  )
  .map(bytesOf)

const order: fc.Arbitrary<OrderStruct> = fc.record({
  salt: uint(53),
  maker: hex(20),
  signer: hex(20),
  tokenId: uint(256),
  makerAmount: uint(256),
  takerAmount: uint(256),
  side: fc.constantFrom(0, 1),
  signatureType: fc.constantFrom(0, 1, 2, 3),
  timestamp: uint(64),
  metadata: hex(32),
  builder: hex(32),
})

/** ethers wants types that it may change. */
function ethersTypes(types: TypedDataTypes): Record<string, { name: string; type: string }[]> {
  return Object.fromEntries(
    Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]),
  )
}

describe('polymarket signing curve', () => {
  it('is WebAssembly where that runs', async () => {
    expect((await loadCurve()).source).to.equal('webassembly')
  })

  it('is that of ethers where WebAssembly cannot run, with the same signature', () => {
    const run = (...flags: string[]): { readonly source: string; readonly signature: string } =>
      JSON.parse(execFileSync(process.execPath, [...flags, builtChild(child)], { stdio: 'pipe' }).toString())
    const [without, having] = [run('--jitless'), run()]
    expect([without.source, having.source]).to.deep.equal(['ethers', 'webassembly'])
    expect({ ...without, source: '' }).to.deep.equal({ ...having, source: '' })
  })

  it('gives the same public keys and signatures in WebAssembly as in ethers', async () => {
    const [wasm, ethers] = await Promise.all([loadWasmCurve(), loadEthersCurve()])
    const digest = fc.oneof(bytes(32), fc.constantFrom(0n, 1n, CURVE_ORDER, (1n << 256n) - 1n).map(bytesOf))
    fc.assert(
      fc.property(privateKey, digest, (key, message) => {
        expect(Buffer.from(wasm.publicKey(key)).toString('hex')).to.equal(
          Buffer.from(ethers.publicKey(key)).toString('hex'),
        )
        expect(Buffer.from(wasm.sign(message, key)).toString('hex')).to.equal(
          Buffer.from(ethers.sign(message, key)).toString('hex'),
        )
      }),
      { numRuns: 60 },
    )
  })

  for (const load of [loadWasmCurve, loadEthersCurve]) {
    it(`refuses numbers that are no private key (${load.name})`, async () => {
      const curve = await load()
      for (const wrong of [0n, CURVE_ORDER, (1n << 256n) - 1n]) {
        expect(() => curve.publicKey(bytesOf(wrong))).to.throw()
        expect(() => curve.sign(new Uint8Array(32), bytesOf(wrong))).to.throw()
      }
    })
  }
})

describe('polymarket hashes', () => {
  let evm: Evm
  before(async () => {
    evm = await loadEvm()
  })

  it('of orders are those of ethers, for every exchange domain', () => {
    fc.assert(
      fc.property(order, fc.constantFrom('2', '3'), hex(20), fc.constantFrom(137, 80002), (one, version, at, chain) => {
        const domain = exchangeDomain(version, at, chain)
        expect(evm.domainSeparator(domain)).to.equal(TypedDataEncoder.hashDomain(domain))
        expect(evm.structHash('Order', orderTypes, { ...one })).to.equal(
          TypedDataEncoder.hashStruct('Order', ethersTypes(orderTypes), { ...one }),
        )
        expect(evm.typedDataDigest(domain, orderTypes, { ...one })).to.equal(
          TypedDataEncoder.hash(domain, ethersTypes(orderTypes), { ...one }),
        )
      }),
    )
  })

  it('of orders in the wrapping of a deposit wallet are those of ethers', () => {
    fc.assert(
      fc.property(order, hex(20), (one, at) => {
        const [domain, value] = [exchangeDomain('2', at), walletOrderValue(one, 137)]
        expect(evm.typedDataDigest(domain, walletOrderTypes, value)).to.equal(
          TypedDataEncoder.hash(domain, ethersTypes(walletOrderTypes), value),
        )
      }),
    )
  })

  it('of logins are those of ethers, whatever the text', () => {
    fc.assert(
      fc.property(hex(20), fc.string({ unit: 'grapheme' }), fc.nat(), (address, text, nonce) => {
        const value = { address, timestamp: text, nonce, message: text }
        expect(evm.typedDataDigest(clobAuthDomain(137), clobAuthTypes, value)).to.equal(
          TypedDataEncoder.hash(clobAuthDomain(137), ethersTypes(clobAuthTypes), value),
        )
      }),
    )
  })

  it('of bytes, addresses and contracts to be made are those of ethers', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), hex(20), hex(32), hex(32), (content, address, salt, code) => {
        expect(evm.keccak256(`0x${Buffer.from(content).toString('hex')}`)).to.equal(keccak256(content))
        expect(evm.checksum(address)).to.equal(getAddress(address))
        expect(evm.create2Address(address, salt, code)).to.equal(getCreate2Address(address, salt, code))
      }),
    )
  })

  const contract = `0x${'ab'.repeat(20)}`
  const whole: OrderStruct = {
    salt: '1',
    maker: contract,
    signer: contract,
    tokenId: '1',
    makerAmount: '1',
    takerAmount: '1',
    side: 0,
    signatureType: 0,
    timestamp: '1',
    metadata: `0x${'00'.repeat(32)}`,
    builder: `0x${'00'.repeat(32)}`,
  }
  for (const [what, wrong] of [
    ['a negative amount', { makerAmount: '-1' }],
    ['an amount beyond 256 bits', { makerAmount: String(1n << 256n) }],
    ['an amount with decimals', { makerAmount: '1.5' }],
    ['a number that is not exact', { makerAmount: 2 ** 60 }],
    ['a blank amount', { makerAmount: '' }],
    ['an amount in hexadecimal', { makerAmount: '0x10' }],
    ['a missing amount', { makerAmount: undefined }],
    ['a signature type beyond 8 bits', { signatureType: 256 }],
    ['a short address', { maker: '0x12' }],
    ['an address that is none', { maker: `0x${'zz'.repeat(20)}` }],
    ['bytes of another length', { builder: `0x${'00'.repeat(31)}` }],
  ] as const) {
    it(`are refused to an order with ${what}`, () => {
      expect(() => evm.structHash('Order', orderTypes, { ...whole, ...wrong })).to.throw()
    })
  }

  it('are refused to addresses with a wrong checksum, and to what is no address', () => {
    const address = getAddress(contract)
    const wrong = address.replace(/[a-f]/, (letter) => letter.toUpperCase())
    for (const text of [wrong, address.slice(0, -1), `${address}0`, '']) {
      expect(() => evm.checksum(text), text).to.throw()
    }
    expect(evm.checksum(address.toLowerCase())).to.equal(address)
  })
})
