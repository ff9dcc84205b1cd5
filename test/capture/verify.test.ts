import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { checkedLine } from '../../src/capture/format/line-check.ts'
import { writeManifest } from '../../src/capture/format/manifest-file.ts'
import { describeProblem } from '../../src/capture/read/problems.ts'
import { listRecordings, loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import {
  json,
  kalshiReply,
  makeInstance,
  openTestTape,
  readEntry,
  sendOrder,
  temporaryFolder,
  Venue,
} from './harness.ts'

const first = '001_POST_kalshi_orders.json'
const second = '002_POST_kalshi_orders.json'

describe('a recording that was tampered with', () => {
  const folder = temporaryFolder()
  const copy = temporaryFolder()
  const directory = join(copy.path, 'test')

  before(async () => {
    const venue = await Venue.start((_request, response) => json(response, 201, kalshiReply))
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    for (const count of ['1.00', '2.00', '3.00']) await sendOrder(instance, venue.kalshi, { count })
    await tape.recordOperation({ op: 'place', input: {}, outcome: {}, at: '2026-11-20T10:00:00.000Z' })
    await tape.close('done')
    await venue.stop()
  })

  beforeEach(() => cpSync(join(folder.path, 'test'), directory, { recursive: true }))
  afterEach(() => rmSync(directory, { recursive: true }))
  after(() => {
    folder.remove()
    copy.remove()
  })

  const change = (file: string, edit: (text: string) => string): void =>
    writeFileSync(join(directory, file), edit(readFileSync(join(directory, file), 'utf8')))
  const problems = (): readonly string[] => verifyRecording(directory).problems.map(describeProblem)
  const loadFault = (): string => {
    try {
      loadRecording(directory, null)
    } catch (error) {
      expect(error).to.be.instanceOf(ToolkitError).with.property('code', 'RECORDING_CORRUPT')
      return String(error)
    }
    throw new Error('it loaded')
  }

  /** As if its process had been killed. */
  const leaveOpen = (session: string): void => {
    const { manifest } = loadRecording(session, null)
    writeManifest(session, { ...manifest, endedAt: null, outcome: null })
  }

  it('is whole as it was recorded', () => {
    expect(verifyRecording(directory)).to.deep.include({
      status: 'whole',
      exchanges: 3,
      operations: 1,
      problems: [],
      notes: [],
    })
  })

  it('names file, line and column of broken JSON', () => {
    change(second, (text) => text.replace('"time":', '"time" oops:'))
    expect(problems()).to.include(`${second}: not JSON: line 3, column 10: expected :`)
    expect(loadFault()).to.contain(`${second}: not JSON: line 3, column 10`)
  })

  it('names a file that stops in the middle', () => {
    change(second, (text) => text.slice(0, text.indexOf('"url": ') + 20))
    expect(problems()).to.include(`${second}: not JSON: line 6, column 12: expected a whole string`)
  })

  it('names the field that has the wrong kind of value', () => {
    change(second, (text) => text.replace('"status": 201', '"status": "201"'))
    expect(problems()[0]).to.equal(`${second}, line 40, response.status: expected number, found "201"`)
  })

  it('finds a price that was changed afterwards', () => {
    change(second, (text) => text.replaceAll('0.4500', '0.4600'))
    expect(problems()).to.deep.equal([`${second}: the content was changed after it was recorded (SHA-256 differs)`])
  })

  it('names the member in which a parsed copy says something else than the text', () => {
    change(second, (text) => text.replace('"fill_count": "5.00"', '"fill_count": "6.00"'))
    expect(problems()).to.include(
      `${second}, _responseBody.fill_count: it says "6.00", and the text that it is a copy of says "5.00"`,
    )
  })

  it('finds an exchange that was taken out', () => {
    rmSync(join(directory, second))
    expect(problems()).to.include('002_*.json: the exchange with this number is missing')
    expect(problems()).to.include(`${second}: the file is missing`)
  })

  it('finds an exchange that was put in', () => {
    cpSync(join(directory, first), join(directory, '004_POST_kalshi_orders.json'))
    expect(problems()).to.include('004_POST_kalshi_orders.json: it is not listed in manifest.json')
    expect(problems()).to.include(`004_POST_kalshi_orders.json, _seq: by its content this file should be ${first}`)
  })

  it('finds a number that is there twice', () => {
    cpSync(join(directory, first), join(directory, '001_GET_kalshi_orders.json'))
    expect(problems().join('\n')).to.match(/number 1 is also the number of/)
  })

  it('finds a header whose value may not be kept', () => {
    change(first, (text) => text.replace('{{kalshi.key}}', 'a real key'))
    expect(problems()).to.include(
      `${first}, request.headers.kalshi-access-key: the value of this header may not be kept`,
    )
  })

  for (const [what, from, to] of [
    ['a parameter', '/portfolio/', '/portfolio/?api_key=hush-hush&x=/'],
    ['a password', '://', '://me:hush-hush@'],
  ] as const) {
    it(`finds ${what} in a URL that may not be kept`, () => {
      change(first, (text) => text.replace(/"url": "[^"]*"/, (url) => url.replace(from, to)))
      expect(problems().join()).to.include(`${first}, request.url: it holds a password or a parameter`)
      expect(problems().join()).to.not.include('hush')
    })
  }

  it('finds a member whose value may not be kept', () => {
    const entry = readEntry(directory, first)
    const text = JSON.stringify({ ...kalshiReply, user_id: 'f50604b8' })
    const response = { ...entry.response, content: { ...entry.response.content, text } }
    writeFileSync(join(directory, first), JSON.stringify({ ...entry, response }))
    expect(problems()).to.include(`${first}, response.content.text, user_id: the value of this member may not be kept`)
  })

  it('finds a wallet signature and a private key by their form', () => {
    change(first, (text) => text.replace('"statusText": "Created"', `"statusText": "0x${'ab'.repeat(65)}"`))
    appendFileSync(
      join(directory, 'operations.jsonl'),
      `{"n":2,"at":"2026-11-20T10:00:00Z","op":"x","input":"-----BEGIN ${'PRIVATE'} KEY-----","outcome":1}\n`,
    )
    expect(problems()).to.include(`${first}: it holds a wallet signature`)
    expect(problems()).to.include('operations.jsonl, line 2: it holds a private key')
  })

  it('names the line of a broken operation', () => {
    appendFileSync(join(directory, 'operations.jsonl'), '{"n":2,\n')
    expect(problems()).to.include('operations.jsonl, line 2: not JSON: column 8: the text ends too early')
    expect(loadFault()).to.contain('operations.jsonl, line 2')
  })

  it('names the field of a broken manifest', () => {
    change('manifest.json', (text) => text.replace('"exchanges": 3', '"exchanges": -3'))
    expect(problems().join('\n')).to.match(/^manifest\.json, line 27, counts\.exchanges: expected >=0, found -3/)
  })

  it('names a file of the manifest that is none, and a folder', () => {
    change('manifest.json', (text) => text.replace('"files": {', `"files": {"":"${'0'.repeat(64)}",`))
    expect(problems()).to.include(': the file is missing')
  })

  it('says that the manifest is missing', () => {
    rmSync(join(directory, 'manifest.json'))
    expect(problems()).to.include('manifest.json: the file is missing')
    expect(listRecordings(copy.path)[0]).to.include({ manifest: null, exchanges: 3 })
  })

  it('refuses a format from the future by its number', () => {
    change('manifest.json', (text) => text.replace('"format": 2', '"format": 3'))
    expect(loadFault()).to.contain('recording format 3 is from a newer version of crosstape')
  })

  it('may be renamed: its folder is its name', () => {
    renameSync(directory, join(copy.path, 'incident'))
    expect(loadRecording('incident', copy.path).session).to.equal('incident')
    renameSync(join(copy.path, 'incident'), directory)
  })

  it('restores the exchanges of a killed session that had no file yet', () => {
    const entry = readEntry(directory, '003_POST_kalshi_orders.json')
    rmSync(join(directory, '003_POST_kalshi_orders.json'))
    leaveOpen(directory)
    const { line } = checkedLine({ seq: 3, file: '003_POST_kalshi_orders.json', entry })
    writeFileSync(join(directory, 'pending.jsonl'), `${line}\n{"seq":4,"fi`)
    const check = verifyRecording(directory)
    expect(check).to.deep.include({ status: 'ended_early', exchanges: 3, problems: [] })
    expect(readEntry(directory, '003_POST_kalshi_orders.json')).to.deep.equal(entry)
  })

  it('leaves out an operation that a killed session was just writing', () => {
    leaveOpen(directory)
    appendFileSync(join(directory, 'operations.jsonl'), '{"n":2,"at":"2026')
    expect(loadRecording(directory, null).operations).to.have.length(1)
  })

  it('is not found by a wrong name, and says what there is', () => {
    expect(() => loadRecording('tset', copy.path))
      .to.throw(ToolkitError)
      .that.deep.includes({ code: 'RECORDING_NOT_FOUND', suggestions: ['One of: test'] })
  })

  it('is listed with the others, newest first, and a missing folder is an empty list', () => {
    expect(listRecordings(copy.path).map(({ session }) => session)).to.deep.equal(['test'])
    expect(listRecordings(join(copy.path, 'nowhere'))).to.deep.equal([])
  })
})
