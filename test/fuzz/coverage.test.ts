import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { decoders } from './decoders.ts'
import { elsewhere, isPart } from './not-decoders.ts'

const source = join(import.meta.dirname, '../../src')
const folders = ['clients', 'capture', 'store', 'cli', 'sandbox']

describe('fuzzing', () => {
  it('leaves no decoder out', async () => {
    const covered = new Set(decoders.flatMap(({ covers }) => covers))
    const exported = await decodersInSource()
    expect(exported.filter((one) => !covered.has(one) && !Object.hasOwn(elsewhere, one))).to.deep.equal([])
    const stale = [...covered, ...Object.keys(elsewhere)].filter((one) => folders.includes(one.split('/')[0] ?? ''))
    expect(stale.filter((one) => !exported.includes(one))).to.deep.equal([])
  })
})

/** Exported schemas, and functions whose name says that they read something, as `path#name`. */
async function decodersInSource(): Promise<readonly string[]> {
  const files = folders.flatMap((folder) =>
    readdirSync(join(source, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${folder}/${file}`),
  )
  const found = await Promise.all(
    files.map(async (file) => {
      const exports: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(source, file)).href)
      return Object.entries(exports).flatMap(([name, value]) => (isDecoder(name, value) ? [`${file}#${name}`] : []))
    }),
  )
  return found.flat().filter((one) => !isPart(one))
}

function isDecoder(name: string, value: unknown): boolean {
  if (typeof value === 'function') return /^(decode|parse|judge|read|upcast|load|flatten)([A-Z]|$)/.test(name)
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'schema'
}
