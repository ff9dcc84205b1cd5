import { type Difference, moneyFirst } from '../../capture/replay/compare.ts'

/** What a session decided about one order: what a person would want to know that it still decides. Amounts are decimals. */
export interface Decision {
  /** 1 for the operation after the session began, 2, 3, … */
  readonly operation: number
  readonly op: string
  readonly kind: 'order' | 'denial' | 'unwind'
  readonly market: string
  readonly outcome: string
  readonly side: string
  readonly quantity: string
  readonly price: string
  readonly timeInForce: string
  readonly status: string
  readonly filled: string
  /** Codes of the safeguards that said no. */
  readonly denials: readonly string[]
}

export interface OperationOutcome {
  readonly op: string
  readonly outcome: unknown
}

export interface DecisionChange {
  readonly recorded: Decision | null
  readonly today: Decision | null
  /** Fields that are not the same, those about money first. Empty when one side is missing. */
  readonly differences: readonly Difference[]
}

/** The decisions in the outcomes of a session's operations, in the order in which they were made. */
export function decisionsOf(outcomes: readonly OperationOutcome[]): readonly Decision[] {
  return outcomes.flatMap(({ op, outcome }, index) =>
    decisionsIn(outcome).map((decision) => ({ operation: index + 1, op, ...decision })),
  )
}

/** Decisions that are not as they were, paired by operation and place in it. */
export function changedDecisions(recorded: readonly Decision[], today: readonly Decision[]): readonly DecisionChange[] {
  const [before, after] = [byPlace(recorded), byPlace(today)]
  const places = [...new Set([...before.keys(), ...after.keys()])]
  return places.flatMap((place) => {
    const [was, is] = [before.get(place) ?? null, after.get(place) ?? null]
    const differences = was === null || is === null ? [] : fieldsThatDiffer(was, is)
    return was !== null && is !== null && differences.length === 0 ? [] : [{ recorded: was, today: is, differences }]
  })
}

function byPlace(decisions: readonly Decision[]): ReadonlyMap<string, Decision> {
  const seen = new Map<number, number>()
  return new Map(
    decisions.map((decision) => {
      const place = seen.get(decision.operation) ?? 0
      seen.set(decision.operation, place + 1)
      return [`${String(decision.operation).padStart(6, '0')}/${place}`, decision]
    }),
  )
}

function fieldsThatDiffer(recorded: Decision, today: Decision): readonly Difference[] {
  const text = (of: Decision, field: string): string => JSON.stringify(Reflect.get(of, field))
  return moneyFirst(
    Object.keys(recorded).flatMap((field) => {
      const [was, is] = [text(recorded, field), text(today, field)]
      return was === is ? [] : [{ field, recorded: was, actual: is }]
    }),
  )
}

/** An outcome holds orders at different depths: alone, as legs and unwinds of a trade, as a list. */
function decisionsIn(value: unknown, denials: readonly string[] = []): readonly Omit<Decision, 'operation' | 'op'>[] {
  if (Array.isArray(value)) return value.flatMap((item) => decisionsIn(item))
  if (!isObject(value)) return []
  if (isObject(value.intent) && typeof value.status === 'string') return [decisionOf(value, value.intent, denials)]
  const own = Array.isArray(value.denials) ? value.denials.flatMap(codeOf) : []
  return Object.values(value).flatMap((member) => decisionsIn(member, own))
}

function decisionOf(
  order: Readonly<Record<string, unknown>>,
  intent: Readonly<Record<string, unknown>>,
  denials: readonly string[],
): Omit<Decision, 'operation' | 'op'> {
  const status = String(order.status)
  const unwinds = isObject(intent.purpose) && intent.purpose.kind === 'unwind'
  return {
    kind: status === 'denied' ? 'denial' : unwinds ? 'unwind' : 'order',
    market: String(intent.market),
    outcome: String(intent.outcome),
    side: String(intent.side),
    quantity: String(intent.quantity),
    price: String(intent.price),
    timeInForce: String(intent.timeInForce),
    status,
    filled: String(order.filledQuantity),
    denials,
  }
}

function codeOf(denial: unknown): readonly string[] {
  return isObject(denial) && typeof denial.code === 'string' ? [denial.code] : []
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
