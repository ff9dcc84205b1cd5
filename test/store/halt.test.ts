import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { clearHalt, readHalt, setHalt } from '../../src/store/halt.ts'
import { builtChild } from '../support/built.ts'
import { withDataDir } from './support.ts'

const halt = { reason: 'odd fills', at: '2026-11-20T12:00:00Z', by: 'safeguards halt' }

describe('halt', () => {
  it('is off until it is set', async () => {
    await withDataDir(async (dataDir) => expect(await readHalt(dataDir)).to.equal(null))
  })

  it('is off where there is no data directory yet', async () => {
    await withDataDir(async (dataDir) => expect(await readHalt(join(dataDir, 'none'))).to.equal(null))
  })

  it('stays until it is cleared, and says why, when and by whom', async () => {
    await withDataDir(async (dataDir) => {
      await setHalt(join(dataDir, 'new'), halt)
      expect(await readHalt(join(dataDir, 'new'))).to.deep.equal(halt)
      expect(await clearHalt(join(dataDir, 'new'))).to.equal(true)
      expect(await readHalt(join(dataDir, 'new'))).to.equal(null)
    })
  })

  it('has nothing to clear when it is off', async () => {
    await withDataDir(async (dataDir) => expect(await clearHalt(dataDir)).to.equal(false))
  })

  for (const text of ['', '{', 'null', '{"reason":1}', '{}']) {
    it(`counts as set when its file says ${JSON.stringify(text)}`, async () => {
      await withDataDir(async (dataDir) => {
        writeFileSync(join(dataDir, 'halt.json'), text)
        expect((await readHalt(dataDir))?.reason).to.include('counts as a halt')
      })
    })
  }

  it('counts as set when its file cannot be read', async () => {
    await withDataDir(async (dataDir) => {
      mkdirSync(join(dataDir, 'halt.json'))
      expect((await readHalt(dataDir))?.reason).to.include('cannot be read')
    })
  })

  it('is set on a full disk too', async function () {
    if (process.platform === 'win32') this.skip()
    await withDataDir(async (dataDir) => {
      const script = builtChild(join(import.meta.dirname, 'halt-child.ts'))
      // A limit on the size of files stands in for the full disk: not one byte can be written.
      const command = `trap '' XFSZ; ulimit -f 0; exec "$0" "$1" "$2"`
      const run = spawnSync('bash', ['-c', command, process.execPath, script, dataDir], {
        encoding: 'utf8',
      })
      expect(run.status, run.stderr).to.equal(0)
      expect((await readHalt(dataDir))?.reason).to.include('counts as a halt')
      expect(await clearHalt(dataDir)).to.equal(true)
    })
  })

  it('says so when it cannot be set', async () => {
    await withDataDir(async (dataDir) => {
      mkdirSync(join(dataDir, 'halt.json'))
      const error = await setHalt(dataDir, halt).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'DATA_DIR_UNWRITABLE')
    })
  })
})
