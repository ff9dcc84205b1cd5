import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { parseJson } from '../../src/clients/json.ts'
import { judge as judgeKalshi } from '../../src/clients/kalshi/errors.ts'
import { judge as judgePolymarket, judgeText } from '../../src/clients/polymarket/errors.ts'
import type { Judgement } from '../../src/clients/refusal-table.ts'

const shared = process.env.CROSSTAPE_SHARED_DIR ?? fileURLToPath(new URL('../../../shared', import.meta.url))
const path = `${shared}/data/real/http/venue_errors.jsonl`

interface Seen {
  readonly venue: 'kalshi' | 'polymarket'
  readonly call: string
  readonly http_status: number
  readonly body: unknown
}

/** What each answer that a user reported must be taken for: by a part of its body. */
const expected: readonly (readonly [string, string])[] = [
  ['-> balance: 0', 'rejected INSUFFICIENT_BALANCE'],
  ['not enough balance / allowance', 'rejected INSUFFICIENT_BALANCE'],
  ['order_version_mismatch', 'rejected ORDER_VERSION_MISMATCH'],
  ['maker address not allowed', 'rejected MAKER_NOT_ALLOWED'],
  ['breaks minimum tick size rule', 'rejected PRICE_OFF_GRID'],
  ['fully filled or killed', 'rejected FOK_NOT_FILLED'],
  ['service not ready', 'unknown RESTARTING'],
  ['invalid signature', 'rejected INVALID_SIGNATURE'],
  ['HTML page', 'unknown WEB_PAGE'],
  ["order can't be found", 'not_live ORDER_NOT_FOUND'],
  ['exactly one of yes_price', 'rejected INVALID_ORDER'],
  ['fill_or_kill_insufficient_resting_volume', 'rejected FOK_NOT_FILLED'],
  ['insufficient_balance', 'rejected INSUFFICIENT_BALANCE'],
]

function judge({ venue, call, http_status: status, body }: Seen): Judgement {
  const operation = call.startsWith('DELETE') ? 'cancel' : 'place'
  // One line describes its body instead of quoting it; a reason inside a 200 is quoted alone.
  if (status === 200) return judgeText(String(body), operation)
  const text = String(body).startsWith('HTML page') ? '<!DOCTYPE html><html>...</html>' : JSON.stringify(body)
  const reply = { status, headers: {}, text, json: parseJson(text) }
  return venue === 'kalshi' ? judgeKalshi(reply, operation) : judgePolymarket(reply, operation)
}

/** The file is not ours to pass on, so this runs only where it lies beside the repository. */
const describeReal = existsSync(path) ? describe : describe.skip

describeReal('refusals that users reported', () => {
  it('are each taken for what they were, by a row of the table', () => {
    const seen = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Seen)
    expect(seen).to.not.have.length(0)
    for (const one of seen) {
      const { meaning, code, basis } = judge(one)
      const body = JSON.stringify(one.body)
      expect(basis, body).to.be.an('object')
      expect(`${meaning} ${code}`, body).to.equal(expected.find(([part]) => body.includes(part))?.[1])
    }
  })
})
