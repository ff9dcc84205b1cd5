import { expect } from 'chai'
import { Checker } from './checker.ts'
import type { Exchange } from './observer.ts'
import { readDocument } from './openapi.ts'

/** A document of two operations, in the words of Kalshi's. */
const document = readDocument(`
openapi: 3.0.0
info: {version: 1.0.0}
paths:
  /orders/{order_id}:
    get:
      operationId: GetOrder
      security: [{accessKey: []}]
      parameters:
        - {name: order_id, in: path, required: true, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer, maximum: 10}}
        - {name: deep, in: query, schema: {type: boolean}}
        - {$ref: '#/components/parameters/Shard'}
      responses:
        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
        '404': {description: none}
  /orders:
    post:
      operationId: CreateOrder
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/NewOrder'}}}
      responses:
        '201': {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
    delete:
      operationId: CancelAll
      responses:
        '204': {description: empty}
components:
  securitySchemes:
    accessKey: {type: apiKey, in: header, name: KALSHI-ACCESS-KEY}
  parameters:
    Shard: {name: shard, in: query, required: true, schema: {$ref: '#/components/schemas/Index'}}
  schemas:
    Index: {type: integer, minimum: -1}
    FixedPointDollars: {type: string, x-go-type: string, example: '0.5600'}
    FixedPointCount: {type: string}
    NewOrder:
      type: object
      required: [price, count]
      properties:
        price: {$ref: '#/components/schemas/FixedPointDollars'}
        count: {$ref: '#/components/schemas/FixedPointCount'}
        expires: {type: integer, format: int64}
    Order:
      type: object
      required: [id, price, fills]
      properties:
        id: {type: string}
        price: {$ref: '#/components/schemas/FixedPointDollars', nullable: true}
        status: {type: string, enum: [resting, executed], nullable: true}
        time: {type: string, format: date-time}
        shard: {allOf: [{$ref: '#/components/schemas/Index'}], description: where}
        fills: {type: array, items: {type: object, required: [count], properties: {count: {$ref: '#/components/schemas/FixedPointCount'}}}}
        extra: {type: object, additionalProperties: true, properties: {a: {type: string}}}
`)

const order = { id: 'o', price: '0.4500', status: 'resting', time: '2026-11-20T12:00:00.5Z', shard: 0, fills: [] }

function anExchange(change: Partial<Exchange> = {}, answer: Partial<Exchange['answer']> = {}): Exchange {
  return {
    method: 'GET',
    target: '/trade-api/v2/orders/o?shard=0&limit=5&deep=true',
    headers: { 'user-agent': 'crosstape/test', 'kalshi-access-key': 'there' },
    body: '',
    answer: { status: 200, contentType: 'application/json', body: JSON.stringify(order), ...answer },
    ...change,
  }
}

function placing(body: unknown, change: Partial<Exchange> = {}): Exchange {
  const headers = { 'user-agent': 'crosstape/test', 'content-type': 'application/json' }
  return anExchange(
    { method: 'POST', target: '/trade-api/v2/orders', headers, body: JSON.stringify(body), ...change },
    { status: 201 },
  )
}

function problemsOf(...exchanges: readonly Exchange[]): readonly string[] {
  const checker = new Checker(document)
  for (const exchange of exchanges) checker.take(exchange)
  return checker.found().map(({ violation: { side, pointer, message } }) => `${side} ${pointer} ${message}`)
}

const answered = (body: unknown): Exchange => anExchange({}, { body: JSON.stringify(body) })

describe('conformance checker', () => {
  it('finds nothing in an exchange that is in order', () => {
    expect(problemsOf(anExchange(), placing({ price: '0.45', count: '10', expires: 1 }))).to.deep.equal([])
  })

  it('takes null where the document allows it, beside a reference as well', () => {
    expect(problemsOf(answered({ ...order, price: null, status: null }))).to.deep.equal([])
    expect(problemsOf(answered({ ...order, id: null }))).to.deep.equal(['answer /id must be string'])
  })

  for (const [name, body, problem] of [
    ['a missing member', { ...order, id: undefined }, '/id is missing'],
    ['a mistyped member', { ...order, price: 0.45 }, '/price must be string,null'],
    ['a member that is not in the schema', { ...order, liquidity: 1 }, '/liquidity is not in the schema'],
    [
      'a word that is not among those allowed',
      { ...order, status: 'open' },
      '/status must be one of resting, executed, null',
    ],
    ['more decimals than amounts have', { ...order, price: '0.4500001' }, '/price must match pattern'],
    ['fewer decimals than counts have', { ...order, fills: [{ count: '5' }] }, '/fills/*/count must match pattern'],
    ['a time without a zone', { ...order, time: '2026-11-20T12:00:00' }, '/time must match format "date-time"'],
    ['a number below its bound', { ...order, shard: -2 }, '/shard must be >= -1'],
  ] as const) {
    it(`finds ${name} in an answer`, () => {
      const found = problemsOf(answered(body))
      expect(found).to.have.length(1)
      expect(found[0]).to.contain(`answer ${problem}`)
    })
  }

  it('leaves objects open where the document says so', () => {
    expect(problemsOf(answered({ ...order, extra: { a: 'x', b: 1 } }))).to.deep.equal([])
  })

  it('counts one fault in many rows once', () => {
    expect(problemsOf(answered({ ...order, fills: [{}, {}, {}] }))).to.deep.equal(['answer /fills/*/count is missing'])
  })

  it('finds what is not JSON, not sent as JSON, or a body where none belongs', () => {
    expect(problemsOf(anExchange({}, { body: '<html>' }))).to.deep.equal(['answer  is not JSON'])
    expect(problemsOf(anExchange({}, { contentType: 'text/html' }))).to.deep.equal(['answer  is sent as text/html'])
    const cancelAll = { method: 'DELETE', target: '/trade-api/v2/orders' }
    expect(problemsOf(anExchange(cancelAll, { status: 204, body: '' }))).to.deep.equal([])
    expect(problemsOf(anExchange(cancelAll, { status: 204, body: '{}' }))).to.deep.equal([
      'answer  has a body where none is declared',
    ])
  })

  it('finds statuses and calls that the document does not have', () => {
    expect(problemsOf(anExchange({}, { status: 202 }))).to.include('answer  status 202 is not declared')
    const stray = anExchange({ target: '/trade-api/v2/nowhere', headers: {} })
    expect(problemsOf(stray)).to.deep.equal(['answer  is no operation of the document'])
    const error = { status: 404, body: '{"error":{"code":"not_found","message":"page not found"}}' }
    expect(problemsOf(anExchange({ target: '/trade-api/v2/nowhere', headers: {} }, error))).to.deep.equal([])
  })

  it('knows the error bodies of the wire and no others', () => {
    const failed = (body: unknown): Exchange => anExchange({}, { status: 404, body: JSON.stringify(body) })
    expect(problemsOf(failed({ error: { code: 'not_found', message: 'not found' } }))).to.deep.equal([])
    for (const body of [
      {},
      { error: 'not found' },
      { error: { message: 'no code' } },
      { code: 'x', message: 'flat' },
    ]) {
      expect(problemsOf(failed(body))[0], JSON.stringify(body)).to.equal('answer  is none of the error bodies')
    }
  })

  for (const [name, exchange, problem] of [
    [
      'a missing signature',
      anExchange({ headers: { 'user-agent': 'crosstape/1' } }),
      'header kalshi-access-key is missing',
    ],
    ['a missing parameter', anExchange({ target: '/trade-api/v2/orders/o' }), 'query shard is missing'],
    [
      'an unknown parameter',
      anExchange({ target: '/trade-api/v2/orders/o?shard=0&x=1' }),
      'query x is not a parameter',
    ],
    ['a mistyped parameter', anExchange({ target: '/trade-api/v2/orders/o?shard=a' }), 'query shard must be integer'],
    [
      'a parameter out of bounds',
      anExchange({ target: '/trade-api/v2/orders/o?shard=0&limit=11' }),
      'query limit must be <= 10',
    ],
    ['a number for an amount', placing({ price: 0.45, count: '1' }), '/price must be string'],
    ['a missing member', placing({ price: '0.45' }), '/count is missing'],
    ['an unknown member', placing({ price: '0.45', count: '1', type: 'limit' }), '/type is not in the schema'],
    ['too many decimals', placing({ price: '0.45678', count: '1' }), '/price must match pattern'],
    ['a missing body', placing({}, { body: '' }), 'body is missing'],
    ['a body of another type', placing({}, { headers: { 'user-agent': 'crosstape/1' } }), 'body is not sent as JSON'],
    ['a call that does not exist', anExchange({ method: 'PUT', answer: null }), ' is no operation of the document'],
  ] as const) {
    it(`finds ${name} in a request of our client`, () => {
      expect(problemsOf({ ...exchange, answer: null })[0]).to.contain(`request ${problem}`)
    })
  }

  it('leaves alone what others ask and what the sandbox did not answer', () => {
    const foreign = placing({ nonsense: true }, { headers: { 'user-agent': 'node' } })
    expect(problemsOf(foreign)).to.deep.equal([])
    expect(problemsOf(anExchange({ answer: null }))).to.deep.equal([])
  })

  it('counts what was exercised', () => {
    const checker = new Checker(document)
    for (const exchange of [anExchange(), anExchange(), placing({ price: '0.45', count: '1' })]) checker.take(exchange)
    const { asked, distinct, statuses } = checker.exercises.get('GetOrder') ?? { statuses: new Map() }
    expect([asked, distinct, [...statuses]]).to.deep.equal([2, 1, [[200, 2]]])
  })
})
