/**
 * Venue text is hostile input: anything may stand in it, at any length. Everything below is bounded, works on the folded
 * form, and gives up (null) where a bound is passed; a pattern sees one sentence at most.
 */

export const TITLE_MAX = 500
const RULES_MAX = 20_000
const SENTENCE_MAX = 900
const SENTENCES_MAX = 80

/** What stands for a sign that negates another: no text with it is read. */
export const NEGATED = '(negated sign)'

/** What stands for a mark that shows the letters behind it in the other order: a person reads another text than we do. */
export const REVERSED = '(reversing mark)'
const REVERSING = /[\u202b\u202e\u2067]/g

/** Signs whose canonical decomposition would drop the stroke that negates them. */
const NEGATED_SIGNS = /[\u2260\u226e-\u2271\u2209\u2204]/g
const MARKS = /\p{M}+/gu
const INVISIBLE = /\p{Cf}+/gu
const CONTROLS = /[\p{Cc}\u2028\u2029]+/gu

/** Nothing in it that unifying would change but for two signs: most texts. */
const PLAIN = /^[\t\n\r\x20-\x7e]*$/

/** The text with signs unified and case kept: what is left after it is to be compared, not shown. */
function unify(text: string): string {
  if (PLAIN.test(text)) return text.replace(/`/g, "'").replace(/\*\*/g, ' ')
  return text
    .replace(REVERSING, ` ${REVERSED} `)
    .replace(INVISIBLE, '')
    .replace(NEGATED_SIGNS, ` ${NEGATED} `)
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(/[\u2018\u2019\u201b\u0060\u00b4\u02bc]/g, "'")
    .replace(/[\u201c\u201d\u201e\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\u2265/g, ' at least ')
    .replace(/\u2264/g, ' at most ')
    .replace(/\u00b0/g, ' ')
    .replace(/\*\*/g, ' ')
}

/** One line in lower case, without accents and double spaces. Bounded by `max` characters of the original. */
export function fold(text: string, max: number = TITLE_MAX): string {
  return lowered(unify(text.slice(0, max)))
}

function lowered(unified: string): string {
  return unified
    .replace(CONTROLS, ' ')
    .toLowerCase()
    .replace(/\s{2,}/g, ' ')
    .trim()
}

/** Without the full stop or bracket behind it, which ends a sentence. */
const WEB_ADDRESS = /\((?:see:? )?https?:\/\/[^\s()]{1,300}\)|https?:\/\/[^\s()]{0,300}[^\s().,;!?]/gi
/** The line that our own catalogue adds: who is named there is the judge, by the host's name. */
const NAMED_SITE = /^(Resolution source: )https?:\/\/([^/\s]{1,100})\S{0,300}$/gm
/** Examples bind nobody. Only what is in brackets and says so is left out. */
const EXAMPLE = /\((?:e\.g\.|see|for example)[^()]{0,300}\)/gi
const ABBREVIATION =
  /(?:^|[\s("])(?:[a-z]|jr|sr|inc|corp|ltd|co|st|vs|mr|mrs|ms|dr|u\.s|d\.c|e\.g|i\.e|a\.m|p\.m|[a-z]\.[a-z])$/i

/** The sentences of a rule text, folded. Null when it is longer than any text that a person would approve. */
export function sentencesOf(rules: string): readonly string[] | null {
  if (rules.length > RULES_MAX) return null
  const cleaned = unify(rules).replace(NAMED_SITE, '$1$2').replace(EXAMPLE, ' ').replace(WEB_ADDRESS, ' ')
  const sentences = cleaned
    .split(/[\n\r\u2028\u2029]+/)
    .flatMap(splitLine)
    .map(lowered)
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence))
  return sentences.length > SENTENCES_MAX || sentences.some(({ length }) => length > SENTENCE_MAX) ? null : sentences
}

function splitLine(line: string): readonly string[] {
  const sentences: string[] = []
  let from = 0
  for (const end of line.matchAll(/[.!?;]["')\]]{0,3}\s/g)) {
    const mark = line[end.index] ?? ''
    const before = line.slice(Math.max(from, end.index - 8), end.index)
    // A quotation's own full stop ends a sentence only when a new one begins.
    if (mark === '.' && ABBREVIATION.test(before)) continue
    sentences.push(line.slice(from, end.index))
    from = end.index + end[0].length
  }
  return [...sentences, line.slice(from).replace(/[.!?]["')\]\s]{0,5}$/, '')]
}

/** The words of a folded text: letters, digits and the signs that belong to numbers and names. */
export function wordsOf(folded: string): readonly string[] {
  return folded.replace(/'s\b|'/g, '').match(/[\p{L}\p{N}][\p{L}\p{N}.&+]*[\p{L}\p{N}+]|[\p{L}\p{N}]/gu) ?? []
}

/** Cuts at the first of these phrases that occurs: what stands before it and after it. */
export function cutAt(
  text: string,
  phrases: readonly string[],
): { readonly before: string; readonly phrase: string; readonly after: string } | null {
  let found: { at: number; phrase: string } | null = null
  for (const phrase of phrases) {
    const at = text.indexOf(phrase)
    if (at < 0 || (found !== null && (at > found.at || (at === found.at && phrase.length < found.phrase.length))))
      continue
    found = { at, phrase }
  }
  if (found === null) return null
  return {
    before: text.slice(0, found.at).trim(),
    phrase: found.phrase,
    after: text.slice(found.at + found.phrase.length).trim(),
  }
}

/** Whether both hold the same words, in any order. */
export function sameWords(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((word) => b.has(word))
}

const UNFILLED =
  /(?<!\b(?:or|and) )\b(?:above|below|than|least|most|between|and|exceeds?) ?[,.]|\{\{?[^}]{0,60}\}|<[a-z_ ]{1,40}>|\[(?:[a-z]+_)*(?:name|date|team|value|strike|x+)\]|\bin before\b|\bif (?:wins?|is|are|has|becomes)\b|\b(?:by|on|before) ?,(?! or\b)|%[sd]\b|\bundefined\b|\bnull\b/

/** A place in the text that a template should have filled and did not, or null. */
export function unfilledIn(sentences: readonly string[]): string | null {
  return sentences.find((sentence) => UNFILLED.test(sentence)) ?? null
}
