import fc from 'fast-check'
import { type Decoder, seedsOf } from './decoders.ts'
import { type Mutation, mutate, someMutations } from './mutations.ts'
import { wrongError, wrongNumber } from './oracle.ts'

/** More CPU than any text of this size is worth, on a slow machine. */
const CASE_MS = 2_000
/** What takes less by the clock on the wall took less CPU than that, on however many threads. */
const SUSPECT_MS = CASE_MS / 8

export interface FuzzOptions {
  readonly seed: number
  readonly runs: number
  /** Start from what the venues really sent, too. */
  readonly real: boolean
}

export type FuzzResult =
  | { readonly kind: 'held'; readonly cases: number; readonly read: number }
  /** `text` is the smallest one found. */
  | { readonly kind: 'failed'; readonly what: string; readonly text: string; readonly path: string }

interface Case {
  readonly from: number
  readonly mutations: readonly Mutation[]
}

/** Mutated valid text by the thousand: each gives a value that is right, or a named error, and soon. */
export async function fuzz(decoder: Decoder, { seed, runs, real }: FuzzOptions): Promise<FuzzResult> {
  const seeds = await seedsOf(decoder, real)
  if (seeds.length === 0) throw new Error(`${decoder.name} takes none of its seeds`)
  const textOf = ({ from, mutations }: Case): string => mutate(seeds[from % seeds.length] ?? '', mutations)
  const cases = fc.record({ from: fc.nat(seeds.length - 1), mutations: someMutations })
  let read = 0
  const property = fc.asyncProperty(cases, async (one) => {
    const outcome = await judge(decoder, textOf(one))
    if (outcome.wrong !== null) throw new Error(outcome.wrong)
    if (outcome.wasRead) read += 1
  })
  const details = await withoutStacks(() => fc.check(property, { seed, numRuns: runs, endOnFailure: false }))
  if (!details.failed) return { kind: 'held', cases: runs, read }
  const [smallest] = details.counterexample ?? []
  const text = smallest === undefined ? '' : textOf(smallest)
  const what = (await judge(decoder, text)).wrong ?? String(details.errorInstance)
  return { kind: 'failed', what, text, path: details.counterexamplePath ?? '' }
}

/** Most cases end in an error, of which only the message is looked at. */
async function withoutStacks<T>(work: () => Promise<T>): Promise<T> {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return await work()
  } finally {
    Error.stackTraceLimit = before
  }
}

/** What is wrong with what the decoder makes of a text, or null. */
export async function judge(
  decoder: Decoder,
  text: string,
): Promise<{ readonly wrong: string | null; readonly wasRead: boolean }> {
  const beganMs = performance.now()
  const outcome = await outcomeOf(decoder, text)
  const isSuspect = performance.now() - beganMs > SUSPECT_MS
  // Asking for CPU costs more than most cases do, so a case is done once more for that.
  const spentMs = isSuspect ? await cpuMs(() => outcomeOf(decoder, text)) : 0
  if (spentMs > CASE_MS) return { ...outcome, wrong: `it took ${Math.round(spentMs)} ms for ${text.length} characters` }
  // An inherited member that no object should have: a name in the text reached the prototype of all.
  return 'polluted' in {} ? { ...outcome, wrong: 'it changed the prototype of every object' } : outcome
}

async function cpuMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000
}

async function outcomeOf(
  decoder: Decoder,
  text: string,
): Promise<{ readonly wrong: string | null; readonly wasRead: boolean }> {
  try {
    const value = await decoder.read(text)
    if (value === undefined) return { wrong: null, wasRead: false }
    return { wrong: wrongNumber(decoder.oracle, text, value), wasRead: true }
  } catch (error) {
    return { wrong: wrongError(error), wasRead: false }
  }
}
