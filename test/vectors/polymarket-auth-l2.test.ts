import { expect } from 'chai'
import { l2Headers, l2Signature } from '../../src/clients/polymarket/auth-l2.ts'
import { signL2 } from '../../src/sandbox/polymarket/api-keys.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case {
  readonly apiKey: string
  readonly secret: string
  readonly passphrase: string
  readonly address: string
  readonly timestamp: number
  readonly method: string
  readonly path: string
  readonly body?: string
  readonly message: string
  readonly signature: string
  readonly headers: Readonly<Record<string, string>>
}

const remarks = ['meta', 'cases[].unifiedSdkAgrees']

describeVectors<{ cases: readonly Case[] }>('polymarket-auth-l2', remarks, ({ cases }) => {
  it('become the headers that the official software sends', () =>
    eachCase(cases, (one) => {
      const { timestamp: timestampS, method, path, body = '', address } = one
      expect(l2Signature(one.secret, { timestampS, method, path, body })).to.equal(one.signature)
      expect(l2Headers(one, { timestampS, method, path, body, address })).to.deep.equal(one.headers)
    }))

  it('are accepted by the sandbox over the message that was signed', () =>
    eachCase(cases, ({ timestamp, method, path, body = '', message, secret, signature }) => {
      expect(message).to.equal(`${timestamp}${method}${path}${body}`)
      expect(signL2(secret, message)).to.equal(signature)
    }))
})
