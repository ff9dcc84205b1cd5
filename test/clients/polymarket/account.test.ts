import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type AccountSettings, loadPolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { TEST_ADDRESS, TEST_KEY } from './builders.ts'

/** Wallets of the test key, and one of another key. */
const wallets = {
  proxy: '0x365f0CA36Ae1f641E02fE3B7743673da42A13A70',
  safe: '0xd93B25cb943D14d0d34FBaF01Fc93a0f8b5F6E47',
  deposit: '0xBc0fF067b7740Eff76C1ca93c875Ba6B890d6B50',
  depositLegacy: '0xdf8b9E8f9AB23f261F6e1B171B7454ae6E46Ba76',
}
const anotherKeysProxy = '0xd9d24e482c11F586cd9A1a53dC3eEc6dE3883862'

async function problem(settings: AccountSettings): Promise<ToolkitError> {
  try {
    await loadPolymarketAccount(settings)
  } catch (error) {
    if (error instanceof ToolkitError) return error
    throw error
  }
  throw new Error('the account was accepted')
}

describe('polymarket account', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crosstape-account-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('trades for the key itself unless told otherwise', async () => {
    const account = await loadPolymarketAccount({ privateKey: TEST_KEY })
    expect(account).to.include({ address: TEST_ADDRESS, funder: TEST_ADDRESS, signatureType: 0, chainId: 137 })
    expect(account.credentials).to.equal(null)
  })

  it('tells the signature type from the funder', async () => {
    for (const [funder, signatureType] of [
      [wallets.proxy, 1],
      [wallets.safe, 2],
      [wallets.deposit, 3],
      [wallets.depositLegacy.toLowerCase(), 3],
    ] as const) {
      const account = await loadPolymarketAccount({ privateKey: TEST_KEY, funder })
      expect(account.signatureType).to.equal(signatureType)
      expect(account.funder.toLowerCase()).to.equal(funder.toLowerCase())
    }
  })

  it('derives the funder from the signature type', async () => {
    const account = await loadPolymarketAccount({ privateKey: TEST_KEY, signatureType: '3' })
    expect(account.funder).to.equal(wallets.deposit)
  })

  it('refuses the wallet of another key, and names the wallets of this one', async () => {
    const error = await problem({ privateKey: TEST_KEY, funder: anotherKeysProxy })
    expect(error).to.include({ code: 'POLYMARKET_WALLET_MISMATCH', category: 'usage' })
    expect(error.suggestions.join()).to.contain(wallets.proxy)
  })

  it('refuses a signature type that does not fit the funder', async () => {
    const error = await problem({ privateKey: TEST_KEY, funder: wallets.safe, signatureType: '1' })
    expect(error.code).to.equal('POLYMARKET_WALLET_MISMATCH')
  })

  it('believes a person who names a deposit wallet of a new kind', async () => {
    const funder = anotherKeysProxy
    const account = await loadPolymarketAccount({ privateKey: TEST_KEY, funder, signatureType: '3' })
    expect(account).to.include({ funder, signatureType: 3 })
  })

  it('reads a key file with blanks around the key', async () => {
    const path = join(folder, 'key')
    await writeFile(path, `${TEST_KEY.slice(2)}\n`, { mode: 0o600 })
    const warnings: string[] = []
    const account = await loadPolymarketAccount({ privateKeyPath: path, onWarning: (text) => warnings.push(text) })
    expect(account.address).to.equal(TEST_ADDRESS)
    expect(warnings).to.deep.equal([])
  })

  it('warns of a key file that others can read', async function () {
    if (process.platform === 'win32') this.skip()
    const path = join(folder, 'shared')
    await writeFile(path, TEST_KEY)
    await chmod(path, 0o644)
    const warnings: string[] = []
    const onWarning = (text: string) => warnings.push(text)
    await loadPolymarketAccount({ privateKeyPath: path, onWarning, sharedKeyFiles: 'warn' })
    expect(warnings.join()).to.contain(path).and.to.contain('chmod 600')
  })

  it('refuses a key file that others can read unless told that a warning will do', async function () {
    if (process.platform === 'win32') this.skip()
    const path = join(folder, 'refused')
    await writeFile(path, TEST_KEY)
    await chmod(path, 0o640)
    const error = await problem({ privateKeyPath: path })
    expect(error).to.include({ code: 'KEY_FILE_SHARED', category: 'usage' })
    expect(error.suggestions).to.include(`chmod 600 ${path}`)
    expect(error.message).not.to.contain(TEST_KEY.slice(2))
  })

  it('names a key file that is not there', async () => {
    const error = await problem({ privateKeyPath: join(folder, 'missing') })
    expect(error).to.include({ code: 'POLYMARKET_KEY_UNREADABLE', category: 'usage' })
    expect(error.message).to.contain(join(folder, 'missing')).and.to.contain('ENOENT')
  })

  for (const [what, privateKey] of [
    ['too short', TEST_KEY.slice(0, 40)],
    ['zero', `0x${'00'.repeat(32)}`],
    ['beyond the curve', `0x${'ff'.repeat(32)}`],
    ['words', 'test test test test test test test test test test test junk'],
  ] as const) {
    it(`refuses a key that is ${what} without printing it`, async () => {
      const error = await problem({ privateKey })
      expect(error).to.include({ code: 'POLYMARKET_KEY_INVALID', category: 'usage' })
      const printed = JSON.stringify([error.message, error.facts, error.suggestions, String(error.cause), error.stack])
      expect(printed).not.to.contain(privateKey.replace('0x', ''))
    })
  }

  it('names both settings when there is no key', async () => {
    const error = await problem({})
    expect(error.suggestions.join()).to.contain('POLYMARKET_PRIVATE_KEY_PATH')
  })

  it('names a funder that is no address, and a type that does not exist', async () => {
    expect((await problem({ privateKey: TEST_KEY, funder: '0x12' })).code).to.equal('POLYMARKET_FUNDER_INVALID')
    const error = await problem({ privateKey: TEST_KEY, signatureType: '7' })
    expect(error.code).to.equal('POLYMARKET_SIGNATURE_TYPE_INVALID')
  })
})
