import { expect } from 'chai'
import { JsonView } from '../../../src/capture/compose/json-view.ts'
import { rewriteLeaves } from '../../../src/capture/compose/rewrite.ts'

describe('a body that is looked into for a scene', () => {
  const view = JsonView.of(
    '{"id":12345678901234567890,"price":0.10000000000000000001,"count":5.10,"text":"7"}',
    'response',
  )

  it('says numbers as they are written, also those that no double can hold', () => {
    expect(view.get('id').text()).to.equal('12345678901234567890')
    expect(view.get('count').text()).to.equal('5.10')
    expect(view.get('text').text()).to.equal('7')
  })

  it('has no price where there are more digits than prices have, instead of a rounded one', () => {
    expect(view.get('price').price()).to.equal(null)
  })

  it('takes the last of two members of one name, as parsers do', () => {
    expect(JsonView.of('{"a":1,"a":2}', '').get('a').text()).to.equal('2')
  })

  it('is empty when the text is no JSON, or nested without end', () => {
    expect(JsonView.of('{"a":', '').get('a').text()).to.equal(null)
    expect(JsonView.of('['.repeat(100_000), '').items()).to.deep.equal([])
  })
})

describe('a leaf that is rewritten', () => {
  it('leaves every other number as it was written', () => {
    const text = '{"id":12345678901234567890,"count":5.10}'
    const edit = ({ name }: { readonly name: string }): string | null => (name === 'count' ? '4.10' : null)
    expect(rewriteLeaves(text, edit)).to.equal('{"id":12345678901234567890,"count":4.10}')
  })
})
