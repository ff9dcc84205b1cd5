import { createHash } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Checked, problem, type RecordingProblem, readJson, readText } from '../read/problems.ts'
import { upgrade } from './formats.ts'
import { type Manifest, manifestSchema } from './manifest.ts'
import { MANIFEST_FILE, RECORDING_FORMAT } from './session-files.ts'

// The manifest holds the checksums of all other files, so its own stands at its end: over the text before it.
const SEALED = /^([\s\S]*),\n {2}"seal": "([0-9a-f]{64})"\n\}\n$/

/** Writes the manifest with its seal. Readers see the whole file or none. */
export function writeManifest(directory: string, manifest: Manifest): void {
  const body = JSON.stringify(manifest, null, 2).replace(/\n\}$/, '')
  const temporary = join(directory, `.${MANIFEST_FILE}.tmp`)
  writeFileSync(temporary, `${body},\n  "seal": "${sealOf(body)}"\n}\n`)
  renameSync(temporary, join(directory, MANIFEST_FILE))
}

function sealOf(body: string): string {
  return createHash('sha256').update(body).digest('hex')
}

export interface ReadManifest {
  readonly manifest: Manifest
  /** The format of the files on the disk. `manifest` has today's. */
  readonly format: number
  /** The seal does not fit: the manifest was changed after it was written. */
  readonly broken: RecordingProblem | null
}

/** Reads the manifest of a recording of this format or an older one. */
export function readManifestFile(directory: string): Checked<ReadManifest> {
  const text = readText(join(directory, MANIFEST_FILE), MANIFEST_FILE)
  if (!text.ok) return text
  const format = formatOf(text.value)
  if (format > RECORDING_FORMAT) {
    const what = `recording format ${format} is from a newer version of crosstape; this one reads up to ${RECORDING_FORMAT}`
    return problem(MANIFEST_FILE, 'format', what)
  }
  const read = readJson(manifestSchema, MANIFEST_FILE, text.value, {
    convert: (value) => upgrade('manifest', format, value),
  })
  if (!read.ok) return read
  return { ok: true, value: { manifest: read.value, format, broken: checkSeal(text.value, format) } }
}

export function readManifest(directory: string): Checked<Manifest> {
  const read = readManifestFile(directory)
  return read.ok ? { ok: true, value: read.value.manifest } : read
}

/** Looked at before the rest, which another format may have had otherwise. What is not a number is left to the schema. */
function formatOf(text: string): number {
  return Number(/"format"\s*:\s*(\d{1,6})/.exec(text)?.[1] ?? RECORDING_FORMAT)
}

/** Format 1 had no seal, and a manifest that has one is not of format 1. */
function checkSeal(text: string, format: number): RecordingProblem | null {
  const [, body, seal] = SEALED.exec(text) ?? []
  if (format === 1) {
    return text.includes('"seal"') ? sealProblem('format', 'it says 1, which had no seal, and there is one') : null
  }
  if (body === undefined) return sealProblem('seal', 'the seal is not where it belongs: the file was changed by hand')
  return sealOf(body) === seal ? null : sealProblem(null, 'the content was changed after it was written (seal differs)')
}

function sealProblem(where: string | null, what: string): RecordingProblem {
  return { file: MANIFEST_FILE, where, what }
}
