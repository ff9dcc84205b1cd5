import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { Low } from 'lowdb'
import { DataFile } from 'lowdb/node'
import * as v from 'valibot'
import { stringifyAmounts } from './amount-schema.ts'
import { systemCode } from './files.ts'

/** A view that cannot be used. Views are disposable, so this never reaches a person: it means "make it anew". */
export class ViewDamaged extends Error {
  override readonly name = 'ViewDamaged'
  constructor(
    readonly file: string,
    what: string,
  ) {
    super(`${file}: ${what}`)
  }
}

// `Low` with an explicit file adapter: lowdb's presets keep everything in memory when NODE_ENV is `test`.
function database(file: string): Low<unknown> {
  return new Low<unknown>(new DataFile<unknown>(file, { parse: (text) => unseal(file, text), stringify: seal }), null)
}

/** A flipped bit in a digit would still be JSON, and a wrong position. */
function seal(contents: unknown): string {
  const text = stringifyAmounts(contents)
  return `{"checksum":"${checksumOf(text)}","contents":${text}}`
}

const SEALED = /^\{"checksum":"([0-9a-f]{64})","contents":(.*)\}$/s

function unseal(file: string, sealed: string): unknown {
  const [, checksum, text = ''] = SEALED.exec(sealed) ?? []
  if (checksum !== checksumOf(text)) throw new ViewDamaged(file, 'it does not match its checksum')
  try {
    return JSON.parse(text)
  } catch {
    throw new ViewDamaged(file, 'it is not JSON')
  }
}

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The contents of a view, or null when there is no such file. @throws ViewDamaged when it is not whole or has another shape. */
export async function readView<T>(file: string, schema: v.GenericSchema<unknown, T>): Promise<T | null> {
  const db = database(file)
  try {
    await db.read()
  } catch (error) {
    const code = systemCode(error)
    // A view on a bad block can be made anew; one that this user may not read cannot.
    if (code === 'EIO' || code === 'EISDIR') throw new ViewDamaged(file, `it cannot be read (${code})`)
    throw error
  }
  if (db.data === null) return null
  const result = v.safeParse(schema, db.data)
  if (!result.success) throw new ViewDamaged(file, result.issues[0].message)
  return result.output
}

/** Replaces a view as a whole. On the disk when it resolves: a later view may rely on an earlier one. */
export async function writeView(file: string, contents: unknown): Promise<void> {
  const db = database(file)
  db.data = contents
  await db.write()
  const handle = await open(file, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
