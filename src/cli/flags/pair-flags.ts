import { userInfo } from 'node:os'
import { Args, Flags } from '@oclif/core'
import { type Verdict, verdicts } from '../../pairs/judge.ts'

/** The two markets of a pair, in any order. */
export const pairArgs = {
  first: Args.string({ required: true, description: 'market of one venue, e.g. kalshi:KXSB-27-KC' }),
  second: Args.string({ required: true, description: 'market of the other venue' }),
}

/** Who decides. The journal keeps it. */
export const byFlag = Flags.string({
  helpValue: 'NAME',
  description: 'who read the texts [default: the name of the system account]',
  parse: (name) => Promise.resolve(name.slice(0, 100)),
})

/** `proposed` is what may be approved at once: same and inverted. */
export const verdictFlag = Flags.option({
  options: ['proposed', ...verdicts, 'all'] as const,
  default: 'proposed' as const,
  description: 'only this verdict; proposed is same and inverted',
})
type WantedVerdict = Verdict | 'proposed' | 'all'

export function isWanted(verdict: Verdict, wanted: WantedVerdict): boolean {
  if (wanted === 'all') return true
  return wanted === 'proposed' ? verdict === 'same' || verdict === 'inverted' : verdict === wanted
}

/** How many there are of each verdict. */
export function countsOf(
  found: readonly { readonly judgement: { readonly verdict: Verdict } }[],
): Readonly<Record<Verdict, number>> {
  const many = (verdict: Verdict): number => found.filter(({ judgement }) => judgement.verdict === verdict).length
  return {
    same: many('same'),
    inverted: many('inverted'),
    different: many('different'),
    unreadable: many('unreadable'),
  }
}

export function decidedBy(by: string | undefined): string {
  return by ?? userInfo().username
}
