import type { TypedDataDomain, TypedDataTypes, TypedDataValue } from './typed-data.ts'

export type Keccak256 = (bytes: Uint8Array) => Uint8Array

/** Hashes of typed data by EIP-712, of the field types that Polymarket uses. */
export interface TypedDataHash {
  readonly domainSeparator: (domain: TypedDataDomain) => Uint8Array
  /** Hash of one structure, without a domain. */
  readonly structHash: (primaryType: string, types: TypedDataTypes, value: TypedDataValue) => Uint8Array
  /** What is signed. The primary type is the first one in `types`. */
  readonly digest: (domain: TypedDataDomain, types: TypedDataTypes, value: TypedDataValue) => Uint8Array
}

type StructHasher = (value: TypedDataValue) => Uint8Array

const domainFields = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
] as const
const contractField = { name: 'verifyingContract', type: 'address' } as const

/**
 * What depends on types and domains alone is worked out once for each, and a field that has the value it had last is not
 * encoded again: an order then costs two hashes and what is new in it.
 */
export function typedDataHash(keccak256: Keccak256): TypedDataHash {
  const hashers = new WeakMap<TypedDataTypes, Map<string, StructHasher>>()
  const separators = new Map<string, Uint8Array>()

  function hasherOf(primaryType: string, types: TypedDataTypes): StructHasher {
    const known = hashers.get(types) ?? new Map<string, StructHasher>()
    hashers.set(types, known)
    const hasher = known.get(primaryType) ?? structHasher(keccak256, primaryType, types)
    known.set(primaryType, hasher)
    return hasher
  }

  function domainSeparator(domain: TypedDataDomain): Uint8Array {
    const id = JSON.stringify([domain.name, domain.version, domain.chainId, domain.verifyingContract])
    const known = separators.get(id)
    if (known !== undefined) return known
    const fields = domain.verifyingContract === undefined ? domainFields : [...domainFields, contractField]
    const separator = structHasher(keccak256, 'EIP712Domain', { EIP712Domain: fields })({ ...domain })
    separators.set(id, separator)
    return separator
  }

  // An order is hashed for its id, and once more to be signed. A hasher gives the very hash again that it gave last.
  let last: { readonly separator: Uint8Array; readonly struct: Uint8Array; readonly digest: Uint8Array } | null = null
  function digest(domain: TypedDataDomain, types: TypedDataTypes, value: TypedDataValue): Uint8Array {
    const [separator, struct] = [domainSeparator(domain), hasherOf(primaryOf(types), types)(value)]
    if (last === null || last.separator !== separator || last.struct !== struct)
      last = { separator, struct, digest: keccak256(Buffer.concat([PREFIX, separator, struct])) }
    return last.digest
  }

  return {
    domainSeparator,
    structHash: (primaryType, types, value) => hasherOf(primaryType, types)(value),
    digest,
  }
}

const PREFIX = Uint8Array.of(0x19, 0x01)

function primaryOf(types: TypedDataTypes): string {
  const [primary] = Object.keys(types)
  if (primary === undefined) throw new Error('typed data without types')
  return primary
}

function structHasher(keccak256: Keccak256, name: string, types: TypedDataTypes): StructHasher {
  const typeHash = toHex(keccak256(Buffer.from(typeText(name, types))))
  const words = fieldsOf(name, types).map((field) => ({
    name: field.name,
    encode: wordEncoder(keccak256, field.type, types),
  }))
  let last: { readonly hex: string; readonly hash: Uint8Array } = { hex: '', hash: new Uint8Array() }
  return (value) => {
    let hex = typeHash
    for (const word of words) hex += word.encode(value[word.name])
    if (hex !== last.hex) last = { hex, hash: keccak256(Buffer.from(hex, 'hex')) }
    return last.hash
  }
}

function fieldsOf(name: string, types: TypedDataTypes): TypedDataTypes[string] {
  const fields = types[name]
  if (fields === undefined) throw new Error(`typed data without the type ${name}`)
  return fields
}

/** The type as it is hashed: itself, then the types that it refers to by name. */
function typeText(name: string, types: TypedDataTypes): string {
  const referred = [...referredTypes(name, types)].filter((other) => other !== name).sort()
  return [name, ...referred]
    .map(
      (each) =>
        `${each}(${fieldsOf(each, types)
          .map((field) => `${field.type} ${field.name}`)
          .join(',')})`,
    )
    .join('')
}

function referredTypes(name: string, types: TypedDataTypes, found: Set<string> = new Set()): ReadonlySet<string> {
  if (found.has(name) || types[name] === undefined) return found
  found.add(name)
  for (const field of fieldsOf(name, types)) referredTypes(field.type, types, found)
  return found
}

/** A field as 64 hex digits. Whatever does not fit its type is refused: it could be signed as something else. */
function wordEncoder(keccak256: Keccak256, type: string, types: TypedDataTypes): (value: unknown) => string {
  if (types[type] !== undefined) {
    const hash = structHasher(keccak256, type, types)
    return (value) => toHex(hash(structOf(value)))
  }
  switch (type) {
    case 'uint256':
    case 'uint8': {
      const bits = BigInt(type.slice('uint'.length))
      return asLast((value) => integerWord(value, bits))
    }
    case 'address':
      return asLast((value) => hexWord(value, 40))
    case 'bytes32':
      return asLast((value) => hexWord(value, 64))
    case 'string':
      return asLast((value) => toHex(keccak256(Buffer.from(textOf(value), 'utf8'))))
    default:
      throw new Error(`typed data with a field of type ${type}, which is not supported`)
  }
}

/** The encoder of a field without parts: the wallet of an account, for one, is the same in all of its orders. */
function asLast(encode: (value: unknown) => string): (value: unknown) => string {
  let last: { readonly value: unknown; readonly word: string } | null = null
  return (value) => {
    if (last === null || last.value !== value) last = { value, word: encode(value) }
    return last.word
  }
}

function structOf(value: unknown): TypedDataValue {
  if (typeof value !== 'object' || value === null) throw new Error('typed data lacks a nested structure')
  return { ...value }
}

function integerWord(value: unknown, bits: bigint): string {
  const digits = typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : ''
  if (!/^\d{1,78}$/.test(digits))
    throw new Error('typed data lacks a number, or has one that is no plain exact integer')
  const integer = BigInt(digits)
  if (integer >> bits !== 0n) throw new Error(`typed data with a number beyond ${bits} bits`)
  return integer.toString(16).padStart(64, '0')
}

function hexWord(value: unknown, digits: number): string {
  const text = textOf(value)
  if (text.length !== digits + 2 || !/^0x[0-9a-fA-F]*$/.test(text)) {
    throw new Error(`typed data with ${JSON.stringify(text.slice(0, 70))}, which is not 0x and ${digits} hex digits`)
  }
  return text.slice(2).toLowerCase().padStart(64, '0')
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('typed data lacks a text')
  return value
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
