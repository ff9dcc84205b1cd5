import { isOtherwise } from './claims.ts'
import { addsNothing, isIdle } from './idle-sentences.ts'
import { judgesIn, namesSource } from './sources.ts'
import { TELLING } from './telling-words.ts'
import { takeWindow } from './windows.ts'

/** What a market pays for YES in a case that its question does not settle. */
export type Payout =
  | 'yes'
  | 'no'
  | 'no_change'
  | 'lowest'
  | 'certified'
  | 'inaugurated'
  | 'previous'
  | 'half'
  | 'waits'
  | 'fair_price'
  | 'shared'
  | 'alphabetical'
  | 'tie_break'
  | 'official'

/** A rule that a text states. `subject` tells two rules of one kind apart. */
export interface Clause {
  readonly kind: 'tie' | 'void' | 'overtime' | 'replacement' | 'rounding'
  readonly says: string
  /** The last day for which it waits, where it says one. */
  readonly until: string | null
  /** The sentence as it was read. */
  readonly text: string
}

export interface ReadClauses {
  readonly clauses: readonly Clause[]
  /** Who is named as the judge of the result, in one form for each. */
  readonly sources: ReadonlySet<string>
  /** Sentences that were not understood. One is enough to approve nothing. */
  readonly unread: readonly string[]
}

const TIE =
  /\bt(?:ie|ies|ied|ying)\b|\bshare the same record\b|\bmultiple (?:teams|players|drivers|winners|candidates) (?:are|tie|share)\b|\bjoint(?:ly)?\b|\bdead heat\b|\bequally many\b|\bexactly equal\b|\blevel\b (?:then|at)|\bdraws?\b/
const VOID =
  /\bcancel|\bpostpon|\babandon|\breschedul|\bnot (?:been )?(?:completed|concluded|held|played|awarded|known|declared|announced|confirmed|determined)\b|\b(?:does|is|are) not (?:released?|published?)\b|\bhaven't called\b|\bdelay in data\b|\bno winner\b|\bwithout (?:a|an|any) |\bno [^.]{1,60} (?:takes place|is held|is declared|declared)\b|\bnot take place\b|\bisn't known\b|\bforfeit|\bdoes not (?:occur|take place)\b|\bno champion\b|\bno (?:nominee|statement) is\b|\bif no statement\b|\bwithout such\b|\bthere is no\b|\bno such\b/
const OVERTIME =
  /\bovertime\b|\bextra time\b|\bpenalt(?:y|ies)\b|\bshoot-?outs?\b|\bninety minutes\b|\b90 minutes\b|\bextra innings\b/
const DEATH = /\bdeath\b|\bdies?\b|\bdied\b|\bdeceased\b/
const REPLACED = /\breplace|\bdisqualif|\bstripp|\bwithdraw/

/**
 * Reads every sentence that is no claim. `known` gives the words of the question; `ofFigure` tells that the question is about
 * a figure, and not about something that everybody sees. `last` is the last day named so far, for "by then".
 */
export function readClauses(
  sentences: readonly string[],
  hint: string | null,
  known: () => ReadonlySet<string>,
  ofFigure: boolean,
): ReadClauses {
  const clauses: Clause[] = []
  const sources = new Set<string>()
  const unread: string[] = []
  let last: string | null = null
  const thens = sentences.some((sentence) => /\bby then\b/.test(sentence))
  for (const sentence of sentences) {
    const dated = thens || VOID.test(sentence)
    const day: string | null = dated ? (dayIn(sentence, hint) ?? (/\bby then\b/.test(sentence) ? last : null)) : null
    last = day ?? last
    const until = durationIn(sentence) ?? day
    if (namesSource(sentence)) {
      const judges = judgesIn(sentence)
      for (const judge of judges) sources.add(judge)
      if (
        // A figure is what its source prints: one that we cannot tell from others may print another.
        (ofFigure && judges.length === 0) ||
        isTurnedRound(sentence) ||
        !isOfTheWhole(sentence, known()) ||
        TIE.test(sentence) ||
        VOID.test(sentence) ||
        DEATH.test(sentence) ||
        /\b(?:unless|except|if)\b/.test(sentence.replace(/^if there is/, ''))
      )
        unread.push(sentence)
      continue
    }
    const read = clausesOf(sentence, until)
    if (read.length > 0 && isTold(sentence, known())) clauses.push(...read)
    else if (read.length > 0) unread.push(sentence)
    else if (!isOtherwise(sentence) && !isIdle(sentence, known)) unread.push(sentence)
  }
  return { clauses, sources, unread }
}

/** From when a venue added a rule to the text of its series. */
const DATED_NOTE = /^note(?: \d{1,2}\/\d{1,2}\/\d{2,4})?: /

const COUNTS: readonly string[] =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen'.split(' ')

/** "Within seven days": how long a venue waits, counted from a day that both texts name elsewhere. */
function durationIn(sentence: string): string | null {
  const found = /\b(\d{1,3}|[a-z]{3,8}) (hour|day|week|month|year)s?\b/.exec(sentence.replace(/-/g, ' '))
  const number = found === null ? -1 : /^\d/.test(found[1] ?? '') ? Number(found[1]) : COUNTS.indexOf(found[1] ?? '')
  return found === null || number < 0 ? null : `${number} ${found[2]}s`
}

/** The day for which a venue waits: "not by the 31st" and "put off after the 31st" name one. In another zone it ends otherwise. */
function dayIn(sentence: string, hint: string | null): string | null {
  const { first, last, zone } = takeWindow(sentence, hint).window
  // "November 31": no day of any calendar, and the same one only in the same words.
  const day =
    last ??
    first ??
    /\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d{1,2}\b/.exec(sentence)?.[0] ??
    null
  return day === null || zone === null || zone === 'et' ? day : `${day} ${zone}`
}

/** Negations in which a special case or its payout is named. */
const NAMED_NEGATIONS =
  /\b(?:has|have|is|are|was|were|does|do|will|did) not (?:yet )?(?:been |be )?(?:definitively |officially )?(?:completed?|concluded?|held|played?|awarded?|known|declared?|announced?|confirmed?|determined?|released?|published?|take place|occur|counted|included|considered|change|affect|count|available)\b|\botherwise not (?:been )?(?:completed|concluded|held)\b|\b(?:or|and) not (?:completed|held|played|rescheduled)\b|\b(?:isn't|aren't|hasn't|haven't|doesn't) (?:been )?(?:called|known|declared|announced|completed|held|released)\b|\bnot (?:played at all|expressed|a single)\b|\bdoes not (?:declare|release|publish)\b/g

function isTurnedRound(sentence: string): boolean {
  return /\bnot\b|n't\b|\bnever\b/.test(sentence.replaceAll(NAMED_NEGATIONS, ' '))
}

/** A case within a part of the whole is another case, unless the question is about that part. */
const OF_A_PART =
  /\b(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:half|quarter|period|set|inning|map|round|stage|game|leg)\b|\bhalf-?time\b/g
const NONE: ReadonlySet<string> = new Set()

/** Whether every word of a rule for a special case is one of the telling ones or of the question's. */
function isTold(sentence: string, known: ReadonlySet<string>): boolean {
  return isOfTheWhole(sentence, known) && addsNothing(sentence.replace(DATED_NOTE, ''), known, TELLING)
}

function isOfTheWhole(sentence: string, known: ReadonlySet<string>): boolean {
  return (sentence.match(OF_A_PART) ?? []).every((part) => addsNothing(part, known, NONE))
}

function clausesOf(sentence: string, until: string | null): readonly Clause[] {
  const found: Clause[] = []
  const payout = payoutOf(sentence)
  const add = (kind: Clause['kind'], says: string): void => {
    found.push({ kind, says, until: kind === 'void' ? until : null, text: sentence })
  }
  // A case that is named and whose payout is not understood is not read, nor one that is turned round.
  if (/\bunless\b|\bexcept\b/.test(sentence) || isTurnedRound(sentence)) return []
  if (DEATH.test(sentence)) return []
  if (REPLACED.test(sentence)) {
    if (/\b(?:will|does|do) not (?:change|affect)\b|\bno effect\b/.test(sentence)) add('replacement', 'no effect')
    return found
  }
  const rounding = roundingOf(sentence)
  if (rounding !== null) add('rounding', rounding)
  if (OVERTIME.test(sentence)) {
    const says = overtimeOf(sentence)
    if (says === null) return []
    add('overtime', says)
  }
  if (TIE.test(sentence)) {
    if (payout === null) return []
    add('tie', payout)
  }
  if (VOID.test(sentence)) {
    const says = payout ?? (/\bforfeit\b[^.]{0,60}\bofficial result\b/.test(sentence) ? 'official' : null)
    if (says === null) return []
    add('void', says)
  }
  return found
}

/** What becomes of a step of the bank that no market of the event names. */
function roundingOf(sentence: string): string | null {
  if (/\bchange will be rounded up to the nearest 25\b|\bcounts as the next larger multiple of 25\b/.test(sentence))
    return 'up to 25'
  return /\bno multiple of 25 basis points belongs to the outcome of more than 25 when it exceeds 25, else to the outcome of 25\b/.test(
    sentence,
  )
    ? 'up to 25'
    : null
}

/** Whether overtime counts. Null when the sentence does not say. */
export function overtimeOf(sentence: string): string | null {
  if (
    /\b(?:do(?:es)? not count|not (?:be )?(?:included|counted|considered)|left out|excluded|excludes)\b/.test(sentence)
  )
    return 'out'
  if (
    /\bovertime (?:is |will be )?(?:counts?|included)|\bincluding (?:[a-z]{2,3} )?overtime|\bovertime included\b|\bincluded?s? overtime\b/.test(
      sentence,
    )
  )
    return 'in'
  return /\b(?:ninety|90) minutes\b/.test(sentence) ? 'out' : null
}

/** Null when no payout is recognised. A text that gives two is not understood. */
function payoutOf(sentence: string): Payout | null {
  const found: Payout[] = []
  if (/\b50-50\b|\$0\.50|\b50 ?\/ ?50\b|\bhalf\b/.test(sentence)) found.push('half')
  if (
    /\bremain(?:s)? open\b|\bwill be extended to\b|\bkeeps? [^.]{0,40}open\b|\bleaves? [^.]{0,40}open\b/.test(sentence)
  )
    found.push('waits')
  if (/\bfair (?:price|market)\b|\blast traded\b/.test(sentence)) found.push('fair_price')
  if (/\bsplit payouts?\b|\bproportional\b|\bdivided by\b/.test(sentence)) found.push('shared')
  if (/\balphabetical/.test(sentence)) found.push('alphabetical')
  if (/\bresolves? [^.]{0,40}\bto "?yes\b/.test(sentence)) found.push('yes')
  if (/\blowest bracket wins\b/.test(sentence)) found.push('lowest')
  if (/\bcertified result decides\b|\bresolves? based on (?:the )?official certification\b/.test(sentence))
    found.push('certified')
  if (/\bresolves? based on who is inaugurated\b/.test(sentence)) found.push('inaugurated')
  if (
    /\b(?:according to|based on) (?:the )?(?:figures?|data) (?:of|from|for) the (?:most recent previous|last available)\b/.test(
      sentence,
    )
  )
    found.push('previous')
  if (
    /"no change" (?:bracket|wins)|\brate counts as maintained\b|"fed maintains rate" will resolve to yes and all others/.test(
      sentence,
    )
  )
    found.push('no_change')
  if (
    /\btie[- ]?break|\bties will be broken\b|\bofficial winner as determined by\b|\bmore votes wins\b|\bgreater number of\b/.test(
      sentence,
    )
  )
    found.push('tie_break')
  if (
    /\bresolves? (?:immediately |it )?(?:to )?"?(?:no|other)\b|\bto "?(?:no|other)"?[.,]?$|\bresolves? [^.]{1,60} to "?no"?/.test(
      sentence,
    )
  )
    found.push('no')
  // Sharing is how a joint winner is paid, not another payout.
  if (found.includes('shared')) return 'shared'
  // What falls to the bracket of no change is NO for every other one.
  const distinct = [...new Set(found.includes('no_change') ? ['no_change' as const] : found)]
  return distinct.length === 1 ? (distinct[0] ?? null) : null
}
