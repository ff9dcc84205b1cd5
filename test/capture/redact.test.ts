import { expect } from 'chai'
import fc from 'fast-check'
import { redactBody, redactHeaders, redactUrl, unkeptValues } from '../../src/capture/redact/redact.ts'

describe('redaction', () => {
  it('replaces the API key and the signature of a Polymarket order, and nothing that is traded', () => {
    const body =
      '{"deferExec":false,"order":{"salt":94869869970,"maker":"0xaa","makerAmount":"97892000","side":"BUY","signature":"0x1234"},"owner":"9180014b-33c8-9240-a14b-bdca11c0a465","orderType":"GTC"}'
    const { text, json } = redactBody('polymarket', 'account', body)
    expect(text).to.equal(
      '{"deferExec":false,"order":{"salt":94869869970,"maker":"0xaa","makerAmount":"97892000","side":"BUY","signature":"{{polymarket.signature}}"},"owner":"{{polymarket.key}}","orderType":"GTC"}',
    )
    expect(json).to.deep.equal(JSON.parse(text))
  })

  it('leaves every other character of the text as it was sent', () => {
    const body = '{ "price" : 0.4500,\n  "user_id": "f50604b8",  "count":"1.00" }'
    expect(redactBody('kalshi', 'account', body).text).to.equal(
      '{ "price" : 0.4500,\n  "user_id": "{{kalshi.user_id}}",  "count":"1.00" }',
    )
  })

  it('replaces what nobody has vouched for, whole', () => {
    const { text } = redactBody('kalshi', 'account', '{"order":{"new_thing":{"deep":[1,2]},"status":"resting"}}')
    expect(text).to.equal('{"order":{"new_thing":"{{kalshi.new_thing}}","status":"resting"}}')
  })

  it('keeps maps whose names are ids', () => {
    const body = '{"canceled":["0xab"],"not_canceled":{"0xcd":"Order already matched","odd name":"text"}}'
    expect(redactBody('polymarket', 'account', body).text).to.equal(body)
  })

  it('keeps public market data, but no field that is called a secret', () => {
    const { text } = redactBody('polymarket', 'public', '{"anything":{"is":"kept"},"apiKey":"k"}')
    expect(text).to.equal('{"anything":{"is":"kept"},"apiKey":"{{polymarket.key}}"}')
  })

  it('does not turn "none" into "something"', () => {
    const body = '{"user_id":null,"member_id":"","flag":true}'
    expect(redactBody('kalshi', 'account', body).text).to.equal(body)
  })

  it('leaves a text that is not JSON alone', () => {
    expect(redactBody('kalshi', 'account', '<html>user_id</html>').text).to.equal('<html>user_id</html>')
  })

  it('withholds JSON that is nested too deep to be judged, whole', () => {
    for (const depth of [201, 20_000]) {
      const body = `${'{"order":'.repeat(depth)}{"owner":"9180014b-33c8-9240-a14b-bdca11c0a465"}${'}'.repeat(depth)}`
      const withheld = redactBody('polymarket', 'account', body)
      expect(withheld).to.deep.equal({
        text: '"{{polymarket.nested_too_deep}}"',
        json: '{{polymarket.nested_too_deep}}',
      })
      expect(unkeptValues('polymarket', 'account', body).map(({ placeholder }) => placeholder)).to.deep.equal([
        '{{polymarket.nested_too_deep}}',
      ])
      expect(unkeptValues('polymarket', 'account', withheld.text)).to.deep.equal([])
    }
  })

  it('sees through a byte order mark, which is kept', () => {
    const body = '\uFEFF{"owner":"9180014b"}'
    const { text, json } = redactBody('polymarket', 'account', body)
    expect([text, json]).to.deep.equal(['\uFEFF{"owner":"{{polymarket.key}}"}', undefined])
    expect(unkeptValues('polymarket', 'account', body).map(({ path }) => path)).to.deep.equal(['owner'])
    expect(unkeptValues('polymarket', 'account', text)).to.deep.equal([])
  })

  it('replaces each of two members of one name, whichever a parser would take', () => {
    const body = '{"owner":"9180014b","owner":""}'
    expect(redactBody('polymarket', 'account', body).text).to.equal('{"owner":"{{polymarket.key}}","owner":""}')
  })

  it('is the same when applied twice', () => {
    const names = fc.constantFrom('price', 'user_id', 'signature', 'orders', 'owner', 'not_canceled', '0xab', '7', 'x')
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom<unknown>(null, true, '', 'text', 0.1, 12345678901234567890n.toString()),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }))
    fc.assert(
      fc.property(
        tree,
        fc.constantFrom('kalshi', 'polymarket'),
        fc.constantFrom('public', 'account'),
        (value, venue, content) => {
          const once = redactBody(venue, content, JSON.stringify(value))
          expect(unkeptValues(venue, content, once.text)).to.deep.equal([])
          expect(redactBody(venue, content, once.text).text).to.equal(once.text)
          expect(once.json).to.deep.equal(JSON.parse(once.text))
        },
      ),
    )
  })

  it('keeps the values of harmless headers only', () => {
    const headers = [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'POLY_PASSPHRASE', value: 'abc' },
      { name: 'Set-Cookie', value: 'session=1' },
    ]
    expect(redactHeaders('polymarket', headers)).to.deep.equal([
      { name: 'content-type', value: 'application/json' },
      { name: 'poly_passphrase', value: '{{polymarket.passphrase}}' },
      { name: 'set-cookie', value: '{{polymarket.set-cookie}}' },
    ])
  })

  it('takes user names, passwords and keys out of URLs', () => {
    const url = redactUrl('kalshi', new URL('https://user:pass@host/p?ticker=A&api_key=123#x'))
    expect(url.href).to.equal('https://host/p?ticker=A&api_key=%7B%7Bkalshi.api_key%7D%7D')
  })

  for (const name of [
    ...['key', 'code', 'sid', 'x-api-key', 'apiSecret', 'client_secret', 'KALSHI-ACCESS-SIGNATURE', 'id_token'],
    ...['refreshToken', 'session_id', 'private_key', 'pwd', 'POLY_PASSPHRASE'],
  ]) {
    it(`takes the value of a parameter ${name} out of a URL`, () => {
      const url = redactUrl('kalshi', new URL(`https://host/p?${name}=hush-hush`))
      expect(url.href).to.not.include('hush')
    })
  }

  it('keeps the parameters by which venues tell requests apart', () => {
    const kept =
      'https://host/p?token_id=7&clob_token_ids=8&signature_type=0&next_cursor=LTE%3D&cursor=a&asset_type=COLLATERAL'
    expect(redactUrl('polymarket', new URL(kept)).href).to.equal(kept)
  })
})
