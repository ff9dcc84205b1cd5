import { clauseOf } from './skeleton.ts'
import { takeWindow } from './windows.ts'

/**
 * Sentences that change no payout: settings, disclaimers, restatements. A new one is added here, anchored at both ends, so
 * that nothing else hides in it.
 */

/** Settings: read as such only when they hold no word that makes a rule of them. */
const settings: readonly RegExp[] = [
  /^\|{2} additional info \|{2}$/,
  /^all trademarks, logos, and brand names are the property of their respective owners$/,
  /^this will be determined by whether or not they qualify$/,
  /^the president of [a-z ]{1,40} is elected via a two-round system$/,
  /^a candidate must secure over 50% of the vote to win outright in the first round$/,
  /^if no candidate achieves this, the top two (?:candidates|contenders) advance to a run-?off$/,
  /^government shutdown$/,
  /^(?:the )?resolution of this market will take place upon release of the aforementioned data$/,
  /^(?:note: )?this market will remain open until the (?:conclusion|end) of the (?:season|competition|tournament|series|event)$/,
  /^.{1,160} (?:is|are|will be) (?:currently )?(?:scheduled|expected) (?:to|for|on).{1,160}$/,
  /^the (?:next )?[^.]{1,100} (?:election|primary|game|match) (?:will be|is|was) (?:held|scheduled|expected)[^.]{0,120}$/,
  /^this market includes any potential (?:second round|run-?off)[^.]{0,60}$/,
  /^resolution will be based on the overall winner of the primary, including any potential second round or run-?off$/,
  /^in the (?:upcoming )?[a-z0-9 ]{1,40} (?:game|match),? (?:originally |first )?scheduled for .{1,60}$/,
  /^a run-?off (?:belongs to|is part of) the election$/,
  /^[^.]{1,80} is the final of (?:the season )?[^.]{1,120}$/,
  /^the \d{2,3}(?:st|nd|rd|th) academy awards are expected to be held on [^.]{1,40}$/,
  /^the game is the one first scheduled for [^.]{1,40}$/,
  /^(?:however,? )?(?:an? )?(?:overwhelming )?consensus of credible reporting (?:may|will) (?:also )?(?:suffice|be used)$/,
  /^(?:however,? )(?:an? )?(?:overwhelming )?consensus of credible reporting [^.]{1,40}$/,
  /^the [a-z0-9 ]{1,60} (?:elections?|primary) will take place on [^.]{1,40}$/,
  /^this market is mutually exclusive$/,
  /^the (?:fed interest rates are defined in this market by|decisions on the target federal funds? range are made by|level and change of the target federal funds rate is also published) [^.]{1,160}$/,
]

/** Sentences that speak of payouts, and say nothing that the question does not say. Each is exact. */
const restatements: readonly RegExp[] = [
  /^(?:this market|these products|this market and these products) have not been endorsed by [^.]{1,160}$/,
  /^any references? to [^.]{1,300} (?:are|is) descriptive only[^.]{0,200}$/,
  /^kalshi is not affiliated, associated, authorized, endorsed by, or in any way officially connected with [^.]{1,80}$/,
  /^if they qualify but do not end up competing, the market will still resolve to yes$/,
  /^if the participant forfeits, withdraws from consideration, or takes any official action that removes them from being able to win [^.]{1,120}, the market will resolve no for that participant$/,
  /^this market will resolve once all three sources call the race for the same (?:candidate|party)$/,
  /^this market will resolve as soon as the official results of [^.]{1,120} are known$/,
  /^(?:thus, )?this is the level of precision that will be used when resolving the market$/,
  /^if the listed (?:player|person|candidate|nominee) is not announced as a finalist for [^.]{1,160} resolves? to "?no"?$/,
  /^(?:moves|changes)(?: made)? between meetings (?:do not(?: count)?|are not counted)$/,
  /^only the statement published after the meeting that ends on [^.]{1,40} counts$/,
  /^(?:and )?(?:to "?no"? )?(?:if it calls it|once they call it) for (?:anyone else|another)$/,
  /^therefore, if the federal reserve hikes by 50bps, the 50bps market will resolve to yes and the 25bps market will resolve to no$/,
  /^only one bucket, at maximum, can resolve to yes$/,
  /^this market will resolve to the amount of basis points the upper bound of the target federal funds rate is changed by versus the level it was prior to [^.]{1,80}$/,
  /^(?:this market|it) may (?:also )?(?:be )?resolved? as soon as [^.]{1,200}$/,
]

/** Sentences that say the question again: idle when what they capture has no word that the question lacks. */
const descriptions: readonly RegExp[] = [
  /^this is a (?:poly)?market (?:to predict|on whether|on which|about) (.{1,200})$/,
  /^(?:this market|the following market|this event) (?:is about|refers to|pertains to) (.{1,240})$/,
  /^(?:specific|question): (.{1,300})$/,
  /^if (.{1,60}) is eliminated from contention for [^.]{1,160} resolves? to "?no"?$/,
  /^if (?:at any point )?it (?:becomes|is) impossible for (.{1,300}?),? (?:(?:this|the)(?: relevant| corresponding| associated| respective)? market|it) (?:will |may )?(?:immediately )?(?:be )?resolves? (?:immediately )?to "?no"?$/,
  /^(?:this market|it)(?: will)?(?: immediately)? resolves? (?:immediately )?to "?no"? if it becomes impossible for (.{1,300})$/,
]

/** Words in which a question is said again, and that ask nothing of their own. */
const FILLER = new Set(
  (
    'a an the of in at on for to by from and or as per after before during between who which what whether that this these any it its their they them is be are win winner listed named ' +
    'relevant respective team club player person individual candidate nominee driver golfer country side participant game match matchup event election race season tournament competition ' +
    'contest award title champion championship league result outcome rule based off official officially professional originally first schedule current currently upcoming next one following market predict ' +
    'become advance reach qualify finish place be regardless follow end term held earlier eliminated mathematically resolve scheduled i.e according pm am et edt est'
  ).split(' '),
)

/** What makes a rule of a setting: a payout, what counts, or a part of the whole. */
const SAYS_MORE =
  /\bresolv|\bpays?\b|\bpaid\b|\bcounts?\b|\bunless\b|\bexcept\b|\bexclud|\bonly\b|\bnot\b|\bhalf\b|\bquarter\b(?!-?final)|\b(?:first|second|third|1st|2nd|3rd) (?:period|set|inning|map)\b|\binstead\b|\brather than\b|\bwithout\b/

/** Whether a sentence changes no payout. `known` gives the words of the question, as `questionWords` does. */
export function isIdle(sentence: string, known: () => ReadonlySet<string>): boolean {
  if (restatements.some((each) => each.test(sentence))) return true
  const again = descriptions.map((each) => each.exec(sentence)?.[1]).find((each) => each !== undefined)
  if (again !== undefined) return !SAYS_MORE.test(again) && saysAgain(again, known())
  return !SAYS_MORE.test(sentence) && settings.some((each) => each.test(sentence))
}

/** The words of a question, in the form in which other sentences' words are held against them. */
export function questionWords(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.flatMap((text) => clauseOf(bySeasonsEnd(text)).split(' ')))
}

/** Dates may be told more exactly than in the question; a year that it does not name is another one. */
function saysAgain(text: string, known: ReadonlySet<string>): boolean {
  const years = bySeasonsEnd(text).match(/\b20\d\d\b/g) ?? []
  return years.every((year) => known.has(year)) && addsNothing(text, known, PLAIN)
}

/** Whether a text has no words but dates, those of the question, and those of `telling`. */
export function addsNothing(text: string, known: ReadonlySet<string>, telling: ReadonlySet<string>): boolean {
  // A day that no calendar has, or that has no year, is a date all the same.
  const dateless = takeWindow(bySeasonsEnd(text), null).rest.replaceAll(
    /\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.? \d{1,2}\b|\b\d{1,3}(?= (?:hour|day|week|month|year)s?\b)/g,
    ' ',
  )
  return clauseOf(dateless)
    .split(' ')
    .every((word) => word === '' || known.has(word) || telling.has(word))
}

function bySeasonsEnd(text: string): string {
  return text.replaceAll(/\b20\d\d ?[-/] ?(?:20)?(\d\d)\b/g, '20$1')
}

/** The filler as `clauseOf` gives it. */
const PLAIN = questionWords([[...FILLER].join(' ')])
