import { expect } from 'chai'
import { OtherNumber, parseBody } from '../../src/sandbox/json-body.ts'
import { checkMembers } from '../../src/sandbox/kalshi/body.ts'
import { parseOrderBody } from '../../src/sandbox/polymarket/order-body.ts'

describe('JSON that the sandbox is sent', () => {
  for (const written of ['0', '7', '-1', '9007199254740991']) {
    it(`reads ${written} as that number`, () => {
      expect(parseBody(`{"a":${written}}`)).to.deep.equal({ a: Number(written) })
    })
  }

  // Each of them is a whole number once it has been a double.
  for (const written of [
    '1e-400',
    '0.00000000000000000000000001e-300',
    '1.0',
    '1e3',
    '-0',
    '9007199254740993',
    '1e400',
  ]) {
    it(`takes ${written} for no whole number`, () => {
      expect(parseBody(`{"a":${written}}`)).to.deep.equal({ a: new OtherNumber(written) })
    })
  }

  it('takes the last of members with one name, and no other text than JSON', () => {
    expect(parseBody('{"a":1,"a":2}')).to.deep.equal({ a: 2 })
    for (const text of ['', '{', '{a:1}', '01', "{'a':1}"]) expect(parseBody(text), text).to.equal(undefined)
  })

  for (const written of ['1e-400', '0.0', '0e0', '-0']) {
    it(`refuses a Polymarket order whose signature type is written ${written}`, () => {
      const body = parseBody(
        `{"order":{"salt":1,"side":"BUY","timestamp":"1","signatureType":${written}},"owner":"k","orderType":"GTC"}`,
      )
      expect(parseOrderBody(body)).to.deep.equal({ refused: 'Invalid signature_type' })
    })

    it(`refuses a Kalshi body whose shard is written ${written}, and shows it`, () => {
      const fields = Object.fromEntries(Object.entries(parseBody(`{"exchange_index":${written}}`) ?? {}))
      expect(checkMembers(fields))
        .to.have.nested.property('reply.body')
        .that.includes(`cannot unmarshal number ${written} into Go struct field .exchange_index of type int64`)
    })
  }
})
