import { join } from 'node:path'
import { expect } from 'chai'
import { staleParts } from '../../../src/capture/diff/age.ts'
import { diffSessions, type SessionDiff } from '../../../src/capture/diff/diff-sessions.ts'
import { diffShapes } from '../../../src/capture/diff/shapes.ts'
import { loadRecording, type Recording } from '../../../src/capture/read/recording.ts'
import { clob, kalshi, recordSession, type Scripted } from '../har/sessions.ts'
import { temporaryFolder } from '../harness.ts'

const order = (changes: object = {}, answer: object = {}, id = 1): Scripted => ({
  alias: kalshi,
  method: 'POST',
  path: '/portfolio/events/orders',
  request: JSON.stringify({
    ticker: 'KX-1',
    side: 'bid',
    count: '5.00',
    price: '0.4500',
    client_order_id: `c-${id}`,
    ...changes,
  }),
  answer: {
    status: 201,
    body: JSON.stringify({
      order_id: `o-${id}`,
      fill_count: '5.00',
      remaining_count: '0.00',
      ts_ms: 1000 + id,
      ...answer,
    }),
  },
  tookMs: id,
})
const read = (id: number, body = '{"order":{}}'): Scripted => ({
  alias: kalshi,
  method: 'GET',
  path: `/portfolio/orders/00000000-0000-4000-8000-00000000000${id}`,
  request: null,
  answer: { status: 200, body },
  tookMs: 1,
})

describe('two recordings compared', () => {
  const folder = temporaryFolder()
  let count = 0
  after(() => folder.remove())

  const recorded = async (...exchanges: readonly Scripted[]): Promise<Recording> => {
    count += 1
    const { directory } = await recordSession(join(folder.path, String(count)), exchanges)
    return loadRecording(directory, null)
  }
  const fields = ({ different }: SessionDiff): readonly (readonly string[])[] =>
    different.map(({ differences }) => differences.map(({ field }) => field))

  it('are the same when ids, times and latencies are all that differs', async () => {
    const [a, b] = [await recorded(order({}, {}, 1), read(1)), await recorded(order({}, {}, 2), read(2))]
    expect(diffSessions(a, b)).to.deep.equal({ same: 2, different: [] })
  })

  it('differ field by field, money first', async () => {
    const a = await recorded(order())
    const b = await recorded(order({ price: '0.4600', post_only: true }, { status: 'x', fill_count: '4.00' }, 2))
    const [only] = diffSessions(a, b).different
    expect(only?.differences).to.deep.equal([
      { field: 'request.price', recorded: '"0.4500"', actual: '"0.4600"' },
      { field: 'request.post_only', recorded: null, actual: 'true' },
      { field: 'response.fill_count', recorded: '"5.00"', actual: '"4.00"' },
      { field: 'response.status', recorded: null, actual: '"x"' },
    ])
  })

  it('differ when an id means one order here and two there', async () => {
    const a = await recorded(order({}, {}, 1), order({ client_order_id: 'c-1' }, {}, 3))
    const b = await recorded(order({}, {}, 2), order({ client_order_id: 'c-9' }, {}, 4))
    expect(fields(diffSessions(a, b))).to.deep.equal([['request.client_order_id']])
  })

  it('differ when an id is there in one alone', async () => {
    const [a, b] = [await recorded(order()), await recorded(order({}, { order_id: null }, 2))]
    expect(fields(diffSessions(a, b))).to.deep.equal([['response.order_id']])
  })

  it('are paired around an exchange that only one has', async () => {
    const a = await recorded(order(), order({ ticker: 'KX-2' }, {}, 2), order({ ticker: 'KX-3' }, {}, 3))
    const b = await recorded(order(), order({ ticker: 'KX-3' }, {}, 5))
    const diff = diffSessions(a, b)
    expect(diff.same).to.equal(2)
    expect(diff.different).to.have.length(1)
    expect(diff.different[0]).to.deep.include({ b: null, differences: [] })
    expect(diff.different[0]?.a).to.include({ seq: 2 })
  })

  it('differ when one had no answer', async () => {
    const [a, b] = [await recorded(order()), await recorded({ ...order(), answer: { code: 'ECONNRESET' } })]
    expect(fields(diffSessions(a, b))[0]).to.include.members(['outcome', 'response.status', 'response.fill_count'])
  })

  it('by shape are the same whatever they say, and differ in members and kinds', async () => {
    const a = await recorded(order(), read(1, '{"order":{"status":"resting","fills":[],"error":null}}'))
    const b = await recorded(
      order({ count: '7.00' }, { fill_count: 5, extra: true }, 2),
      read(2, '{"order":{"status":"executed","fills":["0.01"],"error":"x"}}'),
      { ...read(3), path: '/markets/X' },
      { ...order({ yes_price: 45 }), path: '/portfolio/orders' },
    )
    expect(diffShapes(a, b)).to.deep.equal({
      compared: 3,
      differences: [
        {
          venue: 'kalshi',
          message: 'POST orders 201 response',
          from: 'venue',
          member: 'extra',
          a: 'not there',
          b: 'boolean',
        },
        {
          venue: 'kalshi',
          message: 'POST orders 201 response',
          from: 'venue',
          member: 'fill_count',
          a: 'decimal text with 2 decimals',
          b: 'integer',
        },
      ],
      onlyA: [],
      onlyB: ['kalshi GET market 200 response'],
      leftOut: 1,
    })
  })

  it('are old by what the venue no longer does, not by their days', async () => {
    const v1 = { order: { nonce: '0', feeRateBps: '0', salt: 1 }, orderType: 'FAK' }
    const recording = await recorded(
      order(),
      { ...order({ type: 'limit', yes_price: 45 }), path: '/portfolio/orders' },
      {
        alias: clob,
        method: 'POST',
        path: '/order',
        request: JSON.stringify(v1),
        answer: { status: 200, body: '{}' },
        tookMs: 1,
      },
    )
    expect(staleParts(recording).map(({ venue, since, exchanges }) => ({ venue, since, exchanges }))).to.deep.equal([
      { venue: 'kalshi', since: '2026-06-25', exchanges: [2] },
      { venue: 'kalshi', since: '2026-03-12', exchanges: [2] },
      { venue: 'kalshi', since: '2026-02-11', exchanges: [2] },
      { venue: 'polymarket', since: '2026-04-28', exchanges: [3] },
    ])
  })
})
