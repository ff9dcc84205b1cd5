import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { filesInFolder, vectorFiles } from './folder.ts'

describe('vectors', () => {
  it('are the files that there are tests for, no more and no less', () => {
    expect([...filesInFolder()].sort()).to.deep.equal(vectorFiles.map((name) => `${name}.json`).sort())
    for (const name of vectorFiles) {
      expect(existsSync(join(import.meta.dirname, `${name}.test.ts`)), `${name}.test.ts`).to.equal(true)
    }
  })
})
