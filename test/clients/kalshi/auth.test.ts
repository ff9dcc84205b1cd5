import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import {
  authHeaders,
  type KalshiAccount,
  loadKalshiAccount,
  replayKalshiAccount,
} from '../../../src/clients/kalshi/auth.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'

interface Vector {
  readonly name: string
  readonly algorithm: string
  readonly private_key_used: string
  readonly method: string
  readonly url: string
  readonly timestamp_ms: number
  readonly signed_path: string
  readonly message: string
  readonly headers: Readonly<Record<string, string>>
}

interface Vectors {
  readonly keys: Readonly<Record<'rsa' | 'ed25519', Readonly<Record<string, string>>>>
  readonly valid: readonly Vector[]
  readonly invalid: readonly { readonly name: string; readonly message: string; readonly signature_base64: string }[]
}

const vectors = JSON.parse(
  await readFile(new URL('../../fixtures/vectors/kalshi-auth.json', import.meta.url), 'utf8'),
) as Vectors

/** The PEM text of a vector's key, made here: no key text lies in the repository. */
function pemOf(name: string): string {
  const [family, member] = name.split('.') as ['rsa' | 'ed25519', string]
  const type = member.includes('pkcs1') ? 'pkcs1' : 'pkcs8'
  const der = Buffer.from(vectors.keys[family][member] ?? '', 'base64')
  return createPrivateKey({ key: der, format: 'der', type }).export({ format: 'pem', type }).toString()
}

function publicKeyOf(family: 'rsa' | 'ed25519'): KeyObject {
  const der = Buffer.from(vectors.keys[family].public_spki_der_base64 ?? '', 'base64')
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

function verifies(key: KeyObject, message: string, signature: string): boolean {
  const bytes = Buffer.from(message)
  const made = Buffer.from(signature, 'base64')
  return key.asymmetricKeyType === 'rsa'
    ? verify('sha256', bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, made)
    : verify(null, bytes, key, made)
}

function accountFor(vector: Vector): Promise<KalshiAccount> {
  return loadKalshiAccount({
    keyId: vector.headers['KALSHI-ACCESS-KEY'] ?? '',
    privateKeyPem: pemOf(vector.private_key_used),
  })
}

async function problemOf(loading: Promise<unknown>): Promise<ToolkitError> {
  const outcome: unknown = await loading.catch((error: unknown) => error)
  expect(outcome).to.be.instanceOf(ToolkitError)
  return outcome as ToolkitError
}

describe('kalshi signing', () => {
  for (const vector of vectors.valid) {
    it(`passes vector ${vector.name}`, async () => {
      const family = vector.algorithm === 'Ed25519' ? 'ed25519' : 'rsa'
      const { pathname, search } = new URL(vector.url)
      const headers = authHeaders(await accountFor(vector), {
        timestampMs: vector.timestamp_ms,
        method: vector.method.toLowerCase(),
        path: pathname + search,
      })
      const recorded = vector.headers['KALSHI-ACCESS-SIGNATURE'] ?? ''
      const made = headers['KALSHI-ACCESS-SIGNATURE'] ?? ''
      expect(verifies(publicKeyOf(family), vector.message, recorded), 'the recorded signature').to.equal(true)
      expect(verifies(publicKeyOf(family), vector.message, made), 'our signature').to.equal(true)
      expect(headers['KALSHI-ACCESS-TIMESTAMP']).to.equal(vector.headers['KALSHI-ACCESS-TIMESTAMP'])
      expect(headers['KALSHI-ACCESS-KEY']).to.equal(vector.headers['KALSHI-ACCESS-KEY'])
      if (family === 'ed25519') expect(made).to.equal(recorded)
    })
  }

  for (const vector of vectors.invalid) {
    it(`does not sign as in invalid vector ${vector.name}`, async () => {
      expect(verifies(publicKeyOf('rsa'), vector.message, vector.signature_base64)).to.equal(false)
      const account = await loadKalshiAccount({ keyId: 'k', privateKeyPem: pemOf('rsa.private_pkcs1_der_base64') })
      expect(verifies(publicKeyOf('rsa'), vector.message, account.sign(vector.message))).to.equal(true)
    })
  }

  it('signs for replays without any credential', () => {
    const headers = authHeaders(replayKalshiAccount(), { timestampMs: 1, method: 'GET', path: '/x' })
    expect(headers['KALSHI-ACCESS-SIGNATURE']).to.match(/^[A-Za-z0-9+/]{86}==$/)
  })
})

describe('kalshi key files', () => {
  let directory = ''
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kalshi-keys-'))
  })
  after(() => rm(directory, { recursive: true, force: true }))

  async function keyFile(name: string, content: string, mode = 0o600): Promise<string> {
    const path = join(directory, name)
    await writeFile(path, content)
    await chmod(path, mode)
    return path
  }

  function load(privateKeyPath: string, onWarning?: (warning: string) => void): Promise<KalshiAccount> {
    return loadKalshiAccount({ keyId: 'a952bcbe', privateKeyPath }, onWarning === undefined ? {} : { onWarning })
  }

  it('takes a private key that only its owner can read, without a word', async () => {
    const warnings: string[] = []
    await load(await keyFile('good.pem', pemOf('rsa.private_pkcs1_der_base64')), (text) => warnings.push(text))
    expect(warnings).to.deep.equal([])
  })

  it('warns about a key file that others can read', async () => {
    const warnings: string[] = []
    const path = await keyFile('shared.pem', pemOf('ed25519.private_pkcs8_der_base64'), 0o644)
    await load(path, (text) => warnings.push(text))
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.contain(`chmod 600 ${path}`)
  })

  it('names a file that does not exist', async () => {
    const problem = await problemOf(load(join(directory, 'missing.pem')))
    expect(problem.category).to.equal('usage')
    expect(problem.message).to.contain('missing.pem does not exist')
    expect(problem.suggestions.join()).to.contain('KALSHI_PRIVATE_KEY_PATH')
  })

  it('names a folder in place of a file', async () => {
    expect((await problemOf(load(directory))).message).to.contain('is a folder')
  })

  it('refuses what is no private key, and shows none of it', async () => {
    const path = await keyFile('note.pem', 'my secret diary')
    const problem = await problemOf(load(path))
    expect(problem.message).to.contain('note.pem holds no private key')
    expect(JSON.stringify(problem, Object.getOwnPropertyNames(problem))).to.not.contain('diary')
  })

  it('refuses a key of another type and says which types are taken', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const path = await keyFile('ec.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString())
    expect((await problemOf(load(path))).message).to.match(/type ec; Kalshi takes RSA and Ed25519/)
  })

  it('says that a passphrase is in the way', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const locked = privateKey
      .export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' })
      .toString()
    expect((await problemOf(load(await keyFile('locked.pem', locked)))).message).to.contain('passphrase')
  })

  it('refuses a key id that cannot be one', async () => {
    const privateKeyPem = pemOf('ed25519.private_pkcs8_der_base64')
    expect((await problemOf(loadKalshiAccount({ keyId: 'two words', privateKeyPem }))).suggestions.join()).to.contain(
      'KALSHI_API_KEY_ID',
    )
  })

  it('takes a key text whose line ends are written out', async () => {
    const privateKeyPem = pemOf('ed25519.private_pkcs8_der_base64').replaceAll('\n', '\\n')
    expect((await loadKalshiAccount({ keyId: ' k ', privateKeyPem })).keyId).to.equal('k')
  })
})
