import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditKey } from './audit-key.ts'

/**
 * A seal is the last field of a journal line's JSON: `,"seal":"<key id>:<mac>"}`, its mac the HMAC-SHA-256, under the
 * journal's key, of the hash of the line before and the JSON without the seal. That hash covers every line before it, so
 * one valid seal proves all that precedes it against anybody without the key.
 */
export interface Seal {
  readonly keyId: string
  readonly mac: string
}

const FIELD = ',"seal":"'
const ID_LENGTH = 16
const MAC_LENGTH = 64
/** What a seal adds to a line, in bytes. */
export const SEAL_LENGTH = FIELD.length + ID_LENGTH + 1 + MAC_LENGTH + 1
/** The seal and the brace that ends the JSON. */
const TAIL_LENGTH = SEAL_LENGTH + 1
const SEAL = /^,"seal":"([0-9a-f]{16}):([0-9a-f]{64})"\}$/

/** The JSON text of an object with its seal as the last field. */
export function sealed(json: string, previousHash: string, key: AuditKey): string {
  const mac = keyedHash(key, previousHash, json).toString('hex')
  return `${json.slice(0, -1)}${FIELD}${key.id}:${mac}"}`
}

/** The seal of a line's JSON, or null when it has none. Quotes inside a string are escaped, so no content can look like one. */
export function sealIn(json: string): Seal | null {
  if (!json.startsWith(FIELD, json.length - TAIL_LENGTH)) return null
  const [, keyId, mac] = SEAL.exec(json.slice(-TAIL_LENGTH)) ?? []
  return keyId === undefined || mac === undefined ? null : { keyId, mac }
}

/** Whether a sealed JSON text was sealed with this key, after the line with this hash. */
export function sealHolds(json: string, { mac }: Seal, previousHash: string, key: AuditKey): boolean {
  const expected = keyedHash(key, previousHash, `${json.slice(0, -TAIL_LENGTH)}}`)
  return timingSafeEqual(expected, Buffer.from(mac, 'hex'))
}

/** HMAC-SHA-256 of a text. A context begins unlike any other: a hash in hex, or a word. */
export function keyedHash(key: AuditKey, context: string, text: string): Buffer {
  return createHmac('sha256', key.bytes)
    .update(context + text)
    .digest()
}
