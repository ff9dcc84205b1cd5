import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { placeOf, type Tracked, track } from './tracker.ts'

/** One test file stands beside this one for each. */
export const vectorFiles = [
  'kalshi-auth',
  'polymarket-amounts-limit',
  'polymarket-amounts-market',
  'polymarket-auth-l1',
  'polymarket-auth-l2',
  'polymarket-book-hash',
  'polymarket-fees',
  'polymarket-market-price',
  'polymarket-orders',
  'polymarket-routing',
  'polymarket-wallets',
] as const
type VectorFile = (typeof vectorFiles)[number]

/** Results of the venues' own software. Another folder with the same names must pass as well, whatever its values. */
const vectorsFolder = process.env.CROSSTAPE_VECTORS_DIR ?? join(import.meta.dirname, '..', 'fixtures', 'vectors')

/** Everything in the folder but its explanations. */
export function filesInFolder(): readonly string[] {
  return readdirSync(vectorsFolder).filter((name) => !name.startsWith('README'))
}

/** The JSON as it is, for tests of other parts that want real material. */
export function readVectors<T>(name: VectorFile): T {
  return JSON.parse(readFileSync(join(vectorsFolder, `${name}.json`), 'utf8'))
}

/**
 * Tests over one file. They fail when the file is missing, and when they leave a value of it unused, known or unknown.
 * `remarks` are the members that say where the material is from: nothing can be held against them.
 */
export function describeVectors<T extends object>(
  name: VectorFile,
  remarks: readonly string[],
  body: (file: T) => void,
): void {
  describe(`vectors: ${name}`, () => {
    const tracked = trackFile<T>(name)
    if (tracked instanceof Error) {
      it('can be read', () => expect.fail(tracked.message))
      return
    }
    body(tracked.value)
    it('have no value that was left unused', () => {
      const counts = (place: string): boolean => !isRemark(place, remarks)
      expect(tracked.all().some(counts)).to.equal(true)
      expect(tracked.unread().filter(counts)).to.deep.equal([])
    })
  })
}

function trackFile<T extends object>(name: VectorFile): Tracked<T> | Error {
  try {
    return track(readVectors<T>(name))
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** `meta` stands for all that is in it, `cases[].why` for that member of every case. */
function isRemark(place: string, remarks: readonly string[]): boolean {
  const general = place.replaceAll(/\[\d+\]/g, '[]')
  return remarks.some((remark) => general === remark || general.startsWith(`${remark}.`))
}

/** Runs a check on each of some cases, and says which one did not pass. */
export async function eachCase<C extends object>(
  cases: readonly C[],
  check: (one: C) => void | Promise<void>,
): Promise<void> {
  for (const one of cases) {
    try {
      await check(one)
    } catch (error) {
      throw new Error(`${placeOf(one)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
}
