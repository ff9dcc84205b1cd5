import { expect } from 'chai'
import { loadRecording } from '../../src/capture/read/recording.ts'
import {
  type ReplayReport,
  type ReplaySession,
  type ReplaySetting,
  replayRecording,
} from '../../src/capture/replay/replay.ts'
import { isoTime, systemClock } from '../../src/runtime/clock.ts'
import { json, kalshiReply, makeInstance, openTestTape, sendOrder, temporaryFolder, Venue } from './harness.ts'

describe('replay of a recording', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue

  beforeEach(async () => {
    folder = temporaryFolder()
    venue = await Venue.start((_request, response) => json(response, 201, kalshiReply))
    const tape = await openTestTape(folder.path, { seed: 'the seed', accounts: { polymarket: { signer: '0xab' } } })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    for (const count of ['1.00', '2.00']) {
      const at = isoTime(systemClock.nowMs())
      const { data } = await sendOrder(instance, venue.kalshi, { count })
      const outcome = { reply: data, reason: `${new URL(venue.origin).host} said so`, updatedAt: at }
      await tape.recordOperation({ op: 'place', input: { count }, outcome, at })
    }
    await tape.close('done')
  })

  afterEach(async () => {
    await venue.stop()
    folder.remove()
  })

  /** Today's code: sends what it is told, unless a test breaks it. */
  function program(changes: {
    readonly countOf?: (count: string) => string
    readonly outcomeOf?: (outcome: Record<string, unknown>) => unknown
    readonly seen?: (setting: ReplaySetting) => void
  }): (setting: ReplaySetting) => Promise<ReplaySession> {
    return async (setting) => {
      changes.seen?.(setting)
      const alias = { venue: 'kalshi', service: 'rest', baseUrl: 'http://tape.invalid' } as const
      const instance = makeInstance()
      setting.tape.attach(instance, alias)
      return {
        perform: async (_op, input) => {
          const count = String(Reflect.get(Object(input), 'count'))
          const { data } = await sendOrder(instance, alias, { count: changes.countOf?.(count) ?? count })
          const updatedAt = isoTime(setting.clock.nowMs() + 5)
          const outcome = { reply: data, reason: 'tape.invalid said so', updatedAt }
          return changes.outcomeOf?.(outcome) ?? outcome
        },
        close: () => Promise.resolve(),
      }
    }
  }

  const replay = (changes: Parameters<typeof program>[0] = {}): Promise<ReplayReport> =>
    replayRecording(loadRecording('test', folder.path), program(changes))

  it('is the same when the code asks and answers as it did', async () => {
    expect(await replay()).to.deep.equal({
      session: 'test',
      operations: { ok: 2, different: 0 },
      exchanges: { recorded: 2, replayed: 2 },
      drifts: [],
      unused: [],
      verdict: 'same',
    })
    expect(venue.received).to.have.length(2)
  })

  it('does not mind that a message names another host', async () => {
    expect(
      (await replay({ outcomeOf: (outcome) => ({ ...outcome, reason: 'tape.invalid said so' }) })).verdict,
    ).to.equal('same')
    expect(
      (await replay({ outcomeOf: (outcome) => ({ ...outcome, reason: 'tape.invalid said no' }) })).verdict,
    ).to.equal('drift')
  })

  it('gives the session its seed, environment, accounts and time', async () => {
    let setting: ReplaySetting | null = null
    await replay({
      seen: (given) => {
        setting = given
      },
    })
    expect(setting).to.deep.include({
      seed: 'the seed',
      environment: 'sandbox',
      accounts: { polymarket: { signer: '0xab' } },
    })
  })

  it('is drift when the code asks for something else, in that operation and in no other', async () => {
    const report = await replay({ countOf: (count) => (count === '2.00' ? '20.00' : count) })
    expect(report).to.deep.include({ verdict: 'drift', operations: { ok: 1, different: 1 } })
    expect(report.drifts.map(({ kind, operation }) => [kind, operation?.n])).to.deep.equal([
      ['different_request', 2],
      ['operation_failed', 2],
    ])
    expect(report.drifts[0]?.describe().join('\n')).to.contain('body.count: recorded "2.00", now "20.00"')
    expect(venue.received).to.have.length(2)
  })

  it('is drift when the outcome is another, though the requests are the same', async () => {
    const report = await replay({ outcomeOf: (outcome) => ({ ...outcome, filled: '0' }) })
    expect(report.drifts.map(({ kind }) => kind)).to.deep.equal(['different_outcome', 'different_outcome'])
    expect(report.drifts[0]?.differences).to.deep.equal([{ field: 'outcome.filled', recorded: null, actual: '"0"' }])
  })

  it('is drift when a recorded request is not made any more', async () => {
    const report = await replayRecording(loadRecording('test', folder.path), () =>
      Promise.resolve({ perform: () => Promise.resolve(null), close: () => Promise.resolve() }),
    )
    expect(report.unused.map(({ seq }) => seq)).to.deep.equal([1, 2])
    expect(report.drifts.map(({ kind }) => kind).slice(-2)).to.deep.equal(['unused_exchange', 'unused_exchange'])
    expect(report.drifts.at(-1)?.describe()[0]).to.match(/^Missing request: test\/002_POST_kalshi_orders\.json/)
  })

  it('closes the session when an operation throws', async () => {
    let closed = false
    const report = await replayRecording(loadRecording('test', folder.path), () =>
      Promise.resolve({
        perform: () => Promise.reject(new Error('out of ideas')),
        close: async () => {
          closed = true
        },
      }),
    )
    expect(closed).to.equal(true)
    expect(report.drifts[0]).to.include({ kind: 'operation_failed', note: 'Error: out of ideas' })
  })
})
