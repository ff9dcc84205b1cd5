import { constants, createHash, createPrivateKey, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { expect } from 'chai'
import { authHeaders, loadKalshiAccount } from '../../src/clients/kalshi/auth.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { refuseUnsigned } from '../../src/sandbox/kalshi/auth.ts'
import { describeVectors, eachCase } from './folder.ts'

type Family = 'rsa' | 'ed25519'

interface Keys {
  readonly key_id: string
  readonly public_spki_der_base64: string
  readonly private_pkcs8_der_base64: string
}

interface Valid {
  readonly name: string
  readonly algorithm: string
  readonly private_key_used: string
  readonly method: string
  readonly url: string
  readonly timestamp_ms: number
  readonly signed_path: string
  readonly message: string
  readonly message_sha256_hex: string
  readonly headers: Readonly<Record<string, string>>
  readonly expect: string
}

interface Invalid {
  readonly name: string
  readonly message: string
  readonly signature_base64: string
  readonly expect: string
}

interface File {
  readonly rule: {
    readonly rsa: { readonly salt_length_bytes: number }
    readonly ed25519: object
    readonly headers: readonly string[]
  }
  readonly keys: {
    readonly rsa: Keys & { readonly private_pkcs1_der_base64: string; readonly modulus_bits: number }
    readonly ed25519: Keys
  }
  readonly valid: readonly Valid[]
  readonly invalid: readonly Invalid[]
}

const remarks = ['description', 'generated', 'produced_by', 'keys_note', 'rule.message', 'invalid[].why']

describeVectors<File>('kalshi-auth', remarks, ({ rule, keys, valid, invalid }) => {
  /** The PEM text that a person has, made here: none lies in the repository. */
  function pemOf(der: string, type: 'pkcs1' | 'pkcs8'): string {
    const key = createPrivateKey({ key: Buffer.from(der, 'base64'), format: 'der', type })
    return key.export({ format: 'pem', type }).toString()
  }

  /** By the names of the file, e.g. `rsa.private_pkcs1_der_base64`. */
  const pems: Readonly<Record<string, () => string>> = {
    'rsa.private_pkcs1_der_base64': () => pemOf(keys.rsa.private_pkcs1_der_base64, 'pkcs1'),
    'rsa.private_pkcs8_der_base64': () => pemOf(keys.rsa.private_pkcs8_der_base64, 'pkcs8'),
    'ed25519.private_pkcs8_der_base64': () => pemOf(keys.ed25519.private_pkcs8_der_base64, 'pkcs8'),
  }

  function pemNamed(name: string): string {
    const pem = pems[name]
    if (pem === undefined) throw new Error(`an unknown form of key: ${name}`)
    return pem()
  }

  function publicKeyOf(family: Family): KeyObject {
    const der = Buffer.from(keys[family].public_spki_der_base64, 'base64')
    return createPublicKey({ key: der, format: 'der', type: 'spki' })
  }

  function verifies(family: Family, message: string, signature: string): boolean {
    const [key, bytes, made] = [publicKeyOf(family), Buffer.from(message), Buffer.from(signature, 'base64')]
    if (family === 'ed25519') return verify(null, bytes, key, made)
    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: rule.rsa.salt_length_bytes }
    return verify('sha256', bytes, pss, made)
  }

  function familyOf(one: Valid): Family {
    switch (one.algorithm) {
      case 'RSA-PSS-SHA256-MGF1-SHA256-SALT32':
        return 'rsa'
      case 'Ed25519':
        return 'ed25519'
      default:
        throw new Error(`an unknown algorithm: ${one.algorithm}`)
    }
  }

  /** What the sandbox answers, as a venue that checks signatures. */
  function answerOfSandbox(
    family: Family,
    call: { method: string; path: string; timestamp: string; signature: string },
  ): object | null {
    const headers = {
      'kalshi-access-key': keys[family].key_id,
      'kalshi-access-timestamp': call.timestamp,
      'kalshi-access-signature': call.signature,
    }
    const request = { method: call.method, path: call.path, query: new URLSearchParams(), headers, body: '' }
    const own = { publicKey: publicKeyOf(family), name: 'vectors', scopes: ['read', 'write'] } as const
    const known = new Map([[keys[family].key_id, own]])
    return refuseUnsigned(request, known, new VirtualClock(Number(call.timestamp)))
  }

  it('follow the rule that our signer follows', () => {
    expect(rule.rsa).to.deep.equal({
      hash: 'SHA-256',
      padding: 'PSS',
      mgf: 'MGF1-SHA-256',
      salt_length_bytes: 32,
      encoding: 'standard base64 with padding',
    })
    expect(rule.ed25519).to.deep.equal({ prehash: 'none', encoding: 'standard base64 with padding' })
  })

  it('come with keys that sign for their public key, in every form', async () => {
    expect(publicKeyOf('rsa').asymmetricKeyDetails?.modulusLength).to.equal(keys.rsa.modulus_bits)
    for (const [name, pem] of Object.entries(pems)) {
      const family = name.startsWith('rsa') ? 'rsa' : 'ed25519'
      const account = await loadKalshiAccount({ keyId: keys[family].key_id, privateKeyPem: pem() })
      expect(verifies(family, 'any message', account.sign('any message')), name).to.equal(true)
    }
  })

  it('are signed by us as by the official software', () =>
    eachCase(valid, async (one) => {
      const family = familyOf(one)
      expect(one.headers['KALSHI-ACCESS-KEY']).to.equal(keys[family].key_id)
      const account = await loadKalshiAccount({
        keyId: keys[family].key_id,
        privateKeyPem: pemNamed(one.private_key_used),
      })
      const { pathname, search } = new URL(one.url)
      const made = authHeaders(account, {
        timestampMs: one.timestamp_ms,
        method: one.method.toLowerCase(),
        path: pathname + search,
      })
      expect(Object.keys(made).sort()).to.deep.equal([...rule.headers].sort())
      const [ours = '', theirs = ''] = [made, one.headers].map((headers) => headers['KALSHI-ACCESS-SIGNATURE'])
      expect(verifies(family, one.message, ours), 'our signature').to.equal(true)
      expect(verifies(family, one.message, theirs), 'the recorded signature').to.equal(true)
      if (family === 'ed25519') expect(ours).to.equal(theirs)
      expect({ ...made, 'KALSHI-ACCESS-SIGNATURE': theirs }).to.deep.equal(one.headers)
      expect(one.expect).to.match(/^verifies/)
    }))

  it('cover time, method and path without query, of which the hash is given', () =>
    eachCase(valid, (one) => {
      expect(one.message).to.equal(`${one.timestamp_ms}${one.method}${one.signed_path}`)
      expect(createHash('sha256').update(one.message).digest('hex')).to.equal(one.message_sha256_hex)
      const signature = one.headers['KALSHI-ACCESS-SIGNATURE'] ?? ''
      const call = { method: one.method, path: one.signed_path, timestamp: String(one.timestamp_ms), signature }
      expect(answerOfSandbox(familyOf(one), call), one.name).to.equal(null)
    }))

  it('are refused when invalid, and never made by us', () =>
    eachCase(invalid, async (one) => {
      const [, timestamp = '', method = '', path = ''] = /^(\d+)([A-Z]+)(\/.*)$/.exec(one.message) ?? []
      expect(verifies('rsa', one.message, one.signature_base64), one.name).to.equal(false)
      const refusal = answerOfSandbox('rsa', { method, path, timestamp, signature: one.signature_base64 })
      expect(refusal).to.include({ status: 401 })
      expect(JSON.stringify(refusal)).to.contain('INCORRECT_API_KEY_SIGNATURE')
      const account = await loadKalshiAccount({
        keyId: keys.rsa.key_id,
        privateKeyPem: pemNamed('rsa.private_pkcs1_der_base64'),
      })
      const made = authHeaders(account, { timestampMs: Number(timestamp), method, path })
      const signature = made['KALSHI-ACCESS-SIGNATURE'] ?? ''
      expect(answerOfSandbox('rsa', { method, path, timestamp, signature })).to.equal(null)
      expect(one.expect).to.match(/^must NOT verify/)
    }))
})
