import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { type Host, kalshiAccount, polymarketAccount } from '../../src/sandbox/host.ts'
import { encodeJson } from '../../src/sandbox/json.ts'
import { decodeEntry } from '../../src/sandbox/saved/saved.ts'
import { fileStore } from '../../src/sandbox/state-files.ts'
import { placeCommand } from './support/exchange.ts'
import { script, scriptHost } from './support/script.ts'
import { originMs } from './support/small-catalogue.ts'

const market = 'kalshi:KXA'
const account = kalshiAccount

describe('the files of the sandbox', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crosstape-state-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const open = () => scriptHost(fileStore(folder))
  const file = (name: string): string => join(folder, name)
  const failure = (): { code?: string; message?: string; facts?: object } => {
    try {
      open().retire()
    } catch (error) {
      return error as { code?: string; message?: string; facts?: object }
    }
    return {}
  }

  /** A sandbox with resting orders, trades and holdings on both venues. */
  function traded(): Host {
    const host = open()
    for (const price of ['0.20', '0.90']) host.exchange.execute(placeCommand({ account, market, price, quantity: '5' }))
    const bought = { account: polymarketAccount, market: 'polymarket:p' as const, price: '0.90', doomed: true }
    host.exchange.execute(placeCommand({ ...bought, orderId: '0xab', selfTrade: 'allow' }))
    return host
  }

  for (const command of script) {
    it(`give back a command as it was written: ${command.kind}`, () => {
      const entry = { n: 1, t: originMs, command }
      expect(decodeEntry(encodeJson(entry))).to.deep.equal(entry)
    })
  }

  const place = encodeJson(placeCommand({ account, market, price: '0.45', quantity: '5' }))
  const damagedLines: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{"n":9,', 'it is not JSON'],
    ['no object', 'null', 'expected Object'],
    ['no time', `{"n":9,"command":${place}}`, 't: '],
    ['a time in words', `{"n":9,"t":"x","command":${place}}`, 't: expected a time of the clock in Unix ms'],
    ['a time beyond all dates', `{"n":9,"t":1e300,"command":${place}}`, 't: expected a time of the clock in Unix ms'],
    ['a time that is no number once it is read', `{"n":9,"t":1e400,"command":${place}}`, 't: expected a time'],
    ['a number in the past', `{"n":1,"t":${originMs},"command":${place}}`, 'n: 1 does not follow 4'],
    ['neither a command nor a clock', `{"n":9,"t":${originMs}}`, 'expected a command'],
    [
      'a clock beyond all dates',
      `{"n":9,"t":${originMs},"clockOffsetMs":9e15}`,
      'clockOffsetMs: expected milliseconds',
    ],
    ['a command of no kind', `{"n":9,"t":${originMs},"command":{"kind":"x"}}`, 'command.kind: expected'],
    ['a side that is none', line(place.replace('"buy"', '"x"')), 'command.side: expected ("buy" | "sell")'],
    [
      'a delay without end',
      line(place.replace('"delayMs":0', '"delayMs":1e300')),
      'command.delayMs: expected millisec',
    ],
    ['a price of a dollar', line(place.replace('"450000"', '"1000000"')), 'command.ownPrice: expected a price between'],
    ['a price in another form', line(place.replace('{"$":"450000"}', '0.45')), 'command.ownPrice: expected a price'],
    ['an amount with a fraction', line(place.replace('"5000000"', '"5.5"')), 'command.amount.quantity: expected contr'],
  ]
  function line(command: string): string {
    return `{"n":9,"t":${originMs},"command":${command}}`
  }
  for (const [what, text, why] of damagedLines) {
    it(`are refused with file, line and reason when a line of the log has ${what}`, () => {
      traded().retire()
      const before = readFileSync(file('commands.jsonl'), 'utf8').trimEnd().split('\n')
      writeFileSync(file('commands.jsonl'), [...before.slice(0, 4), text, ...before.slice(4), ''].join('\n'))
      const { code, message, facts } = failure()
      expect(code).to.equal('SANDBOX_STATE_UNREADABLE')
      expect(message).to.include(`${file('commands.jsonl')}, line 5, cannot be read by this version (${why}`)
      expect(message).to.include('Nothing was sent.')
      expect(facts).to.deep.equal({ path: file('commands.jsonl'), line: '5' })
    })
  }

  type Change = readonly [what: string, from: string | RegExp, to: string, why: string]
  const damagedStates: readonly Change[] = [
    ['another format', '"format":1', '"format":2', 'format: expected 1'],
    ['a time that is none', /"nowMs":\d+/, '"nowMs":1e300', 'snapshot.nowMs: expected a time of the clock'],
    ['an origin in words', /"originMs":\d+/, '"originMs":"x"', 'originMs: expected a time of the clock'],
    ['an order in no state', '"state":"resting"', '"state":"x"', 'snapshot.orders.0.state: expected'],
    ['no trades', '"trades":', '"trade":', 'snapshot.trades: expected'],
    ['a trade out of its row', '"sequence":1,', '"sequence":2,', 'the trades are not numbered from one on'],
    ['an order twice', /"synthetic-\d+"/g, '"synthetic-1"', 'two orders have one id'],
    ['an order from the future', /"priority":(\d+)\}/, '"priority":1}', 'an order is newer than the newest'],
    ['an order on the wrong side', '"bookSide":"bid"', '"bookSide":"ask"', 'the side or price of order'],
  ]
  for (const [what, from, to, why] of damagedStates) {
    it(`are refused with file and reason when the state has ${what}`, () => {
      traded().close()
      const before = readFileSync(file('state.json'), 'utf8')
      const after = before.replace(from, to)
      expect(after).not.to.equal(before)
      writeFileSync(file('state.json'), after)
      const { code, message } = failure()
      expect(code).to.equal('SANDBOX_STATE_UNREADABLE')
      expect(message)
        .to.include(`${file('state.json')} cannot be read by this version (`)
        .and.to.include(why)
    })
  }

  it('may have members that this version does not know', () => {
    traded().close()
    const state = readFileSync(file('state.json'), 'utf8')
    writeFileSync(file('state.json'), state.replaceAll('"id":', '"later":{"$":"x"},"id":').replace('{', '{"later":1,'))
    const { sequence } = JSON.parse(state)
    appendFileSync(file('commands.jsonl'), `{"n":${sequence + 1},"t":${originMs},"later":1,"command":${place}}\n`)
    const host = open()
    expect(host.exchange.orders(account).filter(({ state }) => state === 'resting')).to.have.length(2)
    host.close()
  })

  it('of earlier versions know nothing of fees, groups, transfers, listings, grids and texts', () => {
    const host = traded()
    const before = host.core.snapshot()
    host.close()
    const state = JSON.parse(readFileSync(file('state.json'), 'utf8'))
    for (const name of ['fees', 'groups', 'transfers', 'listings']) delete state.snapshot[name]
    for (const one of state.snapshot.markets) {
      for (const name of ['grid', 'texts']) delete one[name]
    }
    writeFileSync(file('state.json'), JSON.stringify(state))
    const again = open()
    expect(again.core.snapshot()).to.deep.equal(before)
    again.close()
  })

  it('are refused when what they say would never be done with', () => {
    traded().close()
    const state = readFileSync(file('state.json'), 'utf8')
    // The next order gets the id of the first: one of the two is for ever in the book.
    const reset = state.replace(/"order":\d+/, '"order":0')
    expect(reset).not.to.equal(state)
    writeFileSync(file('state.json'), reset)
    const { sequence } = JSON.parse(state)
    const close = encodeJson({ kind: 'set_market', market, schedule: { closeMs: originMs + 1 } })
    for (const [index, command] of [place, close].entries()) {
      const [n, t] = [sequence + 1 + index, originMs + index * 60_000]
      appendFileSync(file('commands.jsonl'), `{"n":${n},"t":${t},"command":${command}}\n`)
    }
    appendFileSync(file('commands.jsonl'), `{"n":${sequence + 3},"t":${originMs},"clockOffsetMs":120000}\n`)
    expect(failure()).to.include({ code: 'SANDBOX_STATE_UNREADABLE' })
  })
})
