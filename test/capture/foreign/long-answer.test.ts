import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { verifyRecording } from '../../../src/capture/read/verify.ts'
import { builtChild } from '../../support/built.ts'
import { readEntry, temporaryFolder } from '../harness.ts'

const run = promisify(execFile)
const LENGTH = 48 * 1024 * 1024

describe('an answer that is too long for the tape', function () {
  this.timeout(60_000)
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('reaches the program whole, is never in memory whole, and is said to be missing', async () => {
    const child = [builtChild(join(import.meta.dirname, 'long-answer-child.ts'))]
    const { stdout } = await run(process.execPath, child, { env: { ...process.env, CAPTURE_DIR: folder.path } })
    const { aheadMiB, ...lengths } = JSON.parse(stdout)
    expect(lengths).to.deep.equal({ byHttp: LENGTH, byFetch: LENGTH })
    // Buffers of the sockets on both sides, and the little that the tape holds.
    expect(aheadMiB).to.be.lessThan(20)
    const directory = join(folder.path, 'long')
    const file = '001_GET_kalshi_markets.json'
    expect(readEntry(directory, file).response.content).to.deep.include({
      size: -1,
      text: '{{kalshi.too_large_body}}',
      _wire: { missing: 'too_large' },
    })
    const { status, notes } = verifyRecording(directory)
    expect(status).to.equal('whole')
    expect(notes).to.deep.include(`${file}: the body of the answer is not on the tape, since it was too large.`)
  })
})
