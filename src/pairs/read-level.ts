import type { Question, ReadContract } from './contract.ts'
import { problem, readAs } from './contract.ts'
import { type Levels, numberText, relate, SCALE, takeLevels } from './levels.ts'
import { detailsOf, measureIn, wordsOfMeasure } from './measures.ts'
import { clauseOf, skeletonOf } from './skeleton.ts'
import { noWindow, takeWindow, type Window } from './windows.ts'

/** A level that is met at any moment, against one that must stand at the end. */
const TOUCH =
  /\bever\b|\bany (?:value|time|moment|point|[a-z]+ 1 minute candle)\b|\bat any\b|\breach(?:es)?\b|\bhits?\b|\btouch(?:es)?\b|\bdips? to\b|\bone value\b|\bgo above\b|\bas soon as\b|\btrades at\b/
const COUNTED =
  /\b(?:cases|orders|launches|rockets|seats|wins|awards|oscars|members|senators|vehicles|times|weeks|votes|people|tweets|posts|games|films|earthquakes|countries)\b/
/** What joins another condition to that of the figure. */
const SECOND_CONDITION = /\b(?:and|or|unless|except|provided|but|while|also)\b/
/** What joins two words for how one figure is taken. */
const OF_METHOD =
  /(?<=\b(?:adjusted|annualized)) and (?=(?:seasonally )?(?:adjusted|annualized|to (?:one|1) decimal)\b)/g
/** Questions that are about more than one figure, or about no figure. */
const OTHER_QUESTION = /\boutperform\b|\bcompared (?:to|with)\b|\bhigher than (?:that of|in)\b|\bversus\b|\bin both\b/

export function readLevel(question: Question): ReadContract | null {
  const { title, label, claims, sentences, closeDay } = question
  if (claims.some(({ kind }) => kind === 'outcome') || OTHER_QUESTION.test(title)) return null
  const yes = claims.filter(({ kind }) => kind === 'yes').map(({ text }) => text)
  const figures = claims.filter(({ kind }) => kind === 'figure').map(({ text }) => text)
  if (yes.length + figures.length < claims.length || figures.length > 1) return null
  const own = yes.length === 0 && figures.length === 1 ? valueIn(title) : title
  const statements = [...yes, own, label].filter((text) => text !== '')
  const measure = measureIn([...statements, ...figures])
  if (measure === null && !COUNTED.test(statements.join(' '))) return null
  const titled = readStatement(own, closeDay).levels
  const read = statements.map((text) => readStatement(withValue(text, titled), closeDay))
  const found = read.filter((each) => each.levels !== null)
  const [main] = found
  if (main === undefined || main.levels === null) return null
  const silent = read
    .slice(0, yes.length)
    .some(({ levels }, at) => levels === null && !POINTS_AT_VALUE.test(yes[at] ?? ''))
  if (silent) return problem('the value that its rules ask for could not be read')
  const figured = figures.map((text) => takeWindow(text, closeDay))
  const asked = [...read.slice(0, yes.length), ...figured]
  const second = measure !== null && asked.some(({ rest }) => SECOND_CONDITION.test(rest.replaceAll(OF_METHOD, ' ')))
  if (second) return problem('its rules ask for a second thing besides the figure')
  const all = [...statements, ...sentences]
  const sets = found.flatMap((each) => (each.levels === null ? [] : [each.levels]))
  const grid = gridOf(all.join(' ')) ?? impliedGrid(sets)
  if (sets.some((each) => relate(each, sets[0] ?? each, grid) !== 'same'))
    return problem('its title and its rules name different values')
  const window = mergeWindows(
    asked.map((each) => each.window),
    read.slice(yes.length).map((each) => each.window),
  )
  if (window === null) return problem('its title and its rules name different times')
  const words =
    measure === null
      ? new Set([clauseOf(main.rest), ...figured.map(({ rest }) => clauseOf(rest))])
      : new Set([
          ...wordsOfMeasure(measure, [...statements, ...figures], sentences, qualifiersOf(title, closeDay)),
          ...asked
            .flatMap(({ rest }, at) => detailsOf([...yes, ...figures][at] ?? '', takeLevels(rest)?.rest ?? rest))
            .map((word) => `detail: ${word}`),
        ])
  return readAs({
    kind: 'level',
    words,
    levels: main.levels,
    grid,
    manner: statements.some((text) => TOUCH.test(text)) ? 'touch' : 'at',
    window,
  })
}

/** Of a market that is one value of a figure, "increase by 2.5%" names that value, and "by 2.5% or more" all from it. */
function valueIn(title: string): string {
  return title.replace(/\bby (?=-?\$?\d)/, 'exactly ')
}

/** "The specified number or more" is the title's number or more: put in its place, the rule can contradict the title. */
function withValue(text: string, titled: Levels | null): string {
  const bound = titled === null || (titled.from !== null && titled.to !== null) ? null : (titled.from ?? titled.to)
  return bound === null ? text : text.replace(NAMED_VALUE, numberText(bound.value))
}
const POINTS_AT_VALUE =
  /\b(?:specified|listed) (?:amount|number|price|value|level|figure|threshold|strike|range|bracket)\b|\bspecified in the title\b/
const NAMED_VALUE =
  /\bthe (?:specified|listed) (?:amount|number|price|value|level|figure|threshold|strike)\b|\bthe (?:amount|number|price|value|level|figure|threshold) specified in the title\b/

interface Statement {
  readonly levels: Levels | null
  readonly rest: string
  readonly window: Window
}

function readStatement(text: string, closeDay: string | null): Statement {
  const { window, rest } = takeWindow(text, closeDay)
  const taken = takeLevels(rest.replace(/\b\d+(?:st|nd|rd|th)\b/g, ' '))
  return { levels: taken?.levels ?? null, rest: taken?.rest ?? rest, window }
}

/** Words of a title that say no more than the measure, its level and its time do. */
const PLAIN = new Set(
  (
    'will can price hit reach go dip touch close settle average value national usa rate change increase rise annual monthly year month consumer inflation ' +
    'cpi yoy mom job add payroll unemployment report release high low hightemp lowtemp temperature temp highest lowest degree f c percent day federal fund ' +
    'fedfund fed after meet target front future et est edt pm am utc noon core core gdp real growth btc eth sol xrp ripple dogecoin doge sp500 nasdaq 100 gold wti crude oil gas gasoline ' +
    'ending spot regular k m b thousand million billion or not new up down dollar us'
  ).split(' '),
)

/** What else a title says of the figure: a place, a part of it, another figure of the same name. Both must say it. */
function qualifiersOf(title: string, closeDay: string | null): string {
  const { rest } = takeWindow(title, closeDay)
  const words = skeletonOf(takeLevels(rest)?.rest ?? rest)
  return [...words]
    .filter((word) => !PLAIN.has(word) && !/^\d/.test(word))
    .toSorted()
    .join(' ')
}

/** Whole numbers and printed decimals come in steps. Null where the text does not say so. */
function gridOf(text: string): bigint | null {
  if (/\bone[- ]decimal\b|\b1 decimal\b|\bto one decimal\b/.test(text)) return SCALE / 10n
  if (/\bwhole (?:degrees|numbers?|percent)\b/.test(text)) return SCALE
  return COUNTED.test(text) && !/\d\.\d/.test(text) ? SCALE : null
}

/**
 * A market that says "under 80" in one place and "79 or less" in another has values in steps: the widest step on which all
 * that it says is one set, and on which each bound lies.
 */
function impliedGrid(sets: readonly Levels[]): bigint | null {
  const [main] = sets
  if (main === undefined || sets.every((each) => relate(each, main, null) === 'same')) return null
  const bounds = sets.flatMap(({ from, to }) => [from, to].flatMap((bound) => (bound === null ? [] : [bound.value])))
  const steps = [SCALE, SCALE / 10n, SCALE / 100n, SCALE / 1_000n, SCALE / 10_000n]
  return (
    steps.find(
      (step) =>
        bounds.every((value) => value % step === 0n) && sets.every((each) => relate(each, main, step) === 'same'),
    ) ?? null
  )
}

/** The claim's window, or the title's where the claim names none. Null when the claim's days lie outside the title's. */
function mergeWindows(claimed: readonly Window[], titled: readonly Window[]): Window | null {
  const [claim, title] = [joined(claimed), joined(titled)]
  if (claim === null || title === null) return null
  const outside =
    claim.last !== null &&
    title.last !== null &&
    (title.last < (claim.first ?? claim.last) || (title.first ?? '') > claim.last)
  if (outside) return null
  const own = claim.last === null && claim.first === null ? title : claim
  return { ...own, time: claim.time ?? title.time, zone: claim.zone ?? title.zone }
}

/** Several windows as one: what one leaves out another may say. Null when two contradict each other. */
function joined(windows: readonly Window[]): Window | null {
  let merged = noWindow
  for (const window of windows) {
    const next = {
      first: one(merged.first, window.first),
      last: one(merged.last, window.last),
      time: one(merged.time, window.time),
      zone: one(merged.zone, window.zone),
    }
    if (Object.values(next).includes('clash')) return null
    merged = next
  }
  return merged
}

function one(a: string | null, b: string | null): string | null {
  return a === null || b === null || a === b ? (a ?? b) : 'clash'
}

/** Sentences that define the figure: their facts are among the contract's words. */
export function definesLevel(sentence: string, levels: Levels): boolean {
  if (/\bequal to the strike\b|^an equal value\b/.test(sentence))
    return /\bis not (?:above|below|higher|lower)\b/.test(sentence) && excludesBounds(levels)
  const exact =
    /^a (?:price|number|level|rate|score|value|magnitude) of exactly (.{1,30}?) (?:resolves to "?no"?|does not count)$/.exec(
      sentence,
    )
  if (exact !== null) return excludesBounds(levels)
  const no =
    /^(?:and )?(?:resolves )?to "?no"? if (?:it is|it closes|it settles|it is printed|there are|it states) (.{1,60})$/.exec(
      sentence,
    )
  if (no !== null) return isRest(no[1] ?? '', levels)
  return (
    /^(?:the (?:price|temperature|number|level|rate|figure|value shown) (?:is|shown)|the figure|this event is about|closing values are|every value of|other reports|preliminary values|prices of (?:single|other) exchanges)\b/.test(
      sentence,
    ) ||
    /^note: the resolution source for this market (?:will be|reports) .{1,200} to (?:only )?one decimal point$/.test(
      sentence,
    ) ||
    /^later revisions (?:do not (?:count|matter)|are not considered)$|^revisions (?:are ignored|are not considered|do not count)$/.test(
      sentence,
    )
  )
}

function excludesBounds({ from, to }: Levels): boolean {
  return from?.included !== true && to?.included !== true
}

/** Whether a text gives NO exactly the values that are left: "$3.000 or less" where above $3.000 is YES. */
function isRest(text: string, levels: Levels): boolean {
  if (/^(?:printed )?(?:higher|more)$/.test(text)) return levels.from === null
  if (/^(?:printed )?(?:lower|less|fewer)$/.test(text)) return levels.to === null
  const rest = takeLevels(text)
  return rest !== null && ['inverted'].includes(relate(levels, rest.levels, gridOf(text)))
}
