import type { TypedDataDomain, TypedDataTypes, TypedDataValue } from './typed-data.ts'

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

/**
 * The only importer of ethers, on first use: it takes about as long to load as all else in a command. The parts taken
 * leave out its providers and contracts.
 */
export function loadEvm(): Promise<Evm> {
  loaded ??= load()
  return loaded
}

type MutableTypes = Record<string, { name: string; type: string }[]>

function mutable(types: TypedDataTypes): MutableTypes {
  return Object.fromEntries(
    Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]),
  )
}

async function load(): Promise<Evm> {
  const [{ TypedDataEncoder }, { keccak256, SigningKey }, { getAddress, getCreate2Address }] = await Promise.all([
    import('ethers/hash'),
    import('ethers/crypto'),
    import('ethers/address'),
  ])
  return {
    checksum: getAddress,
    keccak256: (bytes) => keccak256(bytes),
    create2Address: getCreate2Address,
    typedDataDigest: (domain, types, value) => TypedDataEncoder.hash(domain, mutable(types), { ...value }),
    domainSeparator: (domain) => TypedDataEncoder.hashDomain(domain),
    structHash: (primaryType, types, value) => TypedDataEncoder.hashStruct(primaryType, mutable(types), { ...value }),
    keyPair: (privateKey) => {
      const key = new SigningKey(privateKey)
      // Address: the last 20 bytes of the hash of the public key without its 04 prefix.
      const address = getAddress(`0x${keccak256(`0x${key.publicKey.slice(4)}`).slice(-40)}`)
      return { address, signDigest: (digest) => key.sign(digest).serialized }
    },
  }
}
