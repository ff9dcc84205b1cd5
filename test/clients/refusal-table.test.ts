import { expect } from 'chai'
import { retryHintMs } from '../../src/clients/http/retry-hint.ts'
import { judge as judgeKalshi } from '../../src/clients/kalshi/errors.ts'
import { kalshiRefusals } from '../../src/clients/kalshi/refusals.ts'
import { judge as judgePolymarket, judgeText } from '../../src/clients/polymarket/errors.ts'
import { polymarketRefusals } from '../../src/clients/polymarket/refusals.ts'
import type { Example, Judgement, Operation } from '../../src/clients/refusal-table.ts'
import { aReply } from './polymarket/builders.ts'
import { casesOf } from './refusal-cases.ts'

function polymarket(example: Example, operation: Operation): Judgement {
  const { status, body, headers } = example
  if (status !== 200) return judgePolymarket(aReply(status, body, headers), operation)
  const texts = Object.values(body as Record<string, unknown>).flatMap((value) =>
    typeof value === 'string' && value !== '' ? [value] : typeof value === 'object' ? Object.values(value ?? {}) : [],
  )
  return judgeText(String(texts[0]), operation)
}

function kalshi({ status, body, headers }: Example, operation: Operation): Judgement {
  return judgeKalshi(aReply(status, body, headers), operation)
}

for (const [venue, table, judge] of [
  ['kalshi', kalshiRefusals, kalshi],
  ['polymarket', polymarketRefusals, polymarket],
] as const) {
  describe(`the refusal table of ${venue}`, () => {
    for (const { name, row, example, operation } of casesOf(table)) {
      it(`finds ${row.code} itself for its example, ${name}`, () => {
        expect(judge(example, operation).basis).to.equal(row)
      })
    }

    it('has for every row an example, a source, and words', () => {
      for (const row of table) {
        expect(row.examples, row.code).to.not.have.length(0)
        expect(row.operations, row.code).to.not.have.length(0)
        expect(row.source, row.code).to.match(/20\d\d|OpenAPI/)
        expect(row.says, row.code).to.match(/^[a-z'].*[^.]$/)
        expect(row.code).to.match(/^[A-Z][A-Z0-9_]+$/)
      }
    })

    it('tells what to do with every certain refusal, and never to repeat what is not certain', () => {
      for (const { code, meaning, retry, advice } of table) {
        const certain = meaning === 'rejected' || meaning === 'not_sent'
        if (certain) expect(advice, code).to.match(/\.$/)
        if (meaning !== 'killed') expect(retry === 'read_first', code).to.equal(!certain)
      }
    })

    it('holds a server error for certain only where the page lists the very text', () => {
      const certain = table.filter(
        ({ statuses, meaning }) => statuses.some((status) => status >= 499) && meaning !== 'unknown',
      )
      expect(certain.map(({ code }) => code)).to.deep.equal(
        venue === 'kalshi' ? [] : ['TRADING_DISABLED', 'CANCEL_ONLY', 'POST_ONLY_MODE'],
      )
      for (const { match } of certain) expect(match.texts).to.not.equal(undefined)
    })
  })
}

describe('what a venue asks to wait', () => {
  const date = { date: 'Fri, 20 Nov 2026 12:00:00 GMT' }
  for (const [what, headers, body, expected] of [
    ['seconds', { 'retry-after': '79' }, '', 79_000],
    ['a date, held against the venue’s own', { ...date, 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, '', 30_000],
    ['a date without a clock to hold it against', { 'retry-after': 'Fri, 20 Nov 2026 12:00:30 GMT' }, '', null],
    ['a date that has passed', { ...date, 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, '', null],
    ['a member of the body', {}, { retry_after_seconds: 79 }, 79_000],
    ['a member that is a text', {}, { retry_after_seconds: '2' }, 2_000],
    ['the reset of a limit', { ...date, 'poly-ratelimit-reset': '1795176004' }, '', 4_000],
    ['nothing', date, { error: 'x' }, null],
    ['nonsense', { ...date, 'retry-after': 'soon', 'poly-ratelimit-reset': 'x' }, { retry_after_seconds: {} }, null],
    ['a century', { 'retry-after': '3200000000' }, '', null],
  ] as const) {
    it(`is read from ${what}`, () => {
      expect(retryHintMs(aReply(425, body, headers))).to.equal(expected)
    })
  }
})
