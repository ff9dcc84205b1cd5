/** What a sentence says must be so for a market to pay. Texts are folded clauses without the words around them. */
export type Claim =
  | { readonly kind: 'yes'; readonly text: string }
  | { readonly kind: 'no'; readonly text: string }
  /** The market is one of several of its event: what its own outcome must do. */
  | { readonly kind: 'listed'; readonly text: string }
  /** The market is one of several values of a figure: which figure it is. Its own value stands in the title. */
  | { readonly kind: 'figure'; readonly text: string }
  /** One of two named outcomes. */
  | { readonly kind: 'outcome'; readonly label: string; readonly text: string }

export interface ClaimedSentence {
  readonly claim: Claim
  /** What else the sentence says, to be read as a sentence of its own. */
  readonly remainder: string | null
}

const RESOLVES = '(?:(?:this|the) market|it|this)(?: will)?(?: immediately)? resolves?(?: immediately)?(?: to)?'
const THEN_YES = new RegExp(`^if (.{1,800}?),? (?:then )?${RESOLVES} "?yes,?"?$`)
const YES_IF = new RegExp(`^(?:${RESOLVES}|resolves(?: to)?) "?yes"? (?:if|as soon as|when|once|in case) (.{1,800})$`)
const NO_IF = new RegExp(`^(?:${RESOLVES}|resolves(?: to)?) "?no"? if (.{1,800})$`)
/** One of several, and no word more: "the next individual who" is another question than "the individual who". */
const LISTED =
  /^(?:this (?:poly)?(?:market|event)|it)(?: will)? resolves? (?:to )?(?:according )?to the (?:(?:name|title) of the )?(?:listed |named |national |political |professional )?(?:team|club|side|country|nation|player|driver|golfer|goalkeeper|fighter|athlete|rider|horse|contestant|participant|entrant|candidate|nominee|individual|person|people|party|coalition|company|bank|movie|film|show|game|song|album|artist|book) (?:that|who|which) (.{1,600})$/
const LISTED_WINNER =
  /^(?:this (?:poly)?market|it)(?: will)? resolves? (?:according )?to (?:the )?(?:overall )?winner of (?:the )?(.{1,400})$/
const LISTED_ENTRY =
  /^this market(?: will)? resolves? (?:according )?to the [a-z]{3,20} whose (?:candidate|entry|song) (?:for|in|to) (.{1,120}) wins$/
/** "Resolves to the percentage change in ...": the figure and nothing that a listed name could be. */
const FIGURE =
  /^(?:this (?:poly)?market|it)(?: will)? resolves? (?:according )?to the ((?:[a-z0-9-]{1,20} ){0,4}(?:change|rate|upper bound|number|figure|value|level|price)\b .{1,400})$/
const OUTCOME = new RegExp(`^if (.{1,200}?),? ${RESOLVES} "([^"]{1,60})"$`)
const TO_OUTCOME = new RegExp(`^${RESOLVES} "([^"]{1,60})" if (.{1,600})$`)
const TAILS = [
  '; otherwise',
  ', otherwise',
  '. otherwise',
  ', and otherwise',
  ', and to "no"',
  ' and to "no"',
  ', else to',
  ', or otherwise to',
  ', and to no',
]

export function claimIn(sentence: string): ClaimedSentence | null {
  const then = THEN_YES.exec(sentence)
  if (then !== null) return { claim: { kind: 'yes', text: then[1] ?? '' }, remainder: null }
  const yes = YES_IF.exec(sentence)
  if (yes !== null) return withTail(yes[1] ?? '')
  const winner = LISTED_WINNER.exec(sentence)
  if (winner !== null) return { claim: { kind: 'listed', text: `wins ${winner[1] ?? ''}` }, remainder: null }
  const figure = FIGURE.exec(sentence)
  if (figure !== null) return { claim: { kind: 'figure', text: figure[1] ?? '' }, remainder: null }
  const listed = LISTED.exec(sentence)
  if (listed !== null) return { claim: { kind: 'listed', text: listed[1] ?? '' }, remainder: null }
  const entry = LISTED_ENTRY.exec(sentence)
  if (entry !== null) return { claim: { kind: 'listed', text: `wins ${entry[1] ?? ''}` }, remainder: null }
  const outcome = OUTCOME.exec(sentence)
  if (outcome !== null) return named(outcome[2] ?? '', outcome[1] ?? '')
  const to = TO_OUTCOME.exec(sentence)
  if (to !== null) return named(to[1] ?? '', to[2] ?? '')
  return null
}

/** "Other" and "No" are no outcomes of their own: what is said of them is a rule for failing. */
function named(label: string, text: string): ClaimedSentence | null {
  if (/^(?:other|no|yes|50-50|no winner)$/.test(label.replace(/[.,]$/, ''))) return null
  return { claim: { kind: 'outcome', label: label.replace(/[.,]$/, ''), text }, remainder: null }
}

function withTail(text: string): ClaimedSentence {
  const at = TAILS.map((tail) => text.indexOf(tail)).filter((index) => index > 0)
  if (at.length === 0) return { claim: { kind: 'yes', text }, remainder: null }
  const cut = Math.min(...at)
  const tail = text.slice(cut).replace(/^[;,. ]+/, '')
  const plain =
    /^(?:and )?(?:otherwise,? ?(?:it |this market )?(?:will )?(?:resolves? )?to "?no"?|(?:to|else to) "?no"? ?otherwise|to "?no"? otherwise|else to "?no"?|otherwise to "?no"?)$/.test(
      tail,
    )
  return { claim: { kind: 'yes', text: text.slice(0, cut) }, remainder: plain ? null : tail }
}

/** Whether a sentence says only that NO is what is left. */
export function isOtherwise(sentence: string): boolean {
  return /^(?:otherwise|in (?:every|any) other case),? (?:(?:this market|the market|it)(?: will)? )?(?:resolves? )?(?:to )?"?no"?$/.test(
    sentence,
  )
}

/** Whether a sentence gives NO for what a claim already excludes: the words for it are the claim's own. */
export function noClaimIn(sentence: string): string | null {
  return NO_IF.exec(sentence)?.[1] ?? null
}
