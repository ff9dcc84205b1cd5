import * as crypto from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import * as fs from 'node:fs'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'

/**
 * Runs inside every process of a hunt for leaked secrets: notes each secret that comes up, and keeps what would be removed,
 * so that it can be looked through when all has ended. Changes nothing else.
 */
// Beside this module, as the hunt has bundled it: children are started without the variables of their parents.
const notes = join(import.meta.dirname, 'notes')
const kept = join(import.meta.dirname, 'kept')
const file = join(notes, `${process.pid}.jsonl`)
const requireBuiltin = createRequire(import.meta.url)

function note(what: string, secret: unknown): void {
  // A key of zeros, as vectors have it, is no secret: an order's empty members look like it.
  if (typeof secret !== 'string' || secret.length < 16 || new Set(secret).size < 6) return
  try {
    fs.appendFileSync(file, `${JSON.stringify({ what, secret })}\n`)
  } catch (error) {
    // A test that takes its process every file takes this one too: its signatures are of this process alone.
    if (!(error instanceof Error && 'code' in error && error.code === 'EFBIG')) throw error
  }
}

const secretHeaders = ['kalshi-access-signature', 'poly_signature', 'poly_passphrase', 'poly_api_key']

subscribe('http.client.request.start', (message) => {
  const { request } = message as { readonly request: { getHeader(name: string): unknown } }
  for (const name of secretHeaders) note(name, request.getHeader(name))
})

subscribe('http.server.request.start', (message) => {
  const { response } = message as { readonly response: { end: (...args: unknown[]) => unknown } }
  const end = response.end.bind(response)
  response.end = (...args) => {
    const [body] = args
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? String(body) : ''
    if (text.length < 2_000) {
      for (const [, name = '', value] of text.matchAll(/"(secret|passphrase)":"([^"]+)"/g)) note(name, value)
    }
    return end(...args)
  }
})

const cryptoModule: Record<string, unknown> = requireBuiltin('node:crypto')
const generateSync = crypto.generateKeyPairSync as (...args: unknown[]) => { privateKey: crypto.KeyObject }
cryptoModule.generateKeyPairSync = (...args: unknown[]) => {
  const pair = generateSync(...args)
  for (const type of ['pkcs8', 'sec1', 'pkcs1'] as const) note('a generated key', pemOf(pair.privateKey, type))
  return pair
}

function pemOf(key: crypto.KeyObject, type: 'pkcs8' | 'sec1' | 'pkcs1'): string {
  try {
    return key.export({ type, format: 'pem' }).toString()
  } catch {
    // Not every kind of key has every form.
    return ''
  }
}

const fsModule: Record<string, unknown> & { promises: Record<string, unknown> } = requireBuiltin('node:fs')
const { rmSync, promises } = fs
let count = 0

/** True when it was put aside. */
function putAside(path: unknown): boolean {
  if (typeof path !== 'string' || !resolve(path).startsWith(`${tmpdir()}${sep}`)) return false
  try {
    const place = join(kept, `${process.pid}-${count++}`)
    // A single file is copied, so that whoever holds it open still sees it removed.
    if (fs.statSync(path).isDirectory()) fs.renameSync(path, place)
    else fs.cpSync(path, place)
    return !fs.existsSync(path)
  } catch {
    return false
  }
}

fsModule.rmSync = (...args: Parameters<typeof rmSync>) => putAside(args[0]) || rmSync(...args)
const rm = promises.rm.bind(promises)
fsModule.promises.rm = async (...args: Parameters<typeof rm>) => putAside(args[0]) || rm(...args)
syncBuiltinESMExports()
