import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { decoders } from './decoders.ts'
import { fuzz, judge } from './fuzz.ts'
import { elsewhere, isPart } from './not-decoders.ts'

const RUNS = 2_000
/** The same cases in every run of the suite: a failure here is a change of the program. `npm run fuzz` looks further. */
const SEED = 20_261_128

const source = join(import.meta.dirname, '../../src')
const folders = ['clients', 'capture', 'store', 'cli']

describe('fuzzing', function () {
  this.timeout(60_000)

  for (const decoder of decoders) {
    it(`${decoder.name}: a right value or a named error, whatever comes`, async () => {
      const result = await fuzz(decoder, { seed: SEED, runs: RUNS, real: false })
      expect(result.kind === 'held' ? '' : `${result.what}\n${JSON.stringify(result.text)}`).to.equal('')
      // Otherwise the cases are so far from valid that nothing but the first check is tried.
      expect(result)
        .to.have.property('read')
        .above(RUNS / 100)
    })
  }

  for (const decoder of decoders) {
    it(`${decoder.name}: large input is soon done with`, async () => {
      for (const text of large()) expect((await judge(decoder, text)).wrong, text.slice(0, 40)).to.equal(null)
    })
  }

  it('leaves no decoder out', async () => {
    const covered = new Set(decoders.flatMap(({ covers }) => covers))
    const exported = await decodersInSource()
    expect(exported.filter((one) => !covered.has(one) && !Object.hasOwn(elsewhere, one))).to.deep.equal([])
    const stale = [...covered, ...Object.keys(elsewhere)].filter((one) => folders.includes(one.split('/')[0] ?? ''))
    expect(stale.filter((one) => !exported.includes(one))).to.deep.equal([])
  })
})

const SIZE = 100_000

function large(): readonly string[] {
  return [
    `"${'a'.repeat(SIZE)}"`,
    '"\\u0000'.repeat(SIZE / 10),
    '9'.repeat(SIZE),
    `0.${'0'.repeat(SIZE)}1`,
    `1${' '.repeat(SIZE)}x`,
    '['.repeat(SIZE),
    '{"a":'.repeat(SIZE / 10),
    `[${'{},'.repeat(SIZE / 10)}{}]`,
    `{${'"a":1,'.repeat(SIZE / 10)}"a":1}`,
    `{${Array.from({ length: SIZE / 10 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
    '-'.repeat(SIZE),
    `${'0123456789abcdef'.repeat(4)} {"`.repeat(SIZE / 70),
  ]
}

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
