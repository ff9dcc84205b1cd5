import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import * as v from 'valibot'
import { readView, ViewDamaged } from '../../src/store/view-file.ts'
import { withDataDir } from './support.ts'

describe('a view', () => {
  it('that is not JSON under a checksum that is right is damaged, and made anew', async () => {
    await withDataDir(async (folder) => {
      const file = join(folder, 'live.json')
      const contents = '{"format":3'
      await writeFile(
        file,
        `{"checksum":"${createHash('sha256').update(contents).digest('hex')}","contents":${contents}}`,
      )
      const error: unknown = await readView(file, v.unknown()).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ViewDamaged)
    })
  })
})
