import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { alreadyRunning } from '../../../src/cli/arb/run-session.ts'
import { withLock } from '../../../src/store/lock.ts'
import { withDataDir } from '../../store/support.ts'

/** What stands in the way of the loop. */
describe('a lock that is held while pairs are to be traded', () => {
  async function busy(lock: string): Promise<unknown> {
    return withLock(lock, async () => null, 0).catch((error: unknown) => error)
  }

  it('is another loop when it is that of loops', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'arb-sandbox.lock')
      symlinkSync('elsewhere 42 gone', lock)
      expect(alreadyRunning(await busy(lock), lock)?.message).to.include('Process 42 on elsewhere trades')
    })
  })

  it('is no other loop, and no word of nothing sent, when it is that of the journal', async () => {
    await withDataDir(async (dir) => {
      const journal = join(dir, 'lock')
      symlinkSync('elsewhere 42 gone', journal)
      expect(alreadyRunning(await busy(journal), join(dir, 'arb-sandbox.lock'))).to.equal(null)
    })
  })

  it('is no other loop when it names nobody', async () => {
    await withDataDir(async (dir) => {
      const lock = join(dir, 'arb-sandbox.lock')
      writeFileSync(lock, 'garbage')
      expect(alreadyRunning(await busy(lock), lock)).to.equal(null)
    })
  })
})
