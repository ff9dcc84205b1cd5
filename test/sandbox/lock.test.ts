import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { ToolkitError } from '../../src/domain/errors.ts'
import { acquireLock } from '../../src/sandbox/lock.ts'

describe('sandbox lock', () => {
  let folder: string
  let path: string

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crosstape-lock-'))
    path = join(folder, 'lock')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is had by one at a time', async () => {
    const held = await acquireLock(path)
    const error = (await acquireLock(path, 30).catch((reason: unknown) => reason)) as ToolkitError
    expect(error.code).to.equal('SANDBOX_BUSY')
    expect(error.suggestions.join(' ')).to.contain('sandbox serve')
    held.release()
    ;(await acquireLock(path, 30)).release()
  })

  it('is taken over from an owner that is dead', async () => {
    // No process has this number: it is above the kernel's limit.
    symlinkSync('4194305 1', path)
    ;(await acquireLock(path, 30)).release()
  })

  it('is taken over when its number belongs to another process by now', async function () {
    if (process.platform !== 'linux') this.skip()
    symlinkSync(`${process.ppid} 1`, path)
    ;(await acquireLock(path, 30)).release()
  })
})
