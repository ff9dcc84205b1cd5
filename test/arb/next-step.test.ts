import { expect } from 'chai'
import { followable, nextStep, type Step, type TradeView } from '../../src/arb/next-step.ts'
import { formatAmount, parseQuantity, parseRate, type Quantity } from '../../src/domain/amounts.ts'
import { isOpen, type Order, type OrderReport } from '../../src/domain/order.ts'
import { applyOrderEvent, deniedOrder, submittedOrder } from '../../src/domain/order-machine.ts'
import { type Policy, policyKinds } from '../../src/domain/pair-plan.ts'
import { aFill, anIntent, aTime } from '../support/builders.ts'

const policyOf = (kind: Policy['kind'], changes: Partial<Policy> = {}): Policy => ({
  kind,
  attemptsMax: 3,
  rung: parseRate('0.05'),
  provisionalMax: parseQuantity('2'),
  ...changes,
})

const intents = [
  anIntent({ id: 'o-a', quantity: '10', market: 'kalshi:KXTEST-26DEC31-A', outcome: 'yes' }),
  anIntent({ id: 'o-b', quantity: '10', market: 'polymarket:test', outcome: 'no' }),
] as const

const report = (changes: Partial<OrderReport>): OrderReport => ({
  venueOrderId: 'venue-order-1',
  clientOrderId: null,
  status: 'filled',
  filledQuantity: parseQuantity('0'),
  remainingQuantity: parseQuantity('0'),
  averagePrice: null,
  fees: null,
  provisional: false,
  ...changes,
})

type End =
  | 'full'
  | 'partial'
  | 'none'
  | 'rejected'
  | 'denied'
  | 'unknown'
  | 'unanswered'
  | 'provisional'
  | 'provisional partial'
  | 'late fill'
  | 'unknown, part filled'

/** Everything that can become of a leg, brought about by the events that bring it about. */
const ends: Readonly<Record<End, (leg: 0 | 1) => Order>> = {
  full: (leg) => told(leg, { status: 'filled', filledQuantity: parseQuantity('10') }),
  partial: (leg) => told(leg, { status: 'partially_filled', filledQuantity: parseQuantity('6') }),
  none: (leg) => told(leg, { status: 'cancelled' }),
  rejected: (leg) => applyOrderEvent(sent(leg), { kind: 'rejected', reason: 'no' }, aTime),
  denied: (leg) => deniedOrder(intents[leg], 'no', aTime),
  unknown: (leg) => applyOrderEvent(sent(leg), { kind: 'unknown', reason: 'no answer' }, aTime),
  unanswered: (leg) => sent(leg),
  provisional: (leg) => told(leg, { status: 'filled', filledQuantity: parseQuantity('10'), provisional: true }),
  'provisional partial': (leg) =>
    told(leg, { status: 'partially_filled', filledQuantity: parseQuantity('6'), provisional: true }),
  /** Reported as ended without a fill, and then a fill of it is told. */
  'late fill': (leg) => {
    const { market, outcome } = intents[leg]
    const fill = aFill({ market, outcome, quantity: '6', venue: leg === 0 ? 'kalshi' : 'polymarket' })
    return applyOrderEvent(ends.none(leg), { kind: 'filled', fill }, aTime)
  },
  'unknown, part filled': (leg) =>
    applyOrderEvent(
      sent(leg),
      { kind: 'reported', report: report({ status: 'unknown', filledQuantity: parseQuantity('6') }) },
      aTime,
    ),
}

function sent(leg: 0 | 1): Order {
  return submittedOrder(intents[leg], 'venue-order-1', aTime)
}

function told(leg: 0 | 1, changes: Partial<OrderReport>): Order {
  return applyOrderEvent(sent(leg), { kind: 'reported', report: report(changes) }, aTime)
}

function aView(first: Order, second: Order, changes: Partial<TradeView> = {}): TradeView {
  return {
    legs: [first, second],
    mending: { unwinds: [], completions: [] },
    tried: { unwinds: 0, completions: 0 },
    smallest: [parseQuantity('0.01'), parseQuantity('1')],
    ...changes,
  }
}

function inWords(step: Step): string {
  switch (step.kind) {
    case 'settle':
      return `settle ${step.orderIds.join(' ')}`
    case 'done':
      return 'done'
    case 'sell':
    case 'buy':
      return `${step.kind} ${formatAmount(step.quantity)} of ${'ab'[step.leg]}`
    case 'leave':
      return `leave ${formatAmount(step.quantity)} of ${'ab'[step.leg]}: ${step.why}`
  }
}

const step = (first: End, second: End, policy: Policy['kind'] = 'unwind') =>
  inWords(nextStep(aView(ends[first](0), ends[second](1)), policyOf(policy)))

describe('the next step of a two-leg trade', () => {
  // What each end leaves in hand, by hand and not by the code under test: contracts, of them provisional, and whether they are known.
  const held: Readonly<
    Record<End, { readonly filled: number; readonly provisional: number; readonly known: boolean }>
  > = {
    full: { filled: 10, provisional: 0, known: true },
    partial: { filled: 6, provisional: 0, known: true },
    none: { filled: 0, provisional: 0, known: true },
    rejected: { filled: 0, provisional: 0, known: true },
    denied: { filled: 0, provisional: 0, known: true },
    unknown: { filled: 0, provisional: 0, known: false },
    unanswered: { filled: 0, provisional: 0, known: false },
    provisional: { filled: 10, provisional: 10, known: true },
    'provisional partial': { filled: 6, provisional: 6, known: true },
    'late fill': { filled: 6, provisional: 0, known: true },
    'unknown, part filled': { filled: 6, provisional: 0, known: false },
  }
  const names = Object.keys(ends) as readonly End[]

  function expected(first: End, second: End, policy: Policy['kind']): string {
    const [a, b] = [held[first], held[second]]
    if (!a.known || !b.known) return `settle ${[a.known ? '' : 'o-a', b.known ? '' : 'o-b'].join(' ').trim()}`
    if (a.filled === b.filled) return 'done'
    const [heavy, light, more, less] = a.filled > b.filled ? ['a', 'b', a, b] : ['b', 'a', b, a]
    const excess = more.filled - less.filled
    if (policy === 'hold') return `leave ${excess} of ${heavy}: hold`
    if (policy === 'unwind') return `sell ${excess} of ${heavy}`
    // Two contracts that can be reversed may be hedged, and no more.
    const final = Math.max(0, excess - more.provisional)
    return `buy ${Math.min(excess, final + 2)} of ${light}`
  }

  for (const policy of policyKinds) {
    it(`is right for every combination of ends on both sides when the policy is to ${policy}`, () => {
      const wrong = names.flatMap((first) =>
        names.flatMap((second) => {
          const [is, should] = [step(first, second, policy), expected(first, second, policy)]
          return is === should ? [] : [`${first} + ${second}: ${is}, not ${should}`]
        }),
      )
      expect(wrong).to.deep.equal([])
    })
  }

  it('never trades while an order may still trade, whatever else is known', () => {
    for (const first of names) {
      for (const second of names) {
        const view = aView(ends[first](0), ends[second](1))
        const open = view.legs.some(({ status }) => isOpen(status))
        const { kind } = nextStep(view, policyOf('unwind'))
        expect(kind === 'settle', `${first} + ${second}`).to.equal(open)
      }
    }
  })

  const heavy = (changes: Partial<TradeView> = {}) => aView(ends.full(0), ends.partial(1), changes)
  const sale = (filledQuantity: string, status: Order['status'] = 'filled'): Order => ({
    ...told(0, { filledQuantity: parseQuantity(filledQuantity), status: 'partially_filled' }),
    status,
    intent: { ...intents[0], id: 'o-c', side: 'sell' },
  })

  it('sells only what earlier sales have left', () => {
    const view = heavy({ mending: { unwinds: [sale('3')], completions: [] }, tried: { unwinds: 1, completions: 0 } })
    expect(inWords(nextStep(view, policyOf('unwind')))).to.equal('sell 1 of a')
  })

  it('sells nothing more while the outcome of a sale is not known', () => {
    const view = heavy({ mending: { unwinds: [sale('3', 'unknown')], completions: [] } })
    expect(inWords(nextStep(view, policyOf('unwind')))).to.equal('settle o-c')
  })

  it('leaves the rest to a person once its attempts are used up', () => {
    const view = heavy({ tried: { unwinds: 3, completions: 0 } })
    expect(inWords(nextStep(view, policyOf('unwind')))).to.equal('leave 4 of a: attempts')
  })

  it('sells what could not be completed once the attempts to buy are used up', () => {
    const view = heavy({ tried: { unwinds: 0, completions: 3 } })
    expect(inWords(nextStep(view, policyOf('complete')))).to.equal('sell 4 of a')
  })

  it('leaves what no market takes in one order', () => {
    const smallest: readonly [Quantity, Quantity] = [parseQuantity('5'), parseQuantity('5')]
    expect(inWords(nextStep(heavy({ smallest }), policyOf('unwind')))).to.equal('leave 4 of a: too_small')
    expect(inWords(nextStep(heavy({ smallest }), policyOf('complete')))).to.equal('leave 4 of a: too_small')
  })

  it('counts what a completion bought as the leg that lacked it', () => {
    const bought: Order = {
      ...told(1, { filledQuantity: parseQuantity('4'), status: 'filled' }),
      intent: { ...intents[1], id: 'o-d' },
    }
    expect(
      inWords(nextStep(heavy({ mending: { unwinds: [], completions: [bought] } }), policyOf('complete'))),
    ).to.equal('done')
  })

  it('waits for fills that can be reversed beyond the bound instead of hedging or selling them', () => {
    const view = aView(ends.provisional(0), ends.none(1))
    const none = policyOf('complete', { provisionalMax: parseQuantity('0') })
    expect(inWords(nextStep(view, none))).to.equal('leave 10 of a: provisional')
  })

  it('lets a second leg follow what is final, and a bounded part of what is not', () => {
    expect(formatAmount(followable(ends.full(0), policyOf('unwind')))).to.equal('10')
    expect(formatAmount(followable(ends.provisional(0), policyOf('unwind')))).to.equal('2')
    expect(formatAmount(followable(ends.none(0), policyOf('unwind')))).to.equal('0')
  })

  it('is sold again by the late fill of a leg that had ended without one', () => {
    expect(step('none', 'none')).to.equal('done')
    expect(step('late fill', 'none')).to.equal('sell 6 of a')
  })
})
