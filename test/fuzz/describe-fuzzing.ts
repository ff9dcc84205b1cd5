import { expect } from 'chai'
import type { Decoder } from './decoders.ts'
import { fuzz, judge } from './fuzz.ts'

const RUNS = 2_000
/** The same cases in every run of the suite: a failure here is a change of the program. `npm run fuzz` looks further. */
const SEED = 20_261_128

/** What every decoder of a group must hold. The groups stand in files of their own, which run side by side. */
export function describeFuzzing(group: string, decoders: readonly Decoder[]): void {
  describe(`fuzzing ${group}`, function () {
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
  })
}

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
