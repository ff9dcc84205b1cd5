import { createHash, hash } from 'node:crypto'
import type { AuditKey } from './audit-key.ts'
import { sealed } from './seal.ts'

/**
 * A line of the journal is `<hash> <json>\n`, its hash the SHA-256 of the previous line's hash and its own JSON bytes.
 * One value is checksum and chain: a changed, missing or moved line breaks it from there on. It needs no key, so every
 * process can tell a torn end; against people there is the seal inside the JSON (`seal.ts`).
 */
const HASH_LENGTH = 64
const NEWLINE = 0x0a
const SPACE = 0x20

/** What the first line of a journal is chained to. */
export const GENESIS = ''

export interface Line {
  readonly json: string
  readonly hash: string
}

function chainHash(previous: string, json: string | Uint8Array): string {
  // In one call where it can be: an order waits for those of its records.
  if (typeof json === 'string') return hash('sha256', previous + json)
  return createHash('sha256').update(previous).update(json).digest('hex')
}

/** The lines for these JSON texts, in one piece, and the hash of the last. Sealed when there is a key. */
export function encodeLines(
  previous: string,
  texts: readonly string[],
  key: AuditKey | null = null,
): { readonly text: string; readonly hash: string } {
  let last = previous
  let text = ''
  for (const json of texts) {
    const body = key === null ? json : sealed(json, last, key)
    last = chainHash(last, body)
    text += `${last} ${body}\n`
  }
  return { text, hash: last }
}

/** The line in these bytes (without the newline), or null when it does not continue the chain. */
export function decodeLine(bytes: Buffer, previous: string): Line | null {
  if (bytes.length < HASH_LENGTH + 2 || bytes[HASH_LENGTH] !== SPACE) return null
  const claimed = bytes.toString('latin1', 0, HASH_LENGTH)
  const json = bytes.subarray(HASH_LENGTH + 1)
  return chainHash(previous, json) === claimed ? { hash: claimed, json: json.toString('utf8') } : null
}

/**
 * True when intact records follow the first, damaged line of `tail`: then the damage is inside the journal and not its
 * torn end. A record counts as intact when its hash follows from any hash seen before it, also inside a line that lost
 * its newline.
 */
export function holdsIntactRecord(tail: Buffer, previous: string): boolean {
  const known: string[] = [previous]
  for (const start of recordStarts(tail)) {
    const end = tail.indexOf(NEWLINE, start)
    const claimed = tail.toString('latin1', start, start + HASH_LENGTH)
    const json = tail.subarray(start + HASH_LENGTH + 1, end < 0 ? tail.length : end)
    const computed = known.slice(0, 3).map((before) => chainHash(before, json))
    if (start > 0 && end >= 0 && known.some((before) => chainHash(before, json) === claimed)) return true
    // Both the claimed and the computed hash may be the right one: the damage is in the one or in the other.
    known.unshift(claimed, ...computed)
    known.length = Math.min(known.length, KNOWN_MAX)
  }
  return false
}

/** Enough for a few lines back; nearly always the line before decides. */
const KNOWN_MAX = 16
const RECORD_START = /[0-9a-f]{64} \{"/g

/** Where a record may begin: at every line, and inside a line that swallowed the next one. */
function recordStarts(tail: Buffer): readonly number[] {
  // One character a byte, so that indexes are byte offsets.
  const text = tail.toString('latin1')
  const starts = new Set<number>([0])
  for (const match of text.matchAll(RECORD_START)) starts.add(match.index)
  for (let at = tail.indexOf(NEWLINE); at >= 0; at = tail.indexOf(NEWLINE, at + 1)) {
    if (at + 1 < tail.length) starts.add(at + 1)
  }
  return [...starts].sort((a, b) => a - b)
}
