import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { ToolkitError } from '../../domain/errors.ts'
import { flattenJson, parseJsonOrUndefined } from '../format/json-text.ts'
import { isExchangeFile, readExchangeFile } from './exchange-file-source.ts'
import type { ForeignSession } from './foreign.ts'
import { isHar, readHar } from './har-source.ts'
import { isCassette, readCassette } from './vcr-source.ts'

const SUPPORTED =
  'an HTTP archive (.har, .zhar), a VCR cassette (.yaml, .yml, .json), or files of one exchange each (captured_at, request, response)'

/** A source that was read: parsed when it may be an export of ours, and what it holds in any case. */
export interface ReadSource {
  /** The parsed HTTP archive, or null when it is something else. */
  readonly har: unknown
  readonly session: ForeignSession
}

/**
 * Reads a file or a folder that another program recorded. What it is, is told by its content.
 * @throws ToolkitError of category `usage` when it cannot be read or is none of the formats known.
 */
export async function readSource(path: string): Promise<ReadSource> {
  if (isFolder(path)) return { har: null, session: await readFolder(path) }
  const text = readText(path)
  const value = await parse(path, text)
  const session = sessionOf(path, text, value)
  if (session !== null) return { har: isHar(value) ? value : null, session }
  throw unreadable(path, `it is not ${SUPPORTED}`)
}

function isFolder(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw unreadable(path, 'there is no such file or folder')
  return found.isDirectory()
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path)
    // mitmproxy compresses a whole archive under this name.
    const text = (path.endsWith('.zhar') ? inflateSync(bytes) : bytes).toString('utf8')
    // The standard allows a byte order mark, and Fiddler writes one. Source: HAR 1.2.
    return text.startsWith('\uFEFF') ? text.slice(1) : text
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error))
  }
}

async function parse(path: string, text: string): Promise<unknown> {
  const json = parseJsonOrUndefined(text)
  if (json !== undefined || !/\.ya?ml$/i.test(path)) return json
  const { parseYaml } = await import('./yaml-text.ts')
  try {
    return parseYaml(text)
  } catch (error) {
    throw unreadable(path, error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

/** A folder of exchanges, a file each, of cassettes or archives: everything in it that is one. */
async function readFolder(path: string): Promise<ForeignSession> {
  const files = readdirSync(path).filter((file) => /\.(?:json|z?har|ya?ml)$/i.test(file) && file !== 'manifest.json')
  const sessions: ForeignSession[] = []
  const notes: string[] = []
  for (const file of files.sort()) {
    const text = readText(join(path, file))
    const value = await parse(join(path, file), text)
    const session = sessionOf(join(path, file), text, value)
    if (session === null) notes.push(`${file} holds no recording: it was left out.`)
    else sessions.push(session.format === 'exchange_files' ? session : placedIn(file, session))
  }
  const [first] = sessions
  if (first === undefined) throw unreadable(path, `nothing in it is ${SUPPORTED}`)
  return {
    ...first,
    exchanges: sessions.flatMap(({ exchanges }) => exchanges),
    sockets: sessions.flatMap(({ sockets }) => sockets),
    notes: [...notes, ...sessions.flatMap((session) => session.notes)],
  }
}

function sessionOf(path: string, text: string, value: unknown): ForeignSession | null {
  if (isHar(value)) return readHar(value)
  if (isCassette(value)) return readCassette(value)
  if (!isExchangeFile(value)) return null
  if (flattenJson(text) === null) throw unreadable(path, 'it is nested too deep')
  const exchanges = [readExchangeFile(basename(path), text, value)]
  return { format: 'exchange_files', creator: null, exchanges, sockets: [], notes: [] }
}

function placedIn(file: string, session: ForeignSession): ForeignSession {
  const placed = <T extends { readonly place: string }>(each: T): T => ({ ...each, place: `${file}, ${each.place}` })
  return {
    ...session,
    exchanges: session.exchanges.map(placed),
    sockets: session.sockets.map(placed),
    notes: session.notes.map((note) => `${file}, ${note}`),
  }
}

function unreadable(path: string, why: string): ToolkitError {
  return new ToolkitError({
    code: 'IMPORT_UNREADABLE',
    category: 'usage',
    message: `Cannot import ${path}: ${why}. Nothing was written.`,
    facts: { path },
    suggestions: [`Give ${SUPPORTED}.`],
  })
}
