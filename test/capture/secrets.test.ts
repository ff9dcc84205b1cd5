import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { SecretScanner } from '../../src/capture/redact/secrets.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import {
  exchangeFiles,
  json,
  kalshiReply,
  makeInstance,
  openTestTape,
  readEverything,
  sendOrder,
  temporaryFolder,
  Venue,
} from './harness.ts'

const secret = 'pa55phrase/with+odd=characters'

describe('known secrets', () => {
  const bytes = Buffer.from(secret)
  const forms: Readonly<Record<string, string>> = {
    'as they are': secret,
    'in base64': bytes.toString('base64'),
    'in URL-safe base64': bytes.toString('base64url'),
    'in hex': bytes.toString('hex'),
    'in upper-case hex': bytes.toString('hex').toUpperCase(),
    'URL-encoded': encodeURIComponent(secret),
    'URL-encoded in lower case': encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
    'URL-encoded twice': encodeURIComponent(encodeURIComponent(secret)),
    'in JSON with its slashes escaped': secret.replaceAll('/', '\\/'),
    'in JSON with every sign escaped': secret.replaceAll(/[^\w]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    'in JSON inside JSON': JSON.stringify(JSON.stringify(secret).replaceAll('/', '\\/')),
    'in HTML': secret.replaceAll('+', '&#43;').replaceAll('/', '&#x2F;'),
    'as the password of a basic authorization': Buffer.from(`me:${secret}`).toString('base64'),
    'in base64 at every offset': Buffer.from(`x${secret}y`).toString('base64url'),
    'in the middle of a base64 text': Buffer.from(`abc${secret}defg`).toString('base64'),
    'in base64 wrapped at a narrow width': bytes.toString('base64').replaceAll(/(.{7})/g, '$1\r\n'),
    'as Node writes a buffer in JSON': JSON.stringify(bytes),
  }
  it('are found in any of several texts, and not where one text ends and the next begins', () => {
    const scanner = new SecretScanner([secret])
    expect(scanner.findsInAny(['nothing', `before ${secret} after`, ''])).to.equal(true)
    expect(scanner.findsInAny([secret.slice(0, 12), secret.slice(12)])).to.equal(false)
  })
  for (const [name, form] of Object.entries(forms)) {
    it(`are found ${name}`, () => {
      expect(new SecretScanner([secret]).finds(`{"message":"your key is ${form}, sir"}`)).to.equal(true)
    })
  }

  it('are found as the bytes behind a hex key', () => {
    const key = `0x${'ab12'.repeat(16)}`
    const scanner = new SecretScanner([key])
    expect(scanner.finds(key.slice(2))).to.equal(true)
    expect(scanner.finds(Buffer.from(key.slice(2), 'hex').toString('base64'))).to.equal(true)
  })

  for (const [name, wrap] of [
    ['another width', (body: string) => body.replaceAll(/(.{50})/g, '$1\n')],
    ['another width, in JSON', (body: string) => JSON.stringify(body.replaceAll(/(.{30})/g, '$1\n'))],
    ['no width', (body: string) => body],
  ] as const) {
    it(`are found in a key file that was wrapped anew, at ${name}`, () => {
      const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const scanner = new SecretScanner([pem])
      const [, body = ''] = pem.split('\n')
      expect(scanner.finds(wrap(body))).to.equal(true)
      expect(scanner.finds(Buffer.from(body, 'base64').toString('hex'))).to.equal(true)
    })
  }

  it('are found though they hold what looks like an escape', () => {
    const odd = 'odd%41phrase&amp;\\u0041x'
    for (const form of [odd, JSON.stringify(odd), encodeURIComponent(odd)]) {
      expect(new SecretScanner([odd]).finds(`a ${form} b`), form).to.equal(true)
    }
  })

  it('are found by a single line of a key file', () => {
    const line = 'MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQC7'
    expect(new SecretScanner([`-----\n${line}\n-----\n`]).finds(`x ${line} y`)).to.equal(true)
  })

  it('are not found in what only looks like them', () => {
    expect(new SecretScanner([secret, '', 'short']).finds('{"price":"0.45","note":"short"}')).to.equal(false)
  })
})

describe('a tape and secrets', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue
  let reply: unknown

  beforeEach(async () => {
    folder = temporaryFolder()
    reply = kalshiReply
    venue = await Venue.start((_request, response) => json(response, 201, reply))
  })

  afterEach(async () => {
    await venue.stop()
    folder.remove()
  })

  it('does not send an order that would put a secret on the tape, and says where it stands', async () => {
    const tape = await openTestTape(folder.path, { secrets: [secret] })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const error: unknown = await sendOrder(instance, venue.kalshi, { client_order_id: secret }).catch(
      (reason: unknown) => reason,
    )
    const { problems } = await tape.close('done')
    expect(venue.received).to.have.length(0)
    expect(error).to.include({ code: 'ECONNREFUSED', isAxiosError: true })
    expect(error).to.have.property('cause').that.is.instanceOf(ToolkitError)
    expect(problems).to.deep.equal([
      {
        file: '001_POST_kalshi_orders.json',
        what: 'a known secret stands in the body of the request; it was not recorded',
      },
    ])
    expect(readEverything(tape.directory)).not.to.contain(secret)
  })

  it('lets a cancel through all the same, unrecorded', async () => {
    const tape = await openTestTape(folder.path, { secrets: [secret] })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    await instance.delete(`${venue.kalshi.baseUrl}/portfolio/events/orders/${encodeURIComponent(secret)}`)
    const { problems, exchanges } = await tape.close('done')
    expect(venue.received).to.have.length(1)
    expect({ exchanges, problems: problems.length }).to.deep.equal({ exchanges: 0, problems: 1 })
  })

  it('hands on an answer that holds a secret, and does not write it', async () => {
    reply = { ...kalshiReply, message: `hello ${secret}` }
    const tape = await openTestTape(folder.path, { secrets: [secret] })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const { data } = await sendOrder(instance, venue.kalshi)
    const { problems } = await tape.close('done')
    expect(data).to.contain(secret)
    expect(exchangeFiles(tape.directory)).to.deep.equal([])
    expect(problems.map(({ what }) => what)).to.deep.equal([
      'a known secret stands in the response; it was not recorded',
    ])
    expect(readEverything(tape.directory)).not.to.contain(secret)
  })

  it('does not write an answer that repeats the signature of its request', async () => {
    const signature = 'a signature that changes every time'
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    reply = { ...kalshiReply, message: `you sent ${signature}` }
    await sendOrder(instance, venue.kalshi)
    const { problems } = await tape.close('done')
    expect(problems).to.have.length(1)
    expect(readEverything(tape.directory)).not.to.contain(signature)
  })

  it('learns secrets while it runs', async () => {
    reply = { ...kalshiReply, message: secret }
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    tape.addSecrets([secret])
    await sendOrder(instance, venue.kalshi)
    await tape.close('done')
    expect(readEverything(tape.directory)).not.to.contain(secret)
  })

  it('leaves out an operation that holds one', async () => {
    const tape = await openTestTape(folder.path, { secrets: [secret] })
    await tape.recordOperation({ op: 'place', input: { note: secret }, outcome: {}, at: '2026-11-20T10:00:00.000Z' })
    const { problems, operations } = await tape.close('done')
    expect(operations).to.equal(0)
    expect(problems[0]).to.include({ file: 'operations.jsonl' })
    expect(readEverything(tape.directory)).not.to.contain(secret)
  })

  it('is not begun with a secret on the command line', async () => {
    const trigger = { kind: 'command' as const, argv: ['trade', 'place', '--key', secret] }
    const error: unknown = await openTestTape(folder.path, { secrets: [secret], trigger }).catch(
      (reason: unknown) => reason,
    )
    expect(error).to.be.instanceOf(ToolkitError).with.property('code', 'SECRET_IN_RECORDING')
    expect(String(error)).not.to.contain(secret)
  })
})
