import { spawn } from 'node:child_process'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { RecordedStream, StreamTape } from '../../src/capture/format/stream.ts'
import { describeProblem } from '../../src/capture/read/problems.ts'
import { listRecordings, loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import type { Tape, TapeOptions } from '../../src/capture/record/tape.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { builtChild } from '../support/built.ts'
import { json, kalshiReply, makeInstance, openTestTape, sendOrder, temporaryFolder, Venue } from './harness.ts'

const kalshi = { venue: 'kalshi', service: 'ws', baseUrl: 'wss://kalshi.test/trade-api/ws/v2' } as const
const polymarket = { venue: 'polymarket', service: 'ws', baseUrl: 'wss://polymarket.test/ws' } as const
const signed = { 'KALSHI-ACCESS-KEY': 'key-id-of-the-account', 'KALSHI-ACCESS-SIGNATURE': 'a signature' }
const snapshot =
  '{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"KX-1","yes_dollars_fp":[["0.4700","3.00"]]}}'

describe('a socket on tape', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let clock: VirtualClock

  beforeEach(() => {
    folder = temporaryFolder()
    clock = new VirtualClock(Date.parse('2026-11-20T10:00:00Z'))
  })
  afterEach(() => folder.remove())

  const open = (changes: Partial<TapeOptions> = {}): Promise<Tape> => openTestTape(folder.path, { clock, ...changes })
  const openKalshi = (tape: Tape): StreamTape =>
    tape.openStream({ alias: kalshi, url: kalshi.baseUrl, headers: signed })
  const linesOf = (file: string): readonly string[] => readFileSync(join(folder.path, 'test', file), 'utf8').split('\n')
  const onlyStream = (): RecordedStream => {
    const [stream, ...others] = loadRecording('test', folder.path).streams
    if (stream === undefined || others.length > 0) throw new Error('expected one socket')
    return stream
  }
  const problems = (): readonly string[] => verifyRecording(join(folder.path, 'test')).problems.map(describeProblem)

  it('is one file with a line for the handshake, its answer, every frame and the end', async () => {
    const tape = await open()
    const socket = openKalshi(tape)
    await clock.sleep(8.1)
    socket.opened({ status: 101, headers: { upgrade: 'websocket', 'sec-websocket-accept': 'abc' } })
    socket.sent('{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["KX-1"]}}')
    await clock.sleep(1.2345)
    socket.received(snapshot)
    socket.received(Buffer.from('heartbeat'), 9)
    socket.closed({ code: 1000, reason: 'bye', by: 'us' })
    const summary = await tape.close('done')
    expect(summary).to.include({ streams: 1, frames: 3, exchanges: 0 })
    const [header = '', ...lines] = linesOf('001_WS_kalshi.jsonl')
    expect(JSON.parse(header)).to.deep.include({
      _seq: 1,
      _inFlight: [],
      _venue: 'kalshi',
      _service: 'ws',
      _endpoint: 'socket',
      startedDateTime: '2026-11-20T10:00:00.000Z',
    })
    // Each line ends with a checksum over itself and those before it.
    expect(lines.map((line) => line.replace(/,"check":"[0-9a-f]{16}"\}$/, '}'))).to.deep.equal([
      '{"ms":8.1,"opened":{"status":101,"headers":[{"name":"upgrade","value":"{{kalshi.upgrade}}"},{"name":"sec-websocket-accept","value":"{{kalshi.sec-websocket-accept}}"}]}}',
      `{"ms":8.1,"type":"send","opcode":1,"data":${JSON.stringify('{"id":1,"cmd":"subscribe","params":{"channels":["orderbook_delta"],"market_tickers":["KX-1"]}}')}}`,
      `{"ms":9.335,"type":"receive","opcode":1,"data":${JSON.stringify(snapshot)}}`,
      '{"ms":9.335,"type":"receive","opcode":9,"data":"aGVhcnRiZWF0","encoding":"base64"}',
      '{"ms":9.335,"closed":{"code":1000,"reason":"bye","by":"us"}}',
      '',
    ])
  })

  it('is read back with its times, and is whole', async () => {
    const tape = await open()
    const socket = openKalshi(tape)
    socket.opened({ status: 101, headers: {} })
    await clock.sleep(1000)
    socket.received(snapshot)
    socket.received(Buffer.from([0, 255]))
    socket.closed({ code: null, reason: '', by: 'network' })
    await tape.close('done')
    const { frames, closed, failed, seq, venue } = onlyStream()
    expect({ seq, venue, failed }).to.deep.equal({ seq: 1, venue: 'kalshi', failed: null })
    expect(closed).to.deep.include({ code: null, by: 'network' })
    expect(
      frames.map(({ atMs, ...frame }) => ({ after: atMs - Date.parse('2026-11-20T10:00:00Z'), ...frame })),
    ).to.deep.equal([
      { after: 1000, type: 'receive', opcode: 1, data: snapshot, withheld: null },
      { after: 1000, type: 'receive', opcode: 2, data: Buffer.from([0, 255]), withheld: null },
    ])
    expect(verifyRecording(tape.directory)).to.deep.include({
      status: 'whole',
      streams: 1,
      frames: 2,
      problems: [],
      notes: [],
    })
  })

  it('takes its number from the sequence of all requests, at the start of its handshake', async () => {
    const venue = await Venue.start((_request, response) => json(response, 201, kalshiReply))
    const tape = await open()
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    await sendOrder(instance, venue.kalshi)
    const socket = openKalshi(tape)
    await sendOrder(instance, venue.kalshi)
    socket.opened({ status: 101, headers: {} })
    await tape.close('done')
    await venue.stop()
    const { exchanges, streams, manifest } = loadRecording('test', folder.path)
    expect([exchanges.map(({ seq }) => seq), streams.map(({ seq }) => seq)]).to.deep.equal([[1, 3], [2]])
    expect(Object.keys(manifest.files)).to.include('002_WS_kalshi.jsonl')
    expect(manifest.counts).to.deep.equal({ exchanges: 2, operations: 0, streams: 1, frames: 0 })
    const check = verifyRecording(tape.directory)
    expect(check.problems).to.deep.equal([])
    expect(check.notes).to.deep.equal([
      '002_WS_kalshi.jsonl: the socket was still open when the session was closed; 0 frames intact.',
    ])
  })

  it('keeps a handshake that failed', async () => {
    const tape = await open()
    openKalshi(tape).failed({ outcome: 'refused', code: 'ECONNREFUSED', syscall: 'connect' })
    await tape.close('done')
    expect(onlyStream().failed).to.deep.include({ outcome: 'refused', code: 'ECONNREFUSED', syscall: 'connect' })
    expect(verifyRecording(tape.directory)).to.deep.include({ status: 'whole', notes: [] })
  })

  it('hides the credentials of the handshake and of the user channel, and keeps the rest to the letter', async () => {
    const secret = 'the-passphrase-of-the-account'
    const tape = await open({ secrets: [secret, 'the-secret-of-the-account', 'the-key-of-the-account'] })
    const url = 'wss://polymarket.test/ws/user'
    const user = tape.openStream({ alias: polymarket, url, headers: { cookie: 'session=1' } })
    user.opened({ status: 101, headers: {} })
    user.sent(
      `{"auth":{"apiKey":"the-key-of-the-account","secret":"the-secret-of-the-account","passphrase":"${secret}"},"type":"user","markets":["0x1f"]}`,
    )
    user.received(
      '{"event_type":"order","type":"PLACEMENT","id":"0xab","owner":"the-key-of-the-account","price":"0.50","original_size":"5.00"}',
    )
    openKalshi(tape).failed({ outcome: 'response', code: 'ERR_BAD_RESPONSE', status: 401 })
    const { problems: missing } = await tape.close('done')
    expect(missing).to.deep.equal([])
    const [first] = loadRecording('test', folder.path).streams
    expect(first?.frames.map(({ data }) => data)).to.deep.equal([
      '{"auth":{"apiKey":"{{polymarket.key}}","secret":"{{polymarket.secret}}","passphrase":"{{polymarket.passphrase}}"},"type":"user","markets":["0x1f"]}',
      '{"event_type":"order","type":"PLACEMENT","id":"0xab","owner":"{{polymarket.key}}","price":"0.50","original_size":"5.00"}',
    ])
    expect(first?.request.headers).to.deep.equal([{ name: 'cookie', value: '{{polymarket.cookie}}' }])
    expect(linesOf('002_WS_kalshi.jsonl').join('')).to.contain('{{kalshi.signature}}').and.not.to.contain('key-id')
    expect(problems()).to.deep.equal([])
  })

  it('keeps every member of market data, and of the account only what may be kept', async () => {
    const tape = await open()
    const socket = openKalshi(tape)
    socket.opened({ status: 101, headers: {} })
    socket.received('{"type":"ticker","sid":2,"msg":{"market_ticker":"KX-1","dollar_volume":12,"brand_new":"yes"}}')
    socket.received(
      '{"type":"user_order","sid":3,"msg":{"order_id":"o-1","user_id":"u-1","yes_price_dollars":"0.3500"}}',
    )
    await tape.close('done')
    expect(onlyStream().frames.map(({ data }) => data)).to.deep.equal([
      '{"type":"ticker","sid":2,"msg":{"market_ticker":"KX-1","dollar_volume":12,"brand_new":"yes"}}',
      '{"type":"user_order","sid":3,"msg":{"order_id":"o-1","user_id":"{{kalshi.user_id}}","yes_price_dollars":"0.3500"}}',
    ])
  })

  it('withholds a frame that holds a known secret where none is expected, and says so', async () => {
    const secret = 'a-secret-that-travels-by-mistake'
    const tape = await open({ secrets: [secret] })
    const socket = openKalshi(tape)
    socket.opened({ status: 101, headers: {} })
    socket.received(`{"type":"error","msg":{"code":1,"msg":"bad key ${secret}"}}`)
    socket.received(Buffer.from(secret))
    const { problems: missing } = await tape.close('done')
    expect(missing.map(({ what }) => what)).to.deep.equal([
      'frame 1 is without its content: a known secret stands in it',
      'frame 2 is without its content: a known secret stands in it',
    ])
    expect(linesOf('001_WS_kalshi.jsonl').join('')).not.to.contain(secret)
    expect(problems()).to.deep.equal([
      '001_WS_kalshi.jsonl, frame 1: its content was not recorded: a known secret stands in it',
      '001_WS_kalshi.jsonl, frame 2: its content was not recorded: a known secret stands in it',
    ])
  })

  it('is left out by the filters that leave it out', async () => {
    const tape = await open({ filter: 'orders' })
    const url = 'wss://polymarket.test/ws/market'
    tape.openStream({ alias: polymarket, url, headers: {} }).opened({ status: 101, headers: {} })
    expect(await tape.close('done')).to.include({ streams: 0 })
    const other = await open({ filter: '^WS .*/market$', session: 'other' })
    other.openStream({ alias: polymarket, url, headers: {} }).opened({ status: 101, headers: {} })
    openKalshi(other)
    expect(await other.close('done')).to.include({ streams: 1 })
  })

  it('is listed with the exchanges', async () => {
    const tape = await open()
    openKalshi(tape)
    await tape.close('done')
    expect(listRecordings(folder.path)[0]).to.include({ exchanges: 0, streams: 1 })
  })

  it('survives kill -9 up to the last frame', async () => {
    const child = spawn(process.execPath, [builtChild(join(import.meta.dirname, 'recording-child.ts'))], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TAPE_DIR: folder.path, TAPE_SOCKET: kalshi.baseUrl },
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    const directory = join(folder.path, 'killed')
    appendFileSync(join(directory, '001_WS_kalshi.jsonl'), '{"ms":12.1,"type":"rece')
    const check = verifyRecording(directory)
    expect(check).to.deep.include({ status: 'ended_early', problems: [], streams: 1, frames: 3 })
    expect(check.notes.at(-1)).to.equal(
      '001_WS_kalshi.jsonl: the socket was still open when the session ended; 3 frames intact. Line 6 stops in the middle and is left out.',
    )
    expect(loadRecording('killed', folder.path).streams[0]?.frames.map(({ data }) => data)).to.deep.equal([
      '1',
      '2',
      '3',
    ])
  })

  it('names a frame that was changed, or lost its checksum, in a session that was killed', async () => {
    const tape = await open()
    const socket = openKalshi(tape)
    socket.opened({ status: 101, headers: {} })
    for (const seq of [1, 2, 3]) socket.received(`{"type":"trade","seq":${seq}}`)
    const file = '001_WS_kalshi.jsonl'
    const path = join(tape.directory, file)
    const written = readFileSync(path, 'utf8')
    const changed = (line: number): string =>
      `${file}, line ${line}: the line was changed, or is not the one that followed (its checksum differs)`
    // Nobody closed it: there is no manifest that vouches for the file.
    expect(verifyRecording(tape.directory)).to.include({ status: 'ended_early', frames: 3 })
    writeFileSync(path, written.replace('\\"seq\\":2', '\\"seq\\":7'))
    expect(problems()).to.deep.equal([changed(4)])
    writeFileSync(path, written.replace(/(seq\\":2.*?),"check":"[0-9a-f]+"/, '$1'))
    expect(problems()).to.deep.equal([changed(4), changed(5)])
    // What a process killed a moment earlier leaves.
    writeFileSync(path, written.split('\n').slice(0, 4).join('\n').concat('\n'))
    expect(problems()).to.deep.equal([])
    await tape.close('done')
  })

  describe('that was tampered with', () => {
    const file = '001_WS_kalshi.jsonl'

    beforeEach(async () => {
      const tape = await open()
      const socket = openKalshi(tape)
      socket.opened({ status: 101, headers: {} })
      for (const seq of [1, 2, 3]) {
        await clock.sleep(5)
        socket.received(`{"type":"trade","seq":${seq}}`)
      }
      socket.closed({ code: 1000, reason: '', by: 'venue' })
      await tape.close('done')
    })

    const change = (edit: (lines: string[]) => string[]): void =>
      writeFileSync(join(folder.path, 'test', file), edit([...linesOf(file)]).join('\n'))
    const swapped = ([a = '', b = '', c = '', d = '', ...rest]: string[]): string[] => [a, b, d, c, ...rest]

    it('names the line at which time runs backwards', () => {
      change(swapped)
      expect(problems()).to.include(`${file}, line 4: time runs backwards: 5 ms after 10 ms`)
    })

    it('names line and column of what is not JSON', () => {
      change((lines) => lines.map((line) => line.replace('"opcode":1', '"opcode":')))
      expect(problems()[0]).to.equal(`${file}, line 3: not JSON: column 35: expected a value`)
    })

    it('names a frame that was taken out', () => {
      change((lines) => lines.filter((_, index) => index !== 3))
      expect(problems()).to.deep.equal([
        `${file}, line 4: the line was changed, or is not the one that followed (its checksum differs)`,
        `${file}: the content was changed after it was recorded (SHA-256 differs)`,
        'manifest.json, counts.frames: it says 3, there are 2',
      ])
    })

    it('names a line that cannot stand where it does', () => {
      change((lines) => lines.filter((_, index) => index !== 1))
      expect(problems()).to.include(`${file}, line 2: the handshake has not ended yet`)
    })

    it('names a torn line, which a session that was closed cannot have', () => {
      change((lines) => [...lines.slice(0, 4), '{"ms":20'])
      expect(problems()).to.include(`${file}, line 5: the line stops in the middle`)
    })
  })
})
