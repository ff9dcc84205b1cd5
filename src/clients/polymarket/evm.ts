import { loadCurve } from './secp256k1.ts'
import type { TypedDataDomain, TypedDataTypes, TypedDataValue } from './typed-data.ts'
import { typedDataHash } from './typed-data-hash.ts'

/** The few Ethereum operations that orders and logins need. All byte values are 0x-hex. */
export interface Evm {
  /** Address in checksum case. @throws when the text is no address or its checksum is wrong. */
  checksum(address: string): string
  keccak256(bytes: string): string
  /** Address of the contract that a factory deploys from code with this hash. */
  create2Address(factory: string, salt: string, codeHash: string): string
  typedDataDigest(domain: TypedDataDomain, types: TypedDataTypes, value: TypedDataValue): string
  domainSeparator(domain: TypedDataDomain): string
  /** Hash of one structure, without a domain. */
  structHash(primaryType: string, types: TypedDataTypes, value: TypedDataValue): string
  /** @throws when the text is no private key. The error may name the key: it must not be passed on. */
  keyPair(privateKey: string): EvmKey
}

export interface EvmKey {
  readonly address: string
  /** 65 bytes: r, s, v. Deterministic (RFC 6979). */
  signDigest(digest: string): string
}

let loaded: Promise<Evm> | undefined

/** Loaded on first use: most commands sign nothing for Polymarket. */
export function loadEvm(): Promise<Evm> {
  loaded ??= load()
  return loaded
}

async function load(): Promise<Evm> {
  const [{ keccak_256: keccak256 }, curve] = await Promise.all([import('@noble/hashes/sha3.js'), loadCurve()])
  const hash = typedDataHash(keccak256)

  function checksum(address: string): string {
    const digits = /^(?:0x)?([0-9a-fA-F]{40})$/.exec(address)?.[1]
    if (digits === undefined) throw new Error('not an address: 0x and 40 hex digits were expected')
    const lower = digits.toLowerCase()
    const cased = checksumCase(lower, hexOf(keccak256(Buffer.from(lower, 'ascii'))).slice(2))
    const mixed = digits !== lower && digits !== digits.toUpperCase()
    if (mixed && digits !== cased) throw new Error('the checksum of this address is wrong')
    return `0x${cased}`
  }

  function keyPair(privateKey: string): EvmKey {
    const key = bytesOf(privateKey, 32)
    // The last 20 bytes of the hash of the public key without its leading 04.
    const address = checksum(hexOf(keccak256(curve.publicKey(key).subarray(1)).subarray(12)))
    return { address, signDigest: (digest) => hexOf(curve.sign(bytesOf(digest, 32), key)) }
  }

  return {
    checksum,
    keccak256: (bytes) => hexOf(keccak256(bytesOf(bytes))),
    create2Address: (factory, salt, codeHash) => {
      const parts = [Uint8Array.of(0xff), bytesOf(factory, 20), bytesOf(salt, 32), bytesOf(codeHash, 32)]
      return checksum(hexOf(keccak256(Buffer.concat(parts)).subarray(12)))
    },
    typedDataDigest: (domain, types, value) => hexOf(hash.digest(domain, types, value)),
    domainSeparator: (domain) => hexOf(hash.domainSeparator(domain)),
    structHash: (primaryType, types, value) => hexOf(hash.structHash(primaryType, types, value)),
    keyPair,
  }
}

/** EIP-55: a letter is a capital where the hash of the lower-case address has a digit of 8 or more. */
function checksumCase(lower: string, hash: string): string {
  return [...lower].map((digit, place) => ((hash[place] ?? '0') >= '8' ? digit.toUpperCase() : digit)).join('')
}

/** Bytes of 0x-hex, as many as told. The error does not repeat the text: it may be a key. */
function bytesOf(hex: string, length?: number): Uint8Array {
  const bytes = /^0x(?:[0-9a-fA-F]{2})*$/.test(hex) ? Buffer.from(hex.slice(2), 'hex') : null
  if (bytes === null || (length !== undefined && bytes.length !== length)) {
    throw new Error(length === undefined ? 'expected 0x-hex bytes' : `expected 0x and ${2 * length} hex digits`)
  }
  return bytes
}

function hexOf(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}`
}
