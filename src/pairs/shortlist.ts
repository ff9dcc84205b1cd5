import type { Contract } from './contract.ts'
import { onGrid } from './levels.ts'
import type { Reading } from './read-market.ts'
import { clauseOf } from './skeleton.ts'
import { fold } from './text.ts'

/** Two markets worth judging, by their places in the two lists. `score` is the likeness of their words, 0 to 100. */
export interface Shortlisted {
  readonly first: number
  readonly second: number
  readonly score: number
}

/** Looked up by likeness alone, for each market. */
const ALIKE_MAX = 5
/** Of one structure, for each market: strikes of one day, candidates of one race. */
const JOINED_MAX = 20
/** A word that more markets share tells none of them. */
const POSTINGS_MAX = 400
const WORDS_MAX = 40
/** Below this likeness two questions that no structure joins are not worth a look. */
const SCORE_MIN = 35

interface Indexed {
  readonly words: readonly string[]
  readonly key: string | null
}

/**
 * The pairs worth judging: those whose structure is one, and those whose words are alike. Only this list decides what is
 * looked at; likeness decides nothing else.
 */
export function shortlist(first: readonly Reading[], second: readonly Reading[]): readonly Shortlisted[] {
  const [a, b] = [first.map(indexed), second.map(indexed)]
  const weights = weightsOf([...a, ...b])
  const [lengthsA, lengthsB] = [
    a.map((each) => lengthOf(each.words, weights)),
    b.map((each) => lengthOf(each.words, weights)),
  ]
  const postings = postingsOf(b)
  const joined = joinsOf(b)
  const found: Shortlisted[] = []
  for (const [at, { words, key }] of a.entries()) {
    const shared = new Map<number, number>()
    for (const word of words) {
      const weight = weights.get(word) ?? 0
      for (const other of postings.get(word) ?? []) shared.set(other, (shared.get(other) ?? 0) + weight * weight)
    }
    const scoreOf = (other: number): number => {
      const length = (lengthsA[at] ?? 0) * (lengthsB[other] ?? 0)
      return length === 0 ? 0 : Math.round((100 * (shared.get(other) ?? 0)) / length)
    }
    const structural = new Set(best(key === null ? [] : (joined.get(key) ?? []), scoreOf, JOINED_MAX))
    const alike = best([...shared.keys()], scoreOf, ALIKE_MAX).filter((other) => scoreOf(other) >= SCORE_MIN)
    for (const other of new Set([...structural, ...alike]))
      found.push({ first: at, second: other, score: scoreOf(other) })
  }
  return found
}

/** The highest scores, in one pass: lists can be long, and few are wanted. */
function best(others: readonly number[], scoreOf: (other: number) => number, limit: number): readonly number[] {
  const kept: { other: number; score: number }[] = []
  for (const other of others) {
    const score = scoreOf(other)
    const last = kept[kept.length - 1]
    if (kept.length === limit && last !== undefined && score <= last.score) continue
    const place = kept.findIndex((each) => each.score < score)
    kept.splice(place < 0 ? kept.length : place, 0, { other, score })
    if (kept.length > limit) kept.pop()
  }
  return kept.map(({ other }) => other)
}

function indexed({ market, contract }: Reading): Indexed {
  const question = fold(`${market.title} ${market.yesLabel.split('::')[0] ?? ''}`)
  const words = new Set(
    clauseOf(question)
      .split(' ')
      .filter((word) => word.length > 1),
  )
  return { words: [...words].slice(0, WORDS_MAX), key: contract === null ? null : keyOf(contract) }
}

/** What equal contracts, and opposite ones, have in common. */
function keyOf(contract: Contract): string | null {
  switch (contract.kind) {
    case 'contest':
      return `contest ${[...contract.contest.words].toSorted().join(' ')} / ${contract.subject}`
    case 'seat':
      return `seat ${contract.stage} ${contract.office} ${contract.place ?? '?'} / ${contract.subject}`
    case 'game':
      return `game ${contract.league} ${contract.teams.join(' / ')} ${contract.day ?? '?'}`
    case 'step':
      return `step ${contract.meeting ?? '?'}`
    case 'level': {
      const { from, to } = onGrid(contract.levels, contract.grid)
      const bound = from?.value ?? (to === null ? null : to.value + (contract.grid ?? 0n))
      const [measure = ''] = contract.words
      return bound === null ? null : `level ${measure} ${contract.window.last ?? '?'} ${bound}`
    }
    case 'event':
      return `event ${contract.clause}`
  }
}

/** Rare words weigh more. Those in every second market weigh nothing. */
function weightsOf(all: readonly Indexed[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { words } of all) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return new Map([...counts].map(([word, count]) => [word, Math.log(1 + all.length / count)]))
}

function lengthOf(words: readonly string[], weights: ReadonlyMap<string, number>): number {
  return Math.sqrt(words.reduce((sum, word) => sum + (weights.get(word) ?? 0) ** 2, 0))
}

function postingsOf(all: readonly Indexed[]): ReadonlyMap<string, readonly number[]> {
  const postings = new Map<string, number[]>()
  for (const [at, { words }] of all.entries()) {
    for (const word of words) {
      const known = postings.get(word)
      if (known === undefined) postings.set(word, [at])
      else if (known.length <= POSTINGS_MAX) known.push(at)
    }
  }
  for (const [word, list] of postings) if (list.length > POSTINGS_MAX) postings.delete(word)
  return postings
}

function joinsOf(all: readonly Indexed[]): ReadonlyMap<string, readonly number[]> {
  const joins = new Map<string, number[]>()
  for (const [at, { key }] of all.entries()) {
    if (key === null) continue
    const known = joins.get(key)
    if (known === undefined) joins.set(key, [at])
    else known.push(at)
  }
  return joins
}
