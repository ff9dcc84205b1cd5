import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
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

/** A key as Kalshi hands it out, made here: none lies in the repository. */
function aKey(family: 'rsa' | 'ed25519'): string {
  return family === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs1' }).toString()
    : generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}

async function problemOf(loading: Promise<unknown>): Promise<ToolkitError> {
  const outcome: unknown = await loading.catch((error: unknown) => error)
  expect(outcome).to.be.instanceOf(ToolkitError)
  return outcome as ToolkitError
}

describe('kalshi signing', () => {
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
    return loadKalshiAccount(
      { keyId: 'a952bcbe', privateKeyPath },
      onWarning === undefined ? {} : { onWarning, sharedKeyFiles: 'warn' },
    )
  }

  it('takes a private key that only its owner can read, without a word', async () => {
    const warnings: string[] = []
    await load(await keyFile('good.pem', aKey('rsa')), (text) => warnings.push(text))
    expect(warnings).to.deep.equal([])
  })

  it('warns about a key file that others can read', async () => {
    const warnings: string[] = []
    const path = await keyFile('shared.pem', aKey('ed25519'), 0o644)
    await load(path, (text) => warnings.push(text))
    expect(warnings).to.have.length(1)
    expect(warnings[0]).to.contain(`chmod 600 ${path}`)
  })

  for (const mode of [0o640, 0o604, 0o620, 0o602, 0o610]) {
    it(`refuses a key file of mode ${mode.toString(8)} unless told that a warning will do`, async () => {
      const path = await keyFile('shared.pem', aKey('ed25519'), mode)
      const problem = await problemOf(load(path))
      expect(problem).to.include({ code: 'KEY_FILE_SHARED', category: 'usage' })
      expect(problem.message).to.contain(path).and.to.contain('Nothing was sent')
      expect(problem.suggestions).to.include(`chmod 600 ${path}`)
    })
  }

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
    const privateKeyPem = aKey('ed25519')
    expect((await problemOf(loadKalshiAccount({ keyId: 'two words', privateKeyPem }))).suggestions.join()).to.contain(
      'KALSHI_API_KEY_ID',
    )
  })

  it('takes a key text whose line ends are written out', async () => {
    const privateKeyPem = aKey('ed25519').replaceAll('\n', '\\n')
    expect((await loadKalshiAccount({ keyId: ' k ', privateKeyPem })).keyId).to.equal('k')
  })
})
