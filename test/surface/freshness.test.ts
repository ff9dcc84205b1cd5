import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { docsPath, docsText } from '../../scripts/docs.ts'
import { manifestPath, manifestText, surfacePath, surfaceText } from '../../scripts/manifest.ts'
import { refusalsPath, refusalsText } from '../../scripts/refusal-docs.ts'

async function kept(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

describe('the committed surface', () => {
  it('of commands and flags is what the sources say (npm run manifest, and tell users in the changelog)', async () => {
    expect(JSON.parse(await kept(surfacePath))).to.deep.equal(JSON.parse(await surfaceText()))
  })

  it('as the manifest that oclif reads is up to date (npm run manifest)', async () => {
    expect(await kept(manifestPath)).to.equal(await manifestText())
  })

  it('as docs/commands.md is up to date (npm run docs)', async () => {
    expect(await kept(docsPath)).to.equal(await docsText())
  })

  it('as docs/refusals.md is up to date (npm run docs)', async () => {
    expect(await kept(refusalsPath)).to.equal(refusalsText())
  })
})
