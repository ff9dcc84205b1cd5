import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { csvRow } from '../../../src/cli/audit/csv.ts'
import { openLedger } from '../../../src/store/open-ledger.ts'
import { type CliHome, cliHome } from '../../commands/run-cli.ts'
import { anIntent, booked, ledgerOptions, quantity, submitted } from '../../store/support.ts'

describe('a CSV row', () => {
  it('gives every cell back as it was, to a reader that knows the standard', () => {
    // Letters first: what looks like a formula is meant to change.
    const cell = fc.tuple(fc.constantFrom('a', '{'), fc.string({ unit: 'binary' })).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
        expect(parseCsv(csvRow(cells))).to.deep.equal([cells])
      }),
    )
  })

  for (const text of ['=HYPERLINK("https://x")', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1']) {
    it(`does not let ${JSON.stringify(text)} run in a spreadsheet`, () => {
      expect(parseCsv(csvRow([text]))).to.deep.equal([[`'${text}`]])
    })
  }

  it('leaves numbers as they are, negative ones too', () => {
    expect(csvRow(['-0.25', '10', null])).to.equal('-0.25,10,\r\n')
  })
})

/** RFC 4180, for texts that end in CRLF. */
function parseCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = []
  let row: string[] = []
  for (const match of text.matchAll(/("((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gs)) {
    const [, , quoted, bare = '', end] = match
    row.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}

describe('audit export', () => {
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
    const ledger = await openLedger(ledgerOptions(cli.dataDir))
    await ledger.append(submitted('o-1', { quantity: quantity('0.000001') }), booked('o-1', 'f-1'))
    const denials = [{ code: 'MAX_NOTIONAL', message: '=cmd|"/c calc"', value: null, limit: null }]
    await ledger.append({ type: 'order.denied', intent: anIntent('o-2'), denials })
    await ledger.close()
  })

  after(() => cli.remove())

  it('gives a spreadsheet every column, amounts to the last digit, and no formula', async () => {
    const { exitCode, stdout } = await cli.run('audit', 'export')
    const [head = [], first = [], , denied = []] = parseCsv(stdout)
    expect(exitCode).to.equal(0)
    expect(head.join(' ')).to.equal(
      'id account trade_type action venue market order trade amount side success error metadata time hash',
    )
    expect(first.slice(0, 12)).to.deep.equal([
      ...[
        '1',
        'sandbox',
        'manual',
        'order.submitted',
        'kalshi',
        'kalshi:FED-26DEC',
        'o-1',
        '',
        '0.000001',
        'buy',
        '',
        '',
      ],
    ])
    expect(JSON.parse(first[12] ?? '')).to.include({ price: '0.45' })
    expect(first[14]).to.match(/^[0-9a-f]{64}$/)
    expect(denied[11]).to.equal('\'=cmd|"/c calc"')
  })

  it('gives a program the entries of `audit list`, one a line', async () => {
    const { stdout } = await cli.run('audit', 'export', '--format', 'json')
    const listed = await cli.run('audit', 'list', '--json')
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).to.deep.equal(JSON.parse(listed.stdout).entries)
  })

  it('keeps to one order and to a span of time, its end excluded', async () => {
    const ids = async (...args: readonly string[]): Promise<readonly number[]> => {
      const { stdout } = await cli.run('audit', 'export', '--format', 'json', ...args)
      return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).id]))
    }
    expect(await ids('--order', 'o-1')).to.deep.equal([1, 2])
    expect(await ids('--from', '2026-11-20', '--to', '2026-11-21')).to.deep.equal([1, 2, 3])
    expect(await ids('--to', '2026-11-20T12:00:00Z')).to.deep.equal([])
    expect(await ids('--from', '2026-11-20T12:00:00.001Z')).to.deep.equal([])
  })

  it('refuses a time that is none', async () => {
    const { exitCode, stderr } = await cli.run('audit', 'export', '--from', 'yesterday')
    expect([exitCode, stderr.includes('--from "yesterday"')]).to.deep.equal([2, true])
  })

  it('writes a file for this user only, and never over another one', async () => {
    const file = join(cli.home, 'trail.csv')
    const written = await cli.run('audit', 'export', '--out', file, '--json')
    expect(JSON.parse(written.stdout)).to.deep.equal({
      environment: 'sandbox',
      format: 'csv',
      entries: 3,
      file,
      text: null,
    })
    expect(readFileSync(file, 'utf8')).to.equal((await cli.run('audit', 'export')).stdout)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).to.equal(0o600)
    writeFileSync(file, 'mine')
    const again = await cli.run('audit', 'export', '--out', file)
    expect([again.exitCode, readFileSync(file, 'utf8')]).to.deep.equal([2, 'mine'])
  })
})

describe('audit verify', () => {
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
    const ledger = await openLedger(ledgerOptions(cli.dataDir))
    await ledger.append(submitted('o-1'), booked('o-1', 'f-1'))
    await ledger.close()
  })

  after(() => cli.remove())

  it('prints a head that a later run can be held against', async () => {
    const [head] = /\d+:[0-9a-f]{64}/.exec((await cli.run('audit', 'verify')).stdout) ?? []
    expect((await cli.run('audit', 'verify', '--expect', head ?? '')).exitCode).to.equal(0)
    const other = await cli.run('audit', 'verify', '--expect', `9:${'a'.repeat(64)}`, '--json')
    expect([other.exitCode, JSON.parse(other.stdout).problem.seq]).to.deep.equal([7, 3])
  })

  it('refuses a head that is none', async () => {
    expect((await cli.run('audit', 'verify', '--expect', '12')).exitCode).to.equal(2)
  })

  it('exits with 7 when one digit of one amount was changed', async () => {
    const file = join(cli.dataDir, 'journal', 'sandbox', '00000001.jsonl')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"fee":"0.18"', '"fee":"0.17"'))
    const { exitCode, stdout } = await cli.run('audit', 'verify')
    writeFileSync(file, text)
    expect(exitCode).to.equal(7)
    expect(stdout).to.include(`${file}, line 3, record 2`)
  })
})
