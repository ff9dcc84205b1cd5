import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { exchangeFileName } from '../format/exchange.ts'
import { entrySchema } from '../format/manifest.ts'
import type { RecordingProblem } from '../read/problems.ts'
import { verifyRecording } from '../read/verify.ts'
import type { createSessionFolder } from '../record/session-folder.ts'
import { sideFiles } from './export-har.ts'
import { toFileText } from './har-entry.ts'
import { toSocketFile } from './har-stream.ts'

const exportSchema = v.object({
  log: v.object({
    entries: v.array(v.record(v.string(), v.unknown())),
    _crosstape: v.object({ files: v.record(v.picklist(sideFiles), v.optional(v.string())) }),
  }),
})

export type Restored =
  | { readonly kind: 'restored'; readonly session: string; readonly directory: string }
  /** Not an export of ours. */
  | { readonly kind: 'foreign' }
  /** An export of ours that somebody changed. */
  | { readonly kind: 'changed'; readonly problem: RecordingProblem }

/**
 * Makes the session of one of our own exports again, file for file. Whether it is one is for `verify` to say: a session
 * whose checksums fit was redacted when it was recorded.
 */
export function restoreExport(har: unknown, makeFolder: () => ReturnType<typeof createSessionFolder>): Restored {
  const parsed = v.safeParse(exportSchema, har)
  if (!parsed.success) return { kind: 'foreign' }
  const { entries, _crosstape } = parsed.output.log
  const texts = new Map<string, string>()
  for (const [index, entry] of entries.entries()) {
    const made = toSocketFile(entry) ?? exchangeFile(entry)
    if (made === null || texts.has(made.file)) {
      const what = made === null ? 'it is not an entry of ours' : `it has the number of another one (${made.file})`
      return { kind: 'changed', problem: { file: 'log', where: `entries.${index}`, what } }
    }
    texts.set(made.file, made.text)
  }
  for (const name of sideFiles) {
    const text = _crosstape.files[name]
    if (text !== undefined) texts.set(name, text)
  }
  return write(texts, makeFolder())
}

/** The file of an exchange, or null: such as when its name would be a path. */
function exchangeFile(
  entry: Readonly<Record<string, unknown>>,
): { readonly file: string; readonly text: string } | null {
  const parsed = v.safeParse(entrySchema, entry)
  if (!parsed.success || !/^[a-z0-9_]+$/.test(parsed.output._endpoint)) return null
  const { _seq: seq, _venue: venue, _endpoint: endpoint, request } = parsed.output
  return { file: exchangeFileName({ seq, method: request.method, venue, endpoint }), text: toFileText(entry) }
}

function write(texts: ReadonlyMap<string, string>, folder: ReturnType<typeof createSessionFolder>): Restored {
  let problem: RecordingProblem | undefined
  try {
    for (const [name, text] of texts) writeFileSync(join(folder.directory, name), text, { flag: 'wx' })
    problem = verifyRecording(folder.directory).problems[0]
  } catch (error) {
    rmSync(folder.directory, { recursive: true, force: true })
    throw error
  }
  if (problem === undefined) return { kind: 'restored', ...folder }
  rmSync(folder.directory, { recursive: true, force: true })
  return { kind: 'changed', problem }
}
