import type { Claim } from './claims.ts'
import type { Contest } from './contests.ts'
import type { Levels } from './levels.ts'
import type { League } from './teams.ts'
import type { Window } from './windows.ts'

/** What a market is about, read from its question and the claims of its rules. */
export type Contract = ContestContract | SeatContract | GameContract | StepContract | LevelContract | EventContract

/** Somebody wins a competition or an award, or ends it at some place. */
export interface ContestContract {
  readonly kind: 'contest'
  readonly contest: Contest
  readonly league: League | null
  readonly subject: string
  /** `wins`, `top 4`, `relegated`, `place last`, `leads assists`. */
  readonly result: string
}

/** Somebody, or somebody of a party, is nominated for or elected to an office. */
export interface SeatContract {
  readonly kind: 'seat'
  readonly stage: 'nomination' | 'election'
  readonly office: string
  readonly place: string | null
  /** Of the nomination. Null for an election. */
  readonly party: string | null
  readonly subject: string
  readonly year: number | null
  /** `vote`, or what else makes it so: `inaugurated`, `announced`. */
  readonly by: string
  readonly accepts: boolean
  /** For the rest of a term. */
  readonly special: boolean
}

/** One match. The subject is who must win it; null where a draw must come of it. */
export interface GameContract {
  readonly kind: 'game'
  readonly league: string
  readonly teams: readonly [string, string]
  readonly day: string | null
  /** `game`, or the part or measure of it that decides: `first half`, `spread`, `total`, `advances`. */
  readonly scope: string
  /** The numbers and parts that the headline names for that scope: `11.5`, `1 half`. Empty for the whole game. */
  readonly line: string
  readonly subject: string
  /** Whether one side must win, or a draw pays both alike: only then is NO of one the YES of the other. */
  readonly twoWay: boolean
}

/** What a central bank does at one meeting. */
export interface StepContract {
  readonly kind: 'step'
  /** Month of the meeting, `2026-06`. */
  readonly meeting: string | null
  /** Basis points, cuts below zero. */
  readonly step: Levels
}

/** A measure lies in a set of values at some time. */
export interface LevelContract {
  readonly kind: 'level'
  /** What is measured, in words that equal measures share. */
  readonly words: ReadonlySet<string>
  readonly levels: Levels
  /** The distance between neighbouring values, where the text tells it: one decimal, whole numbers. */
  readonly grid: bigint | null
  /** `at` a moment or for a period, or `touch` at any moment of it. */
  readonly manner: 'at' | 'touch'
  readonly window: Window
}

/** Something happens, or has happened, by some time. */
export interface EventContract {
  readonly kind: 'event'
  /** The claim without its dates, in one form for words of one meaning. */
  readonly clause: string
  /** Words of the headline and of the YES label that the claim leaves out: "the listed country" is told by them alone. */
  readonly headline: ReadonlySet<string>
  readonly window: Window
}

/** How a reader answers: a contract, a reason why the text cannot be one, or that it is not its kind. */
export type ReadContract =
  | { readonly kind: 'contract'; readonly contract: Contract; readonly unusedClaims: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string }

/** What every reader works on. All folded. */
export interface Question {
  readonly title: string
  readonly label: string
  readonly claims: readonly Claim[]
  readonly sentences: readonly string[]
  readonly symbol: string
  /** The day on which it closes by name. */
  readonly closeDay: string | null
}

export function readAs(contract: Contract, unusedClaims: readonly string[] = []): ReadContract {
  return { kind: 'contract', contract, unusedClaims }
}

export function problem(text: string): ReadContract {
  return { kind: 'problem', problem: text }
}
