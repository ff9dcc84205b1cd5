import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { secretsOf } from '../../src/cli/session/venue-access.ts'
import { readKeyFile } from '../../src/clients/key-file.ts'

describe('a key file that is a pipe', function () {
  this.timeout(10_000)
  const folder = mkdtempSync(join(tmpdir(), 'crosstape-key-file-'))
  const path = join(folder, 'pipe')

  before(function () {
    if (process.platform === 'win32') this.skip()
    execFileSync('sh', ['-c', 'mkfifo -m 600 "$0"', path])
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('is refused at once, since a pipe gives a key to the first reader only', async () => {
    const reading = readKeyFile({ path, what: 'Kalshi key file', shared: 'warn', onWarning: undefined })
    const error = await reading.catch((failure: unknown) => failure)
    expect(error).to.include({ code: 'KEY_FILE_NO_FILE', category: 'usage' })
    expect(String(error)).to.include(path).and.to.include('Nothing was sent')
  })

  it('is not waited for where secrets to keep off the tape are collected', () => {
    expect(secretsOf('kalshi', { privateKeyPath: path })).to.deep.equal([])
  })
})
