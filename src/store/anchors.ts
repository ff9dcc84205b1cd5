import { timingSafeEqual } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { wholeNumber } from './amount-schema.ts'
import type { AuditKey } from './audit-key.ts'
import { isMissing, makeDirectory, syncDirectory } from './files.ts'
import { withLock } from './lock.ts'
import { keyedHash } from './seal.ts'

/**
 * Where the journal ended when a session ended. Kept outside the journal, and never removed: a record that an anchor has
 * seen cannot be cut off unnoticed, also not when new records have been written in its place.
 */
export interface Anchor {
  readonly seq: number
  /** Of that record's line. */
  readonly hash: string
  /** RFC 3339. */
  readonly time: string
}

/** A line of the anchors' file. */
export interface PlacedAnchor extends Anchor {
  readonly line: number
  /** `foreign`: made with a key that is not here. */
  readonly proof: 'holds' | 'broken' | 'foreign'
}

const NEWLINE = 0x0a
/** Room for a few anchors. */
const TAIL_BYTES = 2_048

const anchorSchema = v.strictObject({
  seq: wholeNumber,
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  time: v.string(),
  key: v.string(),
  mac: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
})

export function anchorsFile(auditDirectory: string): string {
  return join(auditDirectory, 'anchors.jsonl')
}

/** Adds an anchor. Durable when it resolves. */
export async function appendAnchor(auditDirectory: string, key: AuditKey, anchor: Anchor): Promise<void> {
  await makeDirectory(auditDirectory)
  const { seq, hash, time } = anchor
  const line = `${JSON.stringify({ seq, hash, time, key: key.id, mac: macOf(key, anchor).toString('hex') })}\n`
  await withLock(join(auditDirectory, 'lock'), async () => {
    const handle = await open(anchorsFile(auditDirectory), 'a+', 0o600)
    try {
      const { size } = await handle.stat()
      // A crash may have torn the line before: it must not take this one with it.
      const torn = size > 0 && (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] !== NEWLINE
      await handle.appendFile(torn ? `\n${line}` : line)
      await handle.datasync()
      if (size === 0) syncDirectory(auditDirectory)
    } finally {
      await handle.close()
    }
  })
}

/**
 * The newest anchor, or null: what a start holds its journal against. Its proof is not checked, so it is good for a
 * warning and no more.
 */
export async function newestAnchor(auditDirectory: string): Promise<Anchor | null> {
  const handle = await openIfThere(anchorsFile(auditDirectory))
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    const from = Math.max(0, size - TAIL_BYTES)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, from)
    const lines = buffer.toString('latin1', 0, bytesRead).split('\n')
    // The first may be the rest of one, the last that of a crash.
    const anchors = lines.flatMap((text) => decodeAnchor(text, 0, null) ?? [])
    return anchors.at(-1) ?? null
  } finally {
    await handle.close()
  }
}

/** All anchors, in the order they were made, and how many lines were none (torn by a crash, or damaged). */
export async function readAnchors(
  auditDirectory: string,
  key: AuditKey | null,
): Promise<{ readonly anchors: readonly PlacedAnchor[]; readonly unreadable: number }> {
  const anchors: PlacedAnchor[] = []
  let unreadable = 0
  for (const [index, text] of (await linesOf(anchorsFile(auditDirectory))).entries()) {
    const anchor = decodeAnchor(text, index + 1, key)
    if (anchor === null) unreadable++
    else anchors.push(anchor)
  }
  return { anchors, unreadable }
}

async function linesOf(file: string): Promise<readonly string[]> {
  const handle = await openIfThere(file)
  if (handle === null) return []
  try {
    return (await handle.readFile('utf8')).split('\n').filter((text) => text !== '')
  } finally {
    await handle.close()
  }
}

function openIfThere(file: string): Promise<FileHandle | null> {
  return open(file, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
}

function decodeAnchor(text: string, line: number, key: AuditKey | null): PlacedAnchor | null {
  const parsed = v.safeParse(anchorSchema, parseJson(text))
  if (!parsed.success) return null
  const { key: keyId, mac, ...anchor } = parsed.output
  if (key === null || keyId !== key.id) return { ...anchor, line, proof: 'foreign' }
  const holds = timingSafeEqual(macOf(key, anchor), Buffer.from(mac, 'hex'))
  return { ...anchor, line, proof: holds ? 'holds' : 'broken' }
}

function macOf(key: AuditKey, { seq, hash, time }: Anchor): Buffer {
  return keyedHash(key, 'anchor ', JSON.stringify({ seq, hash, time }))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
