import type { Random } from '../runtime/random.ts'

/** What can go wrong with the messages of a socket. Carried out between the venue and the network. */
export type FrameFault =
  /** Lost. */
  | { readonly kind: 'drop_frame' }
  /** Lost, and those after it: `frames` in all. */
  | { readonly kind: 'gap_frames'; readonly frames: number }
  | { readonly kind: 'duplicate_frame' }
  /** Comes after the message that follows it. */
  | { readonly kind: 'reorder_frames' }
  /** Comes `ms` late, and so does what follows it. */
  | { readonly kind: 'delay_frames'; readonly ms: number }
  /** Lost, and the connection breaks off without a close frame. */
  | { readonly kind: 'reset_socket' }
  /** Lost, and from now on the connection stays open and silent: no message, no ping, no pong. */
  | { readonly kind: 'half_open_socket' }

/**
 * What can go wrong between a client and a venue. Transport faults are carried out by the server around any face;
 * those of `askedByFaces` are asked for by the faces themselves.
 */
export type Fault =
  /** Executed, then the connection is destroyed without an answer. */
  | { readonly kind: 'drop_response' }
  /** The connection is destroyed before anything is executed. */
  | { readonly kind: 'drop_request' }
  /** Executed, answer withheld for `ms`, then the connection is destroyed. */
  | { readonly kind: 'timeout'; readonly ms: number }
  /** Another answer, after executing (`executed`) or instead of it. */
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body: string
      readonly executed: boolean
      readonly headers: Readonly<Record<string, string>>
    }
  /** Executed and answered `ms` late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A gateway's error page with this status, after executing or instead of it. */
  | { readonly kind: 'html'; readonly status: number; readonly executed: boolean }
  /** Executed, then only half of the answer is sent. */
  | { readonly kind: 'truncate' }
  /** Reads show orders as they were before a change that is younger than `ms`. */
  | { readonly kind: 'stale_reads'; readonly ms: number }
  /** The executions of the order placed by this call fail to settle. */
  | { readonly kind: 'settlement_failed' }
  /** The order placed by this call is matched `ms` later. */
  | { readonly kind: 'delayed_match'; readonly ms: number }
  /** The list of this call ends with a cursor that means nothing, also on what would be its last page. */
  | { readonly kind: 'garbage_cursor' }
  /** Everything of the batch is executed, and the answer does not speak of its last order. */
  | { readonly kind: 'partial_batch' }
  /** The answer to the batch has its entries the other way round. */
  | { readonly kind: 'reversed_batch' }
  /** The executions of the order placed by this call settle at the second attempt. */
  | { readonly kind: 'settlement_retried' }
  /** The answer to this order says what it says in another of the forms that the venue has been seen to use. */
  | { readonly kind: 'answer_form'; readonly form: AnswerForm }
  /** The catalogue rows of this call say nothing of the exchange that their market trades on. */
  | { readonly kind: 'missing_version' }
  | FrameFault

/**
 * `millionths`: amounts as integers. `unmatched`: a resting order is called so. `refused_as_success`: nothing is placed, and
 * a refusal says success. `refused_with_200`: nothing is placed, and it says so with status 200.
 */
export const answerForms = ['millionths', 'unmatched', 'refused_as_success', 'refused_with_200'] as const
export type AnswerForm = (typeof answerForms)[number]

export type FaultKind = Fault['kind']

export interface FaultRule {
  /** `kalshi`, `polymarket` or `*`. */
  readonly venue: string
  /** Name of an endpoint of a face, or `*`. */
  readonly endpoint: string
  /** Calls to let pass first. */
  readonly skip: number
  /** Calls to spoil; null for all. */
  readonly times: number | null
  /** Share of matching calls that are spoilt, in percent, drawn from the seed. */
  readonly percent: number
  readonly fault: Fault
}

interface ActiveRule {
  readonly rule: FaultRule
  skip: number
  left: number | null
}

const askedByFaces: ReadonlySet<FaultKind> = new Set([
  'stale_reads',
  'settlement_failed',
  'delayed_match',
  'garbage_cursor',
  'partial_batch',
  'reversed_batch',
  'settlement_retried',
  'answer_form',
  'missing_version',
])

const frameFaults: ReadonlySet<FaultKind> = new Set<FrameFault['kind']>([
  'drop_frame',
  'gap_frames',
  'duplicate_frame',
  'reorder_frames',
  'delay_frames',
  'reset_socket',
  'half_open_socket',
])

function isFrameFault(fault: Fault): fault is FrameFault {
  return frameFaults.has(fault.kind)
}

/** The rules in force. Rules are tried in the order they were added, and each call uses up the first that applies. */
export class Faults {
  private rules: ActiveRule[] = []

  constructor(private readonly random: Random) {}

  add(rule: FaultRule): void {
    this.rules.push({ rule, skip: rule.skip, left: rule.times })
  }

  /** Takes back a rule that was added. */
  remove(rule: FaultRule): void {
    this.rules = this.rules.filter((active) => active.rule !== rule)
  }

  clear(): void {
    this.rules = []
  }

  list(): readonly (FaultRule & { readonly left: number | null })[] {
    return this.rules.map(({ rule, left }) => ({ ...rule, left }))
  }

  /** The fault that the server carries out around this call, or null. */
  takeTransport(venue: string, endpoint: string): Fault | null {
    return this.take(venue, endpoint, (kind) => !askedByFaces.has(kind) && !frameFaults.has(kind))
  }

  /** The fault that befalls this message of a socket, or null. Rules name its type as their endpoint. */
  takeFrame(venue: string, type: string): FrameFault | null {
    const fault = this.take(venue, type, (kind) => frameFaults.has(kind))
    return fault !== null && isFrameFault(fault) ? fault : null
  }

  /** The fault of one kind that a face carries out in this call, or null. */
  takeKind<Kind extends FaultKind>(venue: string, endpoint: string, kind: Kind): Extract<Fault, { kind: Kind }> | null {
    const fault = this.take(venue, endpoint, (candidate) => candidate === kind)
    return fault !== null && isKind(fault, kind) ? fault : null
  }

  /** The entries of the answer to a batch, as far as the rules in force let them through. */
  entriesOf<T>(venue: string, endpoint: string, entries: readonly T[]): readonly T[] {
    const told = this.takeKind(venue, endpoint, 'partial_batch') === null ? entries : entries.slice(0, -1)
    return this.takeKind(venue, endpoint, 'reversed_batch') === null ? told : told.toReversed()
  }

  /** Milliseconds by which reads of a venue lag under the rules still in force. */
  readLagMs(venue: string): number {
    const lags = this.rules.flatMap(({ rule, left }) =>
      rule.fault.kind === 'stale_reads' && left !== 0 && matches(rule.venue, venue) ? [rule.fault.ms] : [],
    )
    return Math.max(0, ...lags)
  }

  private take(venue: string, endpoint: string, wanted: (kind: FaultKind) => boolean): Fault | null {
    for (const active of this.rules) {
      const { rule } = active
      if (!wanted(rule.fault.kind) || !matches(rule.venue, venue) || !matches(rule.endpoint, endpoint)) continue
      if (active.left === 0) continue
      if (active.skip > 0) {
        active.skip--
        continue
      }
      if (rule.percent < 100 && this.random.below(100) >= rule.percent) continue
      if (active.left !== null) active.left--
      return rule.fault
    }
    return null
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name
}

function isKind<Kind extends FaultKind>(fault: Fault, kind: Kind): fault is Extract<Fault, { kind: Kind }> {
  return fault.kind === kind
}
