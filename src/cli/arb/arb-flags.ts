import { Flags } from '@oclif/core'
import { AmountError, type Money, parseMoney, parseQuantity, type Quantity, type Rate } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { defaultPolicy, type Policy, policyKinds } from '../../domain/pair-plan.ts'

/** What is asked of every trade, by `arb scan` and `arb run` alike. */
export const wishFlags = {
  'min-edge': Flags.string({
    default: '0.01',
    helpValue: 'DOLLARS',
    description: 'dollars that each pair of contracts must keep, fees of both venues paid',
  }),
  size: Flags.string({ helpValue: 'CONTRACTS', description: 'at most this many contracts of each side in one trade' }),
  market: Flags.string({
    multiple: true,
    helpValue: 'VENUE:SYMBOL',
    description: 'only approved pairs with this market; may be repeated',
  }),
  policy: Flags.option({ options: policyKinds })({
    default: 'unwind' as const,
    description:
      'when one side fills short: sell the excess again, buy what is missing (and sell what cannot be bought), or hold it for you to decide; a trade keeps the policy that it began with',
  }),
  'max-provisional': Flags.string({
    default: '100',
    helpValue: 'CONTRACTS',
    description: 'contracts over all trades whose fills can still be reversed',
  }),
}

export const orderFlag = Flags.option({ options: ['together', 'thinner-first'] as const })({
  default: 'together' as const,
  description: 'send both legs at once, or the one with less on offer first and the other as far as it filled',
})

export interface ParsedWishFlags {
  readonly 'min-edge': string
  readonly size: string | undefined
  readonly policy: Policy['kind']
  readonly 'max-provisional': string
}

export interface Wishes {
  readonly minEdge: Money
  readonly size: Quantity | null
  readonly provisionalMax: Quantity
  readonly policy: Policy
}

/** @throws ToolkitError (usage) naming the flag that cannot be read. */
export function wishesOf(flags: ParsedWishFlags, rung: Rate): Wishes {
  const minEdge = read('--min-edge', () => parseMoney(flags['min-edge']))
  if (minEdge < 0n) throw badFlag('--min-edge', 'is below zero, which would pay for a loss')
  const provisionalMax = read('--max-provisional', () => parseQuantity(flags['max-provisional']))
  const { size } = flags
  return {
    minEdge,
    size: size === undefined ? null : read('--size', () => parseQuantity(size)),
    provisionalMax,
    policy: { ...defaultPolicy(rung), kind: flags.policy, provisionalMax },
  }
}

function read<T>(flag: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof AmountError) throw badFlag(flag, error.message)
    throw error
  }
}

function badFlag(flag: string, why: string): ToolkitError {
  return new ToolkitError({
    code: 'BAD_AMOUNT',
    category: 'usage',
    message: `${flag}: ${why}. Nothing was sent.`,
  })
}
