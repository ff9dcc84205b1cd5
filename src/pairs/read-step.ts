import type { Question, ReadContract } from './contract.ts'
import { problem, readAs } from './contract.ts'
import { type Levels, SCALE, takeLevels } from './levels.ts'
import { wordsOf } from './text.ts'
import { spansIn, takeWindow } from './windows.ts'

const BANK = /\b(?:fed|federal reserve|fomc)\b/
const RATES = /\b(?:rates?|target range|upper bound|basis points|\d{1,3} ?bps)\b/
const CUT = /\b(?:cuts?|decreases?|lowers?|reduces?)\b/
const HIKE = /\b(?:hikes?|increases?|raises?)\b/
const HOLD = /\b(?:maintains?|maintained|unchanged|no change|holds?|leaves the upper bound|keeps?)\b/
const CHANGE = /\bchanges? rates\b|\bmoved in either direction\b/

const exactly = (value: bigint): Levels => ({ from: { value, included: true }, to: { value, included: true } })

/** What the meeting must decide, in basis points: cuts below zero. */
function stepIn(text: string): Levels | null {
  const cut = CUT.test(text)
  const hike = HIKE.test(text)
  if (CHANGE.test(text) || cut === hike) return HOLD.test(text) && !cut && !hike ? exactly(0n) : null
  const size = takeLevels(text.replace(/(\d) ?(?:bps|basis points)/g, '$1 bps'))?.levels ?? sizeIn(text)
  if (size === null) return null
  return hike ? size : { from: negative(size.to), to: negative(size.from) }
}

function sizeIn(text: string): Levels | null {
  const open = /\b(\d{1,3})\+ ?(?:bps|basis points)/.exec(text)
  if (open !== null) return { from: { value: BigInt(open[1] ?? '0') * SCALE, included: true }, to: null }
  const plain = /\b(\d{1,3}) ?(?:bps|basis points)/.exec(text)
  return plain === null ? null : exactly(BigInt(plain[1] ?? '0') * SCALE)
}

function negative(bound: Levels['from']): Levels['from'] {
  return bound === null ? null : { value: -bound.value, included: bound.included }
}

/** A decision at one meeting of the Federal Reserve. */
export function readStep({ title, label, claims, sentences, closeDay }: Question): ReadContract | null {
  if (!BANK.test(title) || !RATES.test(title) || !/\bmeeting\b|\bdecision\b/.test(title)) return null
  if (
    /\bhow many\b|\bnumber of\b|\bbefore 20|\babove\b|\bat least \d+ times|\bdissent/.test(title) &&
    stepIn(title) === null
  )
    return null
  const texts = [title, ...claims.filter(({ kind }) => kind === 'yes').map(({ text }) => text)]
  if (!BANK.test(texts.join(' '))) return null
  const steps = [...texts, label].map(stepIn).filter((step) => step !== null)
  const [step] = steps
  if (step === undefined) return null
  if (steps.some((each) => !sameStep(each, step))) return problem('its title and its rules name different steps')
  const meetings = new Set(
    [...texts, ...sentences.filter((sentence) => /\bmeeting\b/.test(sentence))].flatMap((text) =>
      spansIn(text, closeDay)
        .filter(({ bareYear }) => !bareYear)
        .map(({ first }) => first.slice(0, 7)),
    ),
  )
  if (meetings.size > 1) return problem('its title and its rules name different meetings')
  const unused = claims.filter(({ kind, text }) => kind !== 'yes' || saysMore(text)).map(({ text }) => text)
  return readAs(
    { kind: 'step', meeting: [...meetings][0] ?? null, step },
    saysMore(title) ? [...unused, title] : unused,
  )
}

/** Words in which a claim says what the bank does at a meeting, and no more. */
const PLAIN = new Set(
  (
    'a an the of in at on by to for after its their that it is was were be does do did federal reserve reserves fed feds fomc open committee hike hikes cut cuts increase increases ' +
    'decrease decreases raise raises lower lowers reduce reduces maintain maintains maintained keep keeps hold holds leave leaves unchanged no change changes interest rate rates target range ' +
    'upper bound funds will would exactly more less than least most or basis points bps meeting meetings ends end where statement step falls into bracket'
  ).split(' '),
)

/** A claim with a condition besides the step is not read as if it had none. */
function saysMore(text: string): boolean {
  const { rest } = takeWindow(text, '2027-01-01')
  return wordsOf(rest.replace(/\b\d+(?:\.\d+)?\+?(?:bps)?/g, ' ')).some((word) => !PLAIN.has(word))
}

function sameStep(a: Levels, b: Levels): boolean {
  return (
    JSON.stringify([a.from?.value.toString(), a.from?.included, a.to?.value.toString(), a.to?.included]) ===
    JSON.stringify([b.from?.value.toString(), b.from?.included, b.to?.value.toString(), b.to?.included])
  )
}
