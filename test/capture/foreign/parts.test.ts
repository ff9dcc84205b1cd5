import { request } from 'node:http'
import { constants, deflateRawSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { targetOfCall } from '../../../src/capture/foreign/call-target.ts'
import { EnvironmentSecrets } from '../../../src/capture/foreign/environment-secrets.ts'
import { FrameParser } from '../../../src/capture/foreign/frame-parser.ts'
import { findService } from '../../../src/capture/foreign/services.ts'
import { tapedServices } from '../../../src/cli/foreign/taped-services.ts'

describe('what a call of http.request asks for', () => {
  const calls: readonly (readonly unknown[])[] = [
    ['http://a.test/b?c=1'],
    [new URL('http://a.test:8080/b')],
    ['http://a.test/b', { path: '/c', method: 'post' }],
    [{ hostname: 'a.test', port: 81, path: '/b c'.replace(' ', '%20') }],
    [{ host: '::1', path: '/b' }],
    [{ path: '/b' }],
  ]

  it('is what Node itself makes of it', () => {
    for (const args of calls) {
      const asked = Reflect.apply(request, null, [...args])
      asked.on('error', () => undefined)
      const target = targetOfCall('http:', args)
      expect([target?.method, `${target?.url.pathname}${target?.url.search}`]).to.deep.equal([asked.method, asked.path])
      expect(target?.url.hostname.replace(/^\[|\]$/g, '')).to.equal(asked.host)
      asked.destroy()
    }
  })

  it('is nothing for a socket file or an address that is none', () => {
    expect(targetOfCall('http:', [{ socketPath: '/run/a', path: '/' }])).to.equal(null)
    expect(targetOfCall('http:', ['not an address'])).to.equal(null)
  })

  it('is a handshake when it asks for an upgrade', () => {
    expect(targetOfCall('http:', ['http://a.test/', { headers: { Upgrade: 'websocket' } }])?.isUpgrade).to.equal(true)
    expect(targetOfCall('http:', ['http://a.test/'])?.isUpgrade).to.equal(false)
  })
})

describe('secrets of an environment', () => {
  const names = { secret: new Set(['MY_OWN']), public: new Set(['OUR_API_KEY_ID']) }
  const found = (env: Readonly<Record<string, string>>): readonly string[] => new EnvironmentSecrets(env, names).fresh()

  it('are known by the sound of their names, ours by name', () => {
    expect(found({ CLOB_PASS_PHRASE: 'a passphrase', PK: `0x${'ab'.repeat(32)}`, MY_OWN: '12345678' })).to.have.length(
      3,
    )
  })

  it('are neither addresses nor tokens that are traded nor names of keys', () => {
    const env = { YES_TOKEN: '7132104567925258', KEY_OWNER: `0x${'ab'.repeat(20)}`, OUR_API_KEY_ID: 'some-key-id' }
    expect(found({ ...env, NO_TOKEN_ID: 'some-token', KEY_ADDRESS: 'somewhere-else' })).to.deep.equal([])
  })

  it('are looked for again, since programs load their settings late', () => {
    const env: Record<string, string> = {}
    const secrets = new EnvironmentSecrets(env, names)
    expect(secrets.fresh()).to.deep.equal([])
    env.API_SECRET = 'loaded from a file'
    expect(secrets.fresh()).to.deep.equal(['loaded from a file'])
    expect(secrets.fresh()).to.deep.equal([])
  })
})

describe('venues that a program may call', () => {
  const services = tapedServices({ KALSHI_BASE_URL: 'http://127.0.0.1:7000/trade-api/v2' })
  const found = (url: string): string => {
    const service = findService(services, new URL(url))
    return service === null ? 'none' : `${service.venue} ${service.service} ${service.environment}`
  }

  it('are known by their addresses, old ones and those of this environment included', () => {
    expect(found('https://external-api.kalshi.com/trade-api/v2/markets')).to.equal('kalshi rest live')
    expect(found('https://api.elections.kalshi.com/trade-api/v2/markets')).to.equal('kalshi rest live')
    expect(found('https://api.elections.kalshi.com/trade-api/ws/v2')).to.equal('kalshi ws live')
    expect(found('https://external-api.demo.kalshi.co/trade-api/v2/markets')).to.equal('kalshi rest demo')
    expect(found('https://clob.polymarket.com/order')).to.equal('polymarket clob live')
    expect(found('wss://ws-subscriptions-clob.polymarket.com/ws/user')).to.equal('polymarket ws live')
    expect(found('http://127.0.0.1:7000/trade-api/v2/markets')).to.equal('kalshi rest sandbox')
  })

  it('are nobody else', () => {
    expect(found('https://hooks.example.test/secret')).to.equal('none')
    expect(found('http://127.0.0.1:7000/trade-api/v20')).to.equal('none')
  })
})

describe('frames read from the bytes of a socket', () => {
  const frame = (payload: Buffer, { opcode = 1, final = true, rsv1 = false, masked = false } = {}): Buffer => {
    const mask = Buffer.from([1, 2, 3, 4])
    const length =
      payload.length < 126
        ? Buffer.from([payload.length])
        : Buffer.from([126, payload.length >> 8, payload.length & 0xff])
    length.writeUInt8(length.readUInt8(0) | (masked ? 0x80 : 0))
    const body = masked ? payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : payload
    const first = opcode | (final ? 0x80 : 0) | (rsv1 ? 0x40 : 0)
    return Buffer.concat([Buffer.from([first]), length, masked ? mask : Buffer.alloc(0), body])
  }

  it('are the messages that were sent, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ maxLength: 300 }), fc.boolean()), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        (messages, cut) => {
          const bytes = Buffer.concat(messages.map(([text, masked]) => frame(Buffer.from(text), { masked })))
          const parser = new FrameParser()
          const read: string[] = []
          for (let at = 0; at < bytes.length; at += cut) {
            for (const { payload } of parser.read(bytes.subarray(at, at + cut))) read.push(payload.toString())
          }
          expect(read).to.deep.equal(messages.map(([text]) => text))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('are put together from fragments, with control frames between', () => {
    const parser = new FrameParser()
    const parts = [
      frame(Buffer.from('one '), { final: false }),
      frame(Buffer.from('p'), { opcode: 9 }),
      frame(Buffer.from('two'), { opcode: 0 }),
    ]
    const read = parser.read(Buffer.concat(parts)).map(({ opcode, payload }) => [opcode, payload.toString()])
    expect(read).to.deep.equal([
      [9, 'p'],
      [1, 'one two'],
    ])
  })

  it('are decompressed, also where one refers back to the one before', () => {
    const compress = (text: string, dictionary: string): Buffer =>
      deflateRawSync(text, {
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(dictionary === '' ? {} : { dictionary: Buffer.from(dictionary) }),
      }).subarray(0, -4)
    const [first, second] = ['a long message about a market '.repeat(9), 'a long message about a market, again']
    const parser = new FrameParser()
    const bytes = [frame(compress(first, ''), { rsv1: true }), frame(compress(second, first), { rsv1: true })]
    expect(parser.read(Buffer.concat(bytes)).map(({ payload }) => payload.toString())).to.deep.equal([first, second])
  })

  it('are refused when they are none', () => {
    expect(() => new FrameParser().read(Buffer.from('HTTP/1.1 200 OK'))).to.throw('not a frame')
  })
})
