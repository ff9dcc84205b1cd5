import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { EnvironmentSecrets } from '../../../src/capture/foreign/environment-secrets.ts'
import { ForeignCall } from '../../../src/capture/foreign/foreign-call.ts'
import { type ForeignRequest, ForeignTape } from '../../../src/capture/foreign/foreign-tape.ts'
import { loadRecording } from '../../../src/capture/read/recording.ts'
import { verifyRecording } from '../../../src/capture/read/verify.ts'
import { secretNames, tapedServices } from '../../../src/cli/foreign/taped-services.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { temporaryFolder } from '../harness.ts'

const secret = 'a-secret-of-the-environment'
const orders = 'https://external-api.kalshi.com/trade-api/v2/portfolio/events/orders'

describe('the tape of a program', () => {
  let folder: ReturnType<typeof temporaryFolder>

  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  function openTape(captureDir = folder.path, filter = 'orders', onOpened = (): void => undefined): ForeignTape {
    return new ForeignTape({
      services: tapedServices({}),
      session: {
        captureDir,
        session: 'test',
        toolVersion: '0.0.0-test',
        filter,
        clock: systemClock,
        seed: 'seed',
        trigger: { kind: 'program', name: 'bot.mjs', node: process.version },
        accounts: {},
      },
      secrets: new EnvironmentSecrets({ BOT_SECRET: secret }, secretNames()),
      onOpened,
    })
  }

  const request = (change: Partial<ForeignRequest> = {}): ForeignRequest => ({
    method: 'POST',
    url: new URL(orders),
    headers: [],
    body: '{"ticker":"KX-1"}',
    ...change,
  })
  const codeOf = (begun: ReturnType<ForeignTape['begin']>): string =>
    begun instanceof ToolkitError ? begun.code : begun instanceof ForeignCall ? 'taped' : begun

  it('holds back an order that holds a secret, and lets a read that does pass untaped', () => {
    const tape = openTape()
    expect(codeOf(tape.begin(request({ body: `{"ticker":"${secret}"}` })))).to.equal('TAPE_CANNOT_RECORD')
    const read = { method: 'GET', url: new URL(`https://clob.polymarket.com/data/orders?id=${secret}`), body: null }
    expect(codeOf(tape.begin(request(read)))).to.equal('pass')
    expect(tape.problems().map(({ what }) => what)).to.have.length(2)
    expect(
      tape
        .problems()
        .map(({ what }) => what)
        .join(),
    ).to.not.contain(secret)
  })

  it('holds back an order whose body nobody can read, and lets such a read pass untaped', () => {
    const tape = openTape()
    const unread = { body: Buffer.from([0xff, 0xfe]), wire: 'unreadable' } as const
    const read = { ...unread, method: 'GET', url: new URL('https://clob.polymarket.com/data/orders') }
    expect([codeOf(tape.begin(request(unread))), codeOf(tape.begin(request(read)))]).to.deep.equal([
      'TAPE_CANNOT_RECORD',
      'pass',
    ])
    expect(tape.problems()[0]?.what).to.contain('a coding that cannot be undone')
  })

  it('learns keys from the headers that carry them', () => {
    const tape = openTape()
    const keyed = [{ name: 'POLY_PASSPHRASE', value: 'passphrase-of-the-account' }]
    const url = new URL('https://clob.polymarket.com/order')
    expect(codeOf(tape.begin(request({ url, headers: keyed })))).to.equal('taped')
    const leaky = request({ url, body: '{"order":{"metadata":"passphrase-of-the-account"}}' })
    expect(codeOf(tape.begin(leaky))).to.equal('TAPE_CANNOT_RECORD')
  })

  it('holds back orders, and nothing else, when its folder cannot be written', () => {
    const blocked = join(folder.path, 'a-file')
    writeFileSync(blocked, '')
    const tape = openTape(blocked)
    const read = request({ method: 'GET', body: null })
    expect([codeOf(tape.begin(request())), codeOf(tape.begin(read))]).to.deep.equal(['TAPE_CANNOT_RECORD', 'pass'])
    expect(tape.problems()[0]?.what).to.contain('Cannot record into')
  })

  it('throws nothing into the program, whatever goes wrong when it begins', () => {
    const tape = openTape(folder.path, 'orders', () => {
      throw new RangeError('no room')
    })
    // The session has begun by then, and goes on.
    expect(codeOf(tape.begin(request()))).to.equal('taped')
  })

  it('says which environment the program called, and begins with the first request that it keeps', () => {
    const tape = openTape()
    expect(tape.keeps('GET', new URL('https://external-api.kalshi.com/trade-api/v2/markets'))).to.equal(false)
    expect(tape.closeNow('exit 0')).to.equal(null)
    const other = openTape()
    other.begin(request())
    other.closeNow('exit 0')
    const { manifest, exchanges } = loadRecording('test', folder.path)
    expect(manifest).to.include({ environment: 'live', outcome: 'exit 0' })
    expect(exchanges.map(({ outcome }) => outcome)).to.deep.equal(['aborted'])
    expect(verifyRecording(join(folder.path, 'test')).status).to.equal('whole')
  })

  it('never has API keys on it, whatever the filter', () => {
    const tape = openTape(folder.path, 'all')
    expect(tape.keeps('GET', new URL('https://clob.polymarket.com/auth/derive-api-key'))).to.equal(false)
    expect(tape.keeps('GET', new URL('https://clob.polymarket.com/time'))).to.equal(true)
  })

  it('gets another folder when the name is taken, so that two programs never share one', () => {
    mkdirSync(join(folder.path, 'test'))
    const tape = openTape()
    tape.begin(request())
    expect(tape.closeNow('exit 0')?.directory).to.equal(join(folder.path, 'test-2'))
  })
})
