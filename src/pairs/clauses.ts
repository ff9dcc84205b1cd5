import { isOtherwise } from './claims.ts'
import { takeWindow } from './windows.ts'

/** What a market pays for YES in a case that its question does not settle. */
export type Payout =
  | 'yes'
  | 'no'
  | 'no_change'
  | 'lowest'
  | 'certified'
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

/** Sentences that change no payout: settings, disclaimers, restatements. Anchored, so that nothing else hides in them. */
const idle: readonly RegExp[] = [
  /^(?:this market|these products|this market and these products) have not been endorsed by [^.]{1,160}$/,
  /^any references? to [^.]{1,300} (?:are|is) descriptive only[^.]{0,200}$/,
  /^\|{2} additional info \|{2}$/,
  /^this is a (?:poly)?market (?:to predict|on whether|about) [^.]{1,200}$/,
  /^(?:this market|the following market) (?:is about|refers to|pertains to) [^.]{1,240}$/,
  /^(?:note: )?this market will remain open until the (?:conclusion|end) of the (?:season|competition|tournament|series|event)$/,
  /^[^.]{1,160} (?:is|are|will be) (?:currently )?(?:scheduled|expected) (?:to|for|on)[^.]{1,160}$/,
  /^the (?:next )?[^.]{1,100} (?:election|primary|game|match) (?:will be|is|was) (?:held|scheduled|expected)[^.]{0,120}$/,
  /^if (?:at any point )?it becomes impossible for [^.]{1,300} resolves? (?:immediately )?to "?no"?$/,
  /^(?:this market|it)(?: will)?(?: immediately)? resolves? (?:immediately )?to "?no"? if it becomes impossible for [^.]{1,200}$/,
  /^if the listed (?:player|person|candidate|nominee) is not announced as a finalist for [^.]{1,160} resolves? to "?no"?$/,
  /^this market includes any potential (?:second round|run-?off)[^.]{0,60}$/,
  /^resolution will be based on the overall winner of the primary, including any potential second round or run-?off$/,
  /^in the (?:upcoming )?[a-z0-9 ]{1,40} (?:game|match),? (?:originally |first )?scheduled for .{1,60}$/,
  /^a run-?off (?:belongs to|is part of) the election$/,
  /^[^.]{1,80} is the final of (?:the season )?[^.]{1,120}$/,
  /^(?:moves|changes)(?: made)? between meetings (?:do not(?: count)?|are not counted)$/,
  /^only the statement published after the meeting that ends on [^.]{1,40} counts$/,
  /^(?:and )?(?:to "?no"? )?(?:if it calls it|once they call it) for (?:anyone else|another)$/,
  /^the \d{2,3}(?:st|nd|rd|th) academy awards are expected to be held on [^.]{1,40}$/,
  /^the game is the one first scheduled for [^.]{1,40}$/,
  /^(?:specific|question): [^.]{1,300}$/,
  /^(?:however,? )?(?:an? )?(?:overwhelming )?consensus of credible reporting (?:may|will) (?:also )?(?:suffice|be used)$/,
  /^(?:however,? )(?:an? )?(?:overwhelming )?consensus of credible reporting [^.]{1,40}$/,
  /^the (?:republican|democratic) primary will take place on [^.]{1,40}$/,
  /^this market is mutually exclusive$/,
  /^therefore, if the federal reserve hikes by 50bps, the 50bps market will resolve to yes and the 25bps market will resolve to no$/,
  /^only one bucket, at maximum, can resolve to yes$/,
  /^the (?:fed interest rates are defined in this market by|decisions on the target federal funds? range are made by|level and change of the target federal funds rate is also published) [^.]{1,160}$/,
  /^this market will resolve to the amount of basis points the upper bound of the target federal funds rate is changed by versus the level it was prior to [^.]{1,80}$/,
  /^(?:this market|it) may (?:also )?(?:be )?resolved? as soon as [^.]{1,200}$/,
]

const SOURCE =
  /^resolution source: \S+$|^(?:the )?(?:primary |main )?resolution sources? (?:for this market |for this information )?(?:will be|is|are|will|be)\b|^this market will (?:resolve|be resolved) based (?:solely )?on (?:the )?(?:result of (?:the|this) election as indicated by )?(?:a )?consensus of credible reporting$|^if there is (?:[a-z]{3} )?ambiguity, this market will resolve (?:based )?(?:solely )?(?:based )?on the official results\b|^a consensus of credible reporting (?:may|will) also be used$|^settlement is based on\b|^(?:the )?final table (?:of [^.]{1,40} )?(?:decides|counts)$|^first place in the final table counts$/

/** A setting that also gives a payout, or says what counts, is no mere setting. */
function isIdle(sentence: string): boolean {
  const pattern = idle.find((each) => each.test(sentence))
  if (pattern === undefined) return false
  return (
    pattern.source.includes('resolve') ||
    pattern.source.includes('count') ||
    pattern.source.includes('call') ||
    !/\bresolv|\bpays?\b|\bpaid\b|\bcounts?\b|\bunless\b|\bexcept\b/.test(sentence)
  )
}

/** Who may be named as judge. Words of courtesy around them are not compared. */
const judges: readonly (readonly [RegExp, string])[] = [
  [/\bassociated press\b|\bap\b/, 'ap'],
  [/\bfox news\b/, 'fox'],
  [/\bnbc\b/, 'nbc'],
  [/\bdecision desk\b/, 'decision desk'],
  [/\bcf benchmarks\b|\bbrti\b|\bethusd_rti\b|\bsolusd_rti\b|\b[a-z]{3,5}usd_rti\b/, 'cf benchmarks'],
  [/\bbinance\b/, 'binance'],
  [/\bcoinbase\b/, 'coinbase'],
  [/\bcoingecko\b/, 'coingecko'],
  [/\bcoinmarketcap\b/, 'coinmarketcap'],
  [/\btradingview\b/, 'tradingview'],
  [/\bpyth\b/, 'pyth'],
  [/\bchainlink\b(?! )/, 'chainlink'],
  [/\bnational weather service\b|\bnws\b/, 'nws'],
  [/\bweather underground\b|\bwunderground\b/, 'weather underground'],
  [/\baccuweather\b/, 'accuweather'],
  [/\bbureau of labor statistics\b|\bbls\b|\bemployment situation\b/, 'bls'],
  [/\bbureau of economic analysis\b|\bbea\b/, 'bea'],
  [/\baaa\b/, 'aaa'],
  [/\benergy information administration\b|\beia\b/, 'eia'],
  [/\bcomex\b/, 'comex'],
  [/\blbma\b/, 'lbma'],
  [/\bnymex\b/, 'nymex'],
  [/\bcme\b/, 'cme'],
  [/\bnielsen\b/, 'nielsen'],
  [/\bbox office mojo\b/, 'box office mojo'],
  [/\bthe numbers\b/, 'the numbers'],
  [/\bbloomberg\b/, 'bloomberg'],
  [/\bforbes\b/, 'forbes'],
  [/\bbillboard\b/, 'billboard'],
  [/\bspotify\b/, 'spotify'],
  [/\brotten tomatoes\b|\btomatometer\b/, 'rotten tomatoes'],
  [/\bmetacritic\b/, 'metacritic'],
  [/\bnasa\b|\bgistemp\b/, 'nasa'],
  [/\bcopernicus\b|\bera5\b/, 'copernicus'],
  [/\bnoaa\b/, 'noaa'],
  [/\bgeological survey\b|\busgs\b/, 'usgs'],
  [/\bvotehub\b/, 'votehub'],
  [/\bsilver bulletin\b/, 'silver bulletin'],
  [/\brealclear/, 'rcp'],
  [/\bfivethirtyeight\b|\b538\b/, '538'],
  [/\bgallup\b/, 'gallup'],
  [/\bcdc\b/, 'cdc'],
  [/\bopinion of the exchange\b/, 'exchange'],
]

export function judgesIn(text: string): readonly string[] {
  return judges.filter(([pattern]) => pattern.test(text)).map(([, name]) => name)
}

const TIE =
  /\bt(?:ie|ies|ied|ying)\b|\bjoint(?:ly)?\b|\bdead heat\b|\bequally many\b|\bexactly equal\b|\blevel\b (?:then|at)|\bdraws?\b/
const VOID =
  /\bcancel|\bpostpon|\babandon|\breschedul|\bnot (?:been )?(?:completed|concluded|held|played|awarded|known|declared)\b|\bno winner\b|\bwithout (?:a|an|any) |\bno [^.]{1,60} (?:takes place|is held|is declared|declared)\b|\bnot take place\b|\bisn't known\b|\bforfeit|\bdoes not (?:occur|take place)\b|\bno champion\b|\bno (?:nominee|statement) is\b|\bif no statement\b|\bwithout such\b|\bthere is no\b|\bno such\b/
const OVERTIME =
  /\bovertime\b|\bextra time\b|\bpenalt(?:y|ies)\b|\bshoot-?outs?\b|\bninety minutes\b|\b90 minutes\b|\bextra innings\b/
const DEATH = /\bdeath\b|\bdies?\b|\bdied\b|\bdeceased\b/
const REPLACED = /\breplace|\bdisqualif|\bstripp|\bwithdraw/

/** Reads every sentence that is no claim. `last` is the last day named so far, for "by then". */
export function readClauses(sentences: readonly string[], hint: string | null): ReadClauses {
  const clauses: Clause[] = []
  const sources = new Set<string>()
  const unread: string[] = []
  let last: string | null = null
  const thens = sentences.some((sentence) => /\bby then\b/.test(sentence))
  for (const sentence of sentences) {
    const dated = thens || VOID.test(sentence)
    const day: string | null = dated
      ? (takeWindow(sentence, hint).window.last ?? (/\bby then\b/.test(sentence) ? last : null))
      : null
    last = day ?? last
    const until = durationIn(sentence) ?? day
    if (SOURCE.test(sentence)) {
      for (const judge of judgesIn(sentence)) sources.add(judge)
      if (
        TIE.test(sentence) ||
        VOID.test(sentence) ||
        DEATH.test(sentence) ||
        /\b(?:unless|except|if)\b/.test(sentence.replace(/^if there is/, ''))
      )
        unread.push(sentence)
      continue
    }
    const read = clausesOf(sentence, until)
    if (read.length > 0) clauses.push(...read)
    else if (!isOtherwise(sentence) && !isIdle(sentence)) unread.push(sentence)
  }
  return { clauses, sources, unread }
}

const COUNTS: readonly string[] =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen'.split(' ')

/** "Within seven days": how long a venue waits, counted from a day that both texts name elsewhere. */
function durationIn(sentence: string): string | null {
  const found = /\b(\d{1,3}|[a-z]{3,8}) (hour|day|week|month|year)s?\b/.exec(sentence.replace(/-/g, ' '))
  const number = found === null ? -1 : /^\d/.test(found[1] ?? '') ? Number(found[1]) : COUNTS.indexOf(found[1] ?? '')
  return found === null || number < 0 ? null : `${number} ${found[2]}s`
}

function clausesOf(sentence: string, until: string | null): readonly Clause[] {
  const found: Clause[] = []
  const payout = payoutOf(sentence)
  const add = (kind: Clause['kind'], says: string): void => {
    found.push({ kind, says, until: kind === 'void' ? until : null, text: sentence })
  }
  // A case that is named and whose payout is not understood is not read, nor one that is turned round.
  if (/\bnot (?:so|the case|true)\b|\bunless\b|\bexcept\b/.test(sentence)) return []
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
  if (/\bremain(?:s)? open\b|\bkeeps? [^.]{0,40}open\b|\bleaves? [^.]{0,40}open\b/.test(sentence)) found.push('waits')
  if (/\bfair (?:price|market)\b|\blast traded\b/.test(sentence)) found.push('fair_price')
  if (/\bsplit payouts?\b|\bproportional\b|\bdivided by\b/.test(sentence)) found.push('shared')
  if (/\balphabetical/.test(sentence)) found.push('alphabetical')
  if (/\bresolves? [^.]{0,40}\bto "?yes\b/.test(sentence)) found.push('yes')
  if (/\blowest bracket wins\b/.test(sentence)) found.push('lowest')
  if (/\bcertified result decides\b/.test(sentence)) found.push('certified')
  if (
    /"no change" (?:bracket|wins)|\brate counts as maintained\b|"fed maintains rate" will resolve to yes and all others/.test(
      sentence,
    )
  )
    found.push('no_change')
  if (/\btie-?break|\bmore votes wins\b|\bgreater number of\b/.test(sentence)) found.push('tie_break')
  if (
    /\bresolves? (?:immediately |it )?to "?(?:no|other)\b|\bto "?(?:no|other)"?[.,]?$|\bresolves? [^.]{1,60} to "?no"?/.test(
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
