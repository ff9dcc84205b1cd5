import { expect } from 'chai'
import { amount, exact, fields, sentence, table, text, words } from '../../../src/cli/views/document.ts'
import { renderDocument } from '../../../src/cli/views/render.ts'

const wide = table(
  [exact('MARKET'), words('TITLE'), amount('BID')],
  [
    ['kalshi:KXHOUSE-28-D', 'Will Democrats win the House in 2028, counted by the party on the ballot?', '$0.57'],
    ['kalshi:A', 'Short', '-'],
  ],
)

describe('rendering', () => {
  it('cuts nothing when nobody looks at a terminal', async () => {
    const lines = (await renderDocument([wide], null)).split('\n')
    expect(lines).to.have.length(3)
    expect(lines[1]).to.equal(
      'kalshi:KXHOUSE-28-D  Will Democrats win the House in 2028, counted by the party on the ballot?  $0.57',
    )
  })

  it('aligns amounts to the right', async () => {
    const lines = (await renderDocument([wide], null)).split('\n')
    expect(lines[2]?.endsWith('    -')).to.equal(true)
  })

  it('shortens titles, never identifiers and amounts, on a narrow terminal', async () => {
    const lines = (await renderDocument([wide], 60)).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(60)
    expect(lines[1]).to.contain('kalshi:KXHOUSE-28-D').and.to.contain('$0.57')
  })

  it('breaks sentences between words on a narrow terminal, and cuts none', async () => {
    const reason = 'both sides cost $0.98 and fees of $0.03 are more than the edge'
    const rendered = await renderDocument([table([exact('PAIR'), sentence('WHY')], [['kalshi:KXHOUSE', reason]])], 50)
    expect(Math.max(...rendered.split('\n').map((line) => line.length))).to.be.at.most(50)
    expect(rendered.replace(/\s+/g, ' ')).to.contain(`kalshi:KXHOUSE ${reason}`)
  })

  it('writes one field a line where a row cannot fit', async () => {
    const rendered = await renderDocument([wide], 30)
    expect(rendered.split('\n')[0]).to.equal('  MARKET  kalshi:KXHOUSE-28-D')
    expect(rendered).to.contain('  BID     $0.57')
  })

  it('uses plain characters without colour', async () => {
    const rendered = await renderDocument([wide, fields([['name', 'value']])], 60)
    expect(rendered).to.match(/^[\x20-\x7e\n]*$/)
  })

  it('does not let a venue text steer the terminal', async () => {
    const hostile = `${String.fromCharCode(27)}[2Jgone${String.fromCharCode(7)}`
    const rendered = await renderDocument(
      [text(hostile), fields([['title', hostile]]), table([words('T')], [[hostile]])],
      80,
    )
    expect(rendered).to.match(/^[\x20-\x7e\n]*$/)
  })

  it('leaves out a table without rows', async () => {
    expect(await renderDocument([text('None.'), table([exact('A')], [])], 80)).to.equal('None.')
  })
})
