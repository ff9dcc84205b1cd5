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

  it('clears every row that a line takes which is wider than the terminal', async () => {
    const written: string[] = []
    const table = new LiveTable({ columns: 10, write: (part: string | Uint8Array) => written.push(String(part)) > 0 })
    await table.draw([text('a line of twenty-six signs'), text('short')])
    await table.draw([text('next')])
    expect(written[1]).to.equal('\u001b[4A\r\u001b[Jnext\n')
  })
})
