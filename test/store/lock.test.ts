import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ToolkitError } from '../../src/domain/errors.ts'
import { withLock } from '../../src/store/lock.ts'
import { ended, firstOutput, killHard, startChild } from './children.ts'
import { withDataDir } from './support.ts'

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ToolkitError ? error.code : String(error)),
  )
}

describe('lock', () => {
  it('lets one in at a time, and all in the end', async () => {
    await withDataDir(async (dir) => {
      let inside = 0
      const work = Array.from({ length: 20 }, () =>
        withLock(join(dir, 'lock'), async () => {
          inside++
          await new Promise((resolve) => setImmediate(resolve))
          expect(inside).to.equal(1)
          inside--
        }),
      )
      await Promise.all(work)
      expect(existsSync(join(dir, 'lock'))).to.equal(false)
    })
  })

  it('lets go when the work fails', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      await withLock(lock, () => Promise.reject(new Error('no'))).catch(() => undefined)
      expect(existsSync(lock)).to.equal(false)
    })
  })

  it('keeps processes apart', async () => {
    await withDataDir(async (dir) => {
      const [lock, file] = [join(dir, 'lock'), join(dir, 'file')]
      writeFileSync(file, '')
      const children = [1, 2, 3].map(() => startChild('./lock-child.ts', lock, 'count', file, '60'))
      const ends = await Promise.all(children.map(ended))
      expect(ends.map(({ code, stderr }) => [code, stderr])).to.deep.equal(ends.map(() => [0, '']))
      expect(readFileSync(file, 'utf8')).to.have.length(180)
    })
  })

  it('is taken over at once from a process that was killed', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      const child = startChild('./lock-child.ts', lock, 'hold')
      await firstOutput(child)
      await killHard(child)
      expect(existsSync(dir) && (await withLock(lock, async () => 'mine', 100))).to.equal('mine')
    })
  })

  it('is never taken from a living process, even a suspended one', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      const child = startChild('./lock-child.ts', lock, 'hold')
      await firstOutput(child)
      child.kill('SIGSTOP')
      expect(await codeOf(withLock(lock, async () => 'mine', 100))).to.equal('LEDGER_BUSY')
      await killHard(child)
    })
  })

  it('is taken over by one of many that find its owner dead', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      const child = startChild('./lock-child.ts', lock, 'hold')
      await firstOutput(child)
      await killHard(child)
      let inside = 0
      const all = Array.from({ length: 20 }, () =>
        withLock(lock, async () => {
          expect(++inside).to.equal(1)
          await new Promise((resolve) => setImmediate(resolve))
          inside--
        }),
      )
      await Promise.all(all)
    })
  })

  it('is taken over although the one who was taking it over died too', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      const dead = `${hostname()} ${2 ** 22 - 3} gone`
      symlinkSync(dead, lock)
      symlinkSync(dead, `${lock}.break`)
      expect(await withLock(lock, async () => 'mine', 500)).to.equal('mine')
    })
  })

  it('takes another process with the owner’s number for what it is', async function () {
    if (process.platform !== 'linux') this.skip()
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      symlinkSync(`${hostname()} ${process.pid} 00000000-1`, lock)
      expect(await withLock(lock, async () => 'mine', 100)).to.equal('mine')
    })
  })

  it('does not judge a process of another machine', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'lock')
      symlinkSync(`elsewhere ${2 ** 22 - 3} gone`, lock)
      expect(await codeOf(withLock(lock, async () => 'mine', 60))).to.equal('LEDGER_BUSY')
    })
  })

  for (const mark of ['', 'garbage', '/a/file']) {
    it(`says that nobody is named where the lock reads ${JSON.stringify(mark)}, and takes nothing over`, async () => {
      await withDataDir(async (dir) => {
        const lock = join(dir, 'lock')
        writeFileSync(lock, mark)
        const error: unknown = await withLock(lock, async () => 'mine', 60).catch((reason: unknown) => reason)
        expect(error).to.deep.include({ code: 'LEDGER_BUSY', category: 'unavailable', facts: { lock } })
        expect((error as ToolkitError).message)
          .to.include(lock)
          .and.not.to.include('Process')
        expect(readFileSync(lock, 'utf8')).to.equal(mark)
      })
    })
  }

  it('says that the folder cannot be written', async () => {
    await withDataDir(async (dir) => {
      expect(await codeOf(withLock(join(dir, 'nowhere', 'lock'), async () => 'mine'))).to.equal('DATA_DIR_UNWRITABLE')
    })
  })
})
