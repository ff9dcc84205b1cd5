import { kalshiRefusals } from '../src/clients/kalshi/refusals.ts'
import { takenStatuses } from '../src/clients/polymarket/placement.ts'
import { polymarketRefusals } from '../src/clients/polymarket/refusals.ts'
import { everything, type Match, meanings, type Refusal, retries } from '../src/clients/refusal-table.ts'
import { cell } from './markdown.ts'
import { projectRoot } from './source-options.ts'

export const refusalsPath = `${projectRoot}/docs/refusals.md`

/** The text of `docs/refusals.md`, made from the tables that judge the venues' answers. */
export function refusalsText(): string {
  return [
    '# Refusals',
    'Made by `npm run docs` from the tables in `src/clients/*/refusals.ts`; a test checks that it is up to date. Why the',
    'tables are as they are: [decision 10](decisions/0010-refusals.md).',
    '',
    '## What an answer can mean',
    ...table(['meaning', 'what is true'], Object.entries(meanings)),
    '',
    ...table(['again', 'when sending the same once more makes sense'], Object.entries(retries)),
    '',
    '`trade place` exits with 4 when the venue rejected the order, with 6 when it never looked at it (`not_sent`), with 5',
    'when the outcome is unknown, and with 0 for an immediate order that found nothing to trade with (`killed`).',
    '',
    '## Kalshi',
    'Known by code, letter case ignored, in any of its four envelopes: `{"error":{"code"}}`, `{"code"}`, `{"msg"}`,',
    '`{"error":"text"}`. Of what stands in no row, a code under 400 to 498 (but 408, 409, 425 and 429) means `rejected`; all',
    'else means `unknown`, and so does every code of a batch entry that stands in no row.',
    '',
    ...rows(kalshiRefusals),
    '',
    '## Polymarket',
    'Known by text, letter case ignored (`*` stands for any text), in `error`, `errorMsg` or `error_msg`. The service moves',
    'texts between 400, 401, 403, 404 and a 200, so there the text counts and not the status. All that stands in no row means',
    '`unknown`.',
    '',
    ...rows(polymarketRefusals),
    '',
    'A 200 to an order counts as taken only with `success: true`, an empty `errorMsg`, the order id that was computed before',
    'and one of these statuses. Any other 200 is judged by its `errorMsg`, or is `unknown`.',
    '',
    ...table(['status', 'what is true'], Object.entries(takenStatuses)),
    '',
  ].join('\n')
}

function rows(refusals: readonly Refusal[]): readonly string[] {
  const heads = [
    'status',
    'the venue says',
    'asked for',
    'means',
    'again',
    'our code',
    'what it is',
    'what to do',
    'source',
  ]
  return table(
    heads,
    refusals.map((row) => [
      row.statuses.join(', '),
      saying(row.match),
      operationsOf(row),
      `\`${row.meaning}\``,
      `\`${row.retry}\``,
      `\`${row.code}\``,
      row.says,
      row.advice,
      row.source,
    ]),
  )
}

function operationsOf({ operations }: Refusal): string {
  return operations.length === everything.length ? 'anything' : operations.join(', ')
}

function saying({ codes = [], texts = [], header, html }: Match): string {
  const quoted = (all: readonly string[]): string => all.map((one) => `\`${one}\``).join(', ')
  const parts = [
    codes.length === 0 ? '' : `code ${quoted(codes)}`,
    texts.length === 0 ? '' : `text ${quoted(texts)}`,
    header === undefined ? '' : `a header \`${header}…\``,
    html === undefined ? '' : 'a web page',
  ]
  return parts.filter((part) => part !== '').join(' with ') || 'anything'
}

function table(heads: readonly string[], cells: readonly (readonly string[])[]): readonly string[] {
  const line = (row: readonly string[]): string => `| ${row.map(cell).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...cells.map(line)]
}
