import { expect } from 'chai'
import { judgeMarkets } from '../../src/pairs/judge.ts'
import { families, pairsOf } from './templates.ts'

describe('one contract in the wordings of both venues', () => {
  for (const family of families) {
    it(`${family.name}: is the same in each of them`, () => {
      const verdicts = pairsOf(family).map(([one, other]) => {
        const { verdict, findings } = judgeMarkets(one, other)
        return verdict === 'same' ? verdict : [verdict, ...findings.filter(({ outcome }) => outcome !== 'agrees')]
      })
      expect(verdicts).to.deep.equal(verdicts.map(() => 'same'))
    })

    it(`${family.name}: is another contract with any one term changed`, () => {
      const kept = family.others.filter((changed) =>
        pairsOf(family, changed).some(([one, other]) => judgeMarkets(one, other).polarity === 'same'),
      )
      expect(kept).to.deep.equal([])
    })
  }
})
