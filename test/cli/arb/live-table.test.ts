import { expect } from 'chai'
import { LiveTable } from '../../../src/cli/arb/live-table.ts'
import { text } from '../../../src/cli/views/document.ts'

describe('a document that is drawn over itself', () => {
  it('clears as many lines as it drew before, and keeps what was printed above it', async () => {
    let written = ''
    const stream = {
      columns: 80,
      write: (part: string | Uint8Array) => {
        written += String(part)
        return true
      },
    }
    const table = new LiveTable(stream)
    await table.draw([text('one'), text('two')])
    table.print('done')
    await table.draw([text('three')])
    await table.draw([text('three')])
    const up = (lines: number) => `\u001b[${lines}A\r\u001b[J`
    expect(written).to.equal(`one\ntwo\n${up(2)}done\none\ntwo\n${up(2)}three\n`)
  })
})
