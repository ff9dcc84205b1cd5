import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ExchangeEntry } from '../../../src/capture/format/exchange.ts'
import { loadRecording, type Recording } from '../../../src/capture/read/recording.ts'
import { verifyRecording } from '../../../src/capture/read/verify.ts'
import { type ComposeRequest, composeRecording } from '../../../src/cli/compose/compose-session.ts'
import { composeRequest } from '../../../src/cli/compose/request.ts'
import { replayRecordingFolder } from '../../../src/cli/replay/replay-session.ts'
import { type Recorded, recordedSessions, type Steps } from '../../replay/record-sessions.ts'
import { recordParts } from '../../replay/session-parts.ts'

const socketRequest = {
  method: 'GET',
  url: 'wss://p.invalid/ws/user',
  httpVersion: 'HTTP/1.1',
  cookies: [],
  headers: [],
  queryString: [],
  headersSize: -1,
  bodySize: 0,
}

describe('composing recordings', () => {
  let recorded: Recorded
  let count = 0
  before(async () => {
    recorded = await recordedSessions()
    await recordParts(recorded)
    await recorded.record('kalshi-repeatable', {
      venue: 'kalshi',
      book: { bids: [['0.43', '50']], asks: [['0.45', '50']] },
      order: { quantity: '10', price: '0.45', allowDuplicate: true },
    })
    await recorded.record('kalshi-smaller', {
      venue: 'kalshi',
      book: { bids: [['0.40', '50']], asks: [['0.42', '50']] },
      order: { quantity: '5', price: '0.42' },
    })
    await recorded.record('kalshi-checked', { ...checked, order: { quantity: '10', price: '0.45' } })
  })
  after(() => recorded.close())

  const checked: Omit<Steps, 'order'> = {
    venue: 'kalshi',
    book: { bids: [['0.43', '50']], asks: [['0.45', '50']] },
    reconciles: true,
  }

  const compose = (sessions: readonly string[], options: Partial<Parameters<typeof composeRequest>[0]> = {}) => {
    count += 1
    const { captureDir } = recorded
    const request = composeRequest({
      sessions,
      captureDir,
      name: `scene-${count}`,
      by: 'venue',
      pair: false,
      splice: [],
      ...options,
    })
    return composeRecording(request, captureDir)
  }
  const entriesOf = ({ session }: Awaited<ReturnType<typeof compose>>): readonly ExchangeEntry[] => [
    ...session.entries.values(),
  ]
  const failureOf = (composing: Promise<unknown>): Promise<Error> =>
    composing.then(
      () => new Error('it was composed'),
      (error: Error) => error,
    )

  it('writes a session that verifies, replays, and names where it came from', async () => {
    const { directory } = await compose(['kalshi-bought', 'polymarket-bought'])
    expect(verifyRecording(directory)).to.deep.include({ status: 'whole', problems: [] })
    expect((await replayRecordingFolder(directory, { captureDir: null })).verdict).to.equal('same')
    const { manifest } = loadRecording(directory, null)
    expect(manifest.trigger).to.deep.include({ kind: 'composed', by: 'venue', isPair: false, splices: [] })
    expect('sources' in manifest.trigger && manifest.trigger.sources.map(({ session }) => session)).to.deep.equal([
      'kalshi-bought',
      'polymarket-bought',
    ])
  })

  it('moves every time of a recording with it, and the ids that follow from them', async () => {
    const scene = await compose(['kalshi-bought', 'polymarket-bought'])
    const day = '2026-11-21'
    for (const entry of entriesOf(scene)) expect(entry.startedDateTime).to.match(new RegExp(`^${day}`))
    const polymarket = entriesOf(scene).filter(({ _venue }) => _venue === 'polymarket')
    const times = polymarket.flatMap(({ request, response }) =>
      [...JSON.stringify([request, response]).matchAll(/\b(179\d{7})(?:\d{3})?\b/g)].map((match) =>
        new Date(Number(match[1]) * 1000).toISOString().slice(0, 10),
      ),
    )
    expect([...new Set(times)]).to.deep.equal([day])
    const original = loadRecording('polymarket-bought', recorded.captureDir)
    const idIn = (entry: unknown): string =>
      /0x[0-9a-f]{64}/.exec(JSON.stringify(Reflect.get(Object(entry), '_responseBody')))?.[0] ?? ''
    const [first] = polymarket
    expect(idIn(first)).to.not.equal(idIn(entryOf(original, 1)))
    expect(JSON.stringify(polymarket.slice(1))).to.include(idIn(first))
  })

  it('lets one recording follow itself: two orders, two sets of ids', async () => {
    const scene = await compose(['kalshi-repeatable', 'kalshi-repeatable'], { by: 'sequence' })
    const ids = (field: RegExp): readonly string[] =>
      [...JSON.stringify(entriesOf(scene).map(({ response }) => response)).matchAll(field)].flatMap(
        (match) => match[1] ?? [],
      )
    expect(new Set(ids(/(?<!client_)order_id\\":\\"([0-9a-f-]{36})/g)).size).to.equal(2)
    expect(new Set(ids(/fill_id\\":\\"([0-9a-f-]{36})/g)).size).to.equal(2)
  })

  it('shows holdings and cash as the account of the scene has them, whichever day they were read on', async () => {
    await recorded.record('kalshi-checked-later', { ...checked, order: { quantity: '4', price: '0.45' } })
    const scene = await compose(['kalshi-checked', 'kalshi-checked-later'])
    const seen = scene.session.operations.flatMap(({ input }) => Object(input).observed ?? [])
    const held = seen.filter(({ kind }) => kind === 'positions').map(({ positions }) => positions[0].quantity)
    expect([...new Set(held)]).to.deep.equal(['10', '14'])
    const cash = seen.filter(({ kind }) => kind === 'balance').map(({ balance }) => balance.available)
    // 4 at 0.45 and their fee, the rest of which lies below the cent that a balance is printed in.
    expect(Number(cash[0]) - Number(cash.at(-1))).to.be.closeTo(1.87, 0.011)
    const found = scene.session.operations.flatMap(({ outcome }) => Object(outcome).differences ?? [])
    expect(found).to.deep.equal([])
  })

  it('reconciles a leg of a pair as it was reconciled alone', async () => {
    await recorded.record('polymarket-checked', {
      venue: 'polymarket',
      book: { bids: [['0.60', '50']], asks: [['0.62', '50']] },
      order: { outcome: 'no', quantity: '10', price: '0.40' },
      updateAfterMs: 60_000,
      reconciles: true,
    })
    const scene = await compose(['kalshi-bought', 'polymarket-checked'], { pair: true })
    const seen = scene.session.operations.flatMap(({ input }) => Object(input).observed ?? [])
    const held = seen.filter(({ kind }) => kind === 'positions').map(({ positions }) => positions[0].quantity)
    expect([...new Set(held)]).to.deep.equal(['10'])
  })

  it('refuses a reconciliation that would see other holdings than the scene has', async () => {
    const splice = [1, 2].map((seq) => `kalshi-checked/${seq}=kalshi-bought-in-part/${seq}`)
    const error = await failureOf(compose(['kalshi-checked'], { splice }))
    expect(error).to.include({ code: 'SCENE_NOT_COMPOSABLE' })
    expect(error.message).to.include('does not agree with what this scene holds')
  })

  it('lets an order end as a smaller one at another price did: sizes, prices and fees are those of the order', async () => {
    const scene = await compose(['kalshi-bought'], {
      splice: ['kalshi-bought/1=kalshi-smaller/1', 'kalshi-bought/2=kalshi-smaller/2'],
    })
    const [placed, fills] = entriesOf(scene).map(({ _responseBody }) => _responseBody)
    expect(placed).to.include({ fill_count: '10.00', remaining_count: '0.00', average_fill_price: '0.4500' })
    expect(fills).to.have.nested.include({
      'fills[0].count_fp': '10.00',
      'fills[0].yes_price_dollars': '0.4500',
      'fills[0].fee_cost': '0.173300',
    })
  })

  it('refuses an ending that does not fit what comes after it, and writes nothing', async () => {
    const error = await failureOf(
      compose(['kalshi-bought-in-part'], { splice: ['kalshi-bought-in-part/2=kalshi-bought/2'] }),
    )
    expect(error).to.include({ code: 'SCENE_IMPOSSIBLE' })
    expect(error.message).to.include(
      'kalshi-bought-in-part/002 (kalshi), response.fills.0.count_fp: 10 are filled, and the order had ended with 6',
    )
    expect(existsSync(join(recorded.captureDir, `scene-${count}`))).to.equal(false)
    expect(readdirSync(recorded.captureDir).filter((name) => name.startsWith('.'))).to.deep.equal([])
  })

  it('refuses an order that the safeguards deny where it stands now, and says which', async () => {
    const error = await failureOf(compose(['kalshi-bought', 'kalshi-bought'], { by: 'sequence' }))
    expect(error).to.include({ code: 'SCENE_NOT_COMPOSABLE' })
    expect(error.message).to.include('since it denies to buy 10 of kalshi:KXHOUSE-28-D: DUPLICATE_INTENT')
  })

  it('refuses what today’s code does not ask for, or nobody can answer', async () => {
    const lost = compose(['polymarket-bought'], { splice: ['polymarket-bought/1=polymarket-lost/1'] })
    expect((await failureOf(lost)).message).to.match(/operation update: Unexpected request: GET \/data\/order/)
  })

  it('refuses a splice of another call, of a recording that is not composed, or that cannot be read', async () => {
    const composed = (splice: string) =>
      failureOf(Promise.resolve().then(() => compose(['kalshi-bought'], { splice: [splice] })))
    expect((await composed('kalshi-bought/1=polymarket-bought/1')).message).to.include('one cannot end as the other')
    expect((await composed('kalshi-bought/9=kalshi-smaller/1')).message).to.include('has no exchange 9')
    expect((await composed('kalshi-smaller/1=kalshi-bought/1')).message).to.include('is none of the recordings')
    expect((await composed('kalshi-bought')).message).to.include('write SESSION/SEQ=SESSION/SEQ')
  })

  it('puts exchanges together that come without operations, and holds them against each other all the same', async () => {
    const bare = (name: string, edit: (text: string) => string = (text) => text): Recording =>
      withoutOperations(name, edit)
    const request = (sources: readonly Recording[], name: string): ComposeRequest => ({
      sources,
      name,
      by: 'venue',
      isPair: false,
      splices: [],
    })
    const good = [bare('kalshi-bought'), bare('polymarket-bought')]
    const { directory, session } = await composeRecording(request(good, 'bare'), recorded.captureDir)
    expect(verifyRecording(directory).status).to.equal('whole')
    expect(session.entries.size).to.equal(5)
    const [placed, ...later] = [...session.entries.values()].filter(({ _venue }) => _venue === 'polymarket')
    const { orderID } = Object(placed?._responseBody)
    for (const entry of later) expect(JSON.stringify(entry)).to.include(String(orderID))
    const bad = [
      bare('kalshi-bought', (text) => text.replaceAll('\\"count_fp\\":\\"10.00\\"', '\\"count_fp\\":\\"11.00\\"')),
    ]
    expect(await failureOf(composeRecording(request(bad, 'bare-bad'), recorded.captureDir))).to.include({
      code: 'SCENE_IMPOSSIBLE',
    })
  })

  it('carries sockets over, under the numbers, ids and times of the scene', async () => {
    const { recording, orderID } = withSocket()
    const sources = [withoutOperations('kalshi-bought', (text) => text), recording]
    const request: ComposeRequest = { sources, name: 'with-a-socket', by: 'venue', isPair: false, splices: [] }
    const { directory } = await composeRecording(request, recorded.captureDir)
    expect(verifyRecording(directory)).to.deep.include({ status: 'whole', problems: [] })
    const { streams, exchanges, manifest } = loadRecording(directory, null)
    expect(manifest.counts).to.include({ streams: 1, frames: 1, exchanges: 5 })
    expect([...exchanges, ...streams].map(({ seq }) => seq).sort()).to.deep.equal([1, 2, 3, 4, 5, 6])
    const [stream] = streams
    const order = exchanges.find(({ file: name }) => name.includes('POST_polymarket'))
    const now = JSON.parse(readFileSync(join(directory, order?.file ?? ''), 'utf8'))
    expect(stream?.startedAtMs).to.equal(Date.parse(now.startedDateTime))
    const [told] = stream?.frames ?? []
    expect(told?.atMs).to.equal((stream?.startedAtMs ?? 0) + 1500.25)
    const heard = JSON.parse(String(told?.data))
    expect(now._responseBody.orderID).to.not.equal(orderID)
    expect(heard).to.include({ taker_order_id: now._responseBody.orderID, size: '10' })
    expect(Number(heard.timestamp)).to.equal((stream?.startedAtMs ?? 0) + 1500)
  })

  it('refuses a splice of what its socket tells the end of', async () => {
    const { recording } = withSocket()
    const { session } = recording
    const from = loadRecording('polymarket-lost', recorded.captureDir)
    const splice = { target: { session, seq: 1 }, donor: { session: from.session, seq: 1 }, from, text: '' }
    const sources = [recording]
    const request: ComposeRequest = { sources, name: 'told', by: 'venue', isPair: false, splices: [splice] }
    expect((await failureOf(composeRecording(request, recorded.captureDir))).message).to.include(
      `${session}/004_WS_polymarket.jsonl tells how its orders ended`,
    )
  })

  /** One that bought, and heard of it on a socket. */
  function withSocket(): { readonly recording: Recording; readonly orderID: string } {
    const own = withoutOperations('polymarket-bought', (text) => text)
    const [placed] = own.exchanges
    const { startedDateTime, _responseBody } = JSON.parse(readFileSync(join(own.directory, placed?.file ?? ''), 'utf8'))
    const { orderID } = _responseBody
    const startedMs = Date.parse(startedDateTime)
    const frame = { event_type: 'trade', taker_order_id: orderID, size: '10', timestamp: String(startedMs + 1_500) }
    const header = {
      _seq: own.exchanges.length + 1,
      _inFlight: [],
      _venue: 'polymarket',
      _service: 'ws',
      _endpoint: 'socket',
      startedDateTime,
      request: socketRequest,
    }
    const lines = [
      header,
      { ms: 8.1, opened: { status: 101, headers: [] } },
      { ms: 1500.25, type: 'receive', opcode: 1, data: JSON.stringify(frame) },
    ]
    const file = join(own.directory, `00${header._seq}_WS_polymarket.jsonl`)
    writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    return { recording: loadRecording(own.directory, null), orderID }
  }

  function entryOf(recording: Recording, seq: number): ExchangeEntry {
    const file = recording.exchanges.find((one) => one.seq === seq)?.file ?? ''
    return JSON.parse(readFileSync(join(recording.directory, file), 'utf8'))
  }

  /** As if another program had recorded it, which says nothing of what was wanted. */
  function withoutOperations(name: string, edit: (text: string) => string): Recording {
    const { directory } = loadRecording(name, recorded.captureDir)
    const copy = join(recorded.captureDir, `${name}-bare-${count++}`)
    mkdirSync(copy)
    for (const file of readdirSync(directory).filter((one) => one !== 'operations.jsonl')) {
      writeFileSync(join(copy, file), edit(readFileSync(join(directory, file), 'utf8')))
    }
    return loadRecording(copy, null)
  }
})
