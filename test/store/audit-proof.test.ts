import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { ToolkitError } from '../../src/domain/errors.ts'
import { encodeLines, GENESIS } from '../../src/store/line.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { type JournalVerdict, verifyJournal } from '../../src/store/verify-journal.ts'
import { ended, startChild } from './children.ts'
import { aTrade, booked, filledOrder, ledgerOptions, submitted, withDataDir } from './support.ts'

const segment = (dataDir: string): string => join(dataDir, 'journal', 'sandbox', '00000001.jsonl')
const keyFile = (dataDir: string): string => join(dataDir, 'audit', 'sandbox', 'key')
const anchorsFile = (dataDir: string): string => join(dataDir, 'audit', 'sandbox', 'anchors.jsonl')
const verify = (dataDir: string, expected: readonly { seq: number; hash: string }[] = []): Promise<JournalVerdict> =>
  verifyJournal({ dataDir, environment: 'sandbox', expected })

/** Two sessions; 38 records of orders, fills and trades; no views, so that nothing but the journal's own proof can tell. */
async function makeTrail(dataDir: string): Promise<void> {
  for (const half of ['a', 'b']) {
    const ledger = await openLedger(ledgerOptions(dataDir))
    for (let n = 0; n < 6; n++) await ledger.append(...filledOrder(`o-${half}${n}`))
    await ledger.append({ type: 'trade.updated', trade: aTrade(`t-${half}`, { status: 'unwound', fees: '0.36' }) })
    await ledger.close()
  }
  rmSync(join(dataDir, 'views'), { recursive: true })
}

const RECORDS = 38

function withTrail<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  return withDataDir(async (dataDir) => {
    await makeTrail(dataDir)
    return work(dataDir)
  })
}

/** The journal's lines: the header, then record 1, 2, … */
function linesOf(dataDir: string): readonly string[] {
  return readFileSync(segment(dataDir), 'utf8').split('\n').slice(0, -1)
}

/** What stands in these lines, chained anew by somebody who knows the code and not the key. */
function rechained(lines: readonly string[]): string {
  return encodeLines(
    GENESIS,
    lines.map((line) => line.slice(65)),
  ).text
}

/** Judges the journal with other contents, and puts back what was there. Null when a newer version is blamed. */
async function judged(dataDir: string, contents: string | Buffer): Promise<JournalVerdict['problem']> {
  const before = readFileSync(segment(dataDir))
  writeFileSync(segment(dataDir), contents)
  try {
    const { ok, records, problem } = await verify(dataDir)
    expect(ok).to.equal(problem === null)
    expect(records).to.equal((problem?.seq ?? RECORDS + 1) - 1)
    return problem
  } finally {
    writeFileSync(segment(dataDir), before)
  }
}

describe('audit trail against accidents', function () {
  this.timeout(30_000)

  it('names the record of any byte that was changed', async () => {
    await withTrail(async (dataDir) => {
      const bytes = readFileSync(segment(dataDir))
      let line = 0
      for (let at = 0; at < bytes.length; at++) {
        const isEnd = bytes[at] === 0x0a
        if (at % 61 === 0 || isEnd) {
          const damaged = Buffer.from(bytes)
          damaged[at] = (bytes[at] ?? 0) ^ (1 + (at % 127))
          const named = await judged(dataDir, damaged).catch((error: unknown) => {
            // A changed digit in the first line may be that of the format.
            if (error instanceof ToolkitError && error.code === 'JOURNAL_NEWER' && line === 0) return { seq: 1 }
            throw error
          })
          expect(named?.seq, `byte ${at}, line ${line}`).to.equal(Math.max(line, 1))
        }
        if (isEnd) line++
      }
      expect(line).to.equal(RECORDS + 1)
    })
  })

  for (const [what, chained] of [
    ['as an accident leaves it', (lines: readonly string[]) => `${lines.join('\n')}\n`],
    ['with the chain computed anew', rechained],
  ] as const) {
    it(`names each record that is missing, swapped, doubled, or the first that was cut off, ${what}`, async () => {
      await withTrail(async (dataDir) => {
        const lines = linesOf(dataDir)
        for (let n = 1; n <= RECORDS; n++) {
          const [before, it, next, rest] = [lines.slice(0, n), lines[n] ?? '', lines[n + 1], lines.slice(n + 2)]
          const afterIt = next === undefined ? [] : [next]
          const missing = await judged(dataDir, chained([...before, ...afterIt, ...rest]))
          expect(missing?.seq, `without ${n}`).to.equal(n)
          const cut = await judged(dataDir, chained(before))
          expect([cut?.seq, cut?.what.includes('cut off')], `cut at ${n}`).to.deep.equal([n, true])
          const doubled = await judged(dataDir, chained([...before, it, it, ...afterIt, ...rest]))
          expect(doubled?.seq, `${n} twice`).to.equal(n + 1)
          if (next === undefined) continue
          const swapped = await judged(dataDir, chained([...before, next, it, ...rest]))
          expect(swapped?.seq, `${n} and ${n + 1} swapped`).to.equal(n)
        }
      })
    })
  }
})

describe('audit trail against people without the key', function () {
  this.timeout(30_000)

  it('names the record in which one digit of one amount was changed, though the chain was computed anew', async () => {
    await withTrail(async (dataDir) => {
      const lines = linesOf(dataDir)
      let changed = 0
      for (const [n, line] of lines.entries()) {
        for (const [amount, other] of [
          ['"quantity":"10"', '"quantity":"90"'],
          ['"price":"0.45"', '"price":"0.46"'],
          ['"fee":"0.18"', '"fee":"0.17"'],
          ['"fees":"0.36"', '"fees":"0.35"'],
        ] as const) {
          if (!line.includes(amount)) continue
          changed++
          const forged = rechained(lines.with(n, line.replace(amount, other)))
          const problem = await judged(dataDir, forged)
          expect([problem?.seq, problem?.what], `${amount} in ${n}`).to.deep.equal([
            n,
            'its seal does not hold: it was changed by somebody without the key',
          ])
        }
      }
      expect(changed).to.equal(62)
    })
  })

  it('names a record that was added, with no seal or with a copied one', async () => {
    await withTrail(async (dataDir) => {
      const lines = linesOf(dataDir)
      const seal = /,"seal":"[^"]*"\}$/.exec(lines.at(-1) ?? '')?.[0] ?? ''
      const record = `{"seq":${RECORDS + 1},"time":"2026-11-20T12:00:00Z","event":{"reason":"go","type":"safeguards.resumed"}`
      for (const end of ['}', seal]) {
        expect((await judged(dataDir, rechained([...lines, `${' '.repeat(65)}${record}${end}`])))?.seq).to.equal(
          RECORDS + 1,
        )
      }
    })
  })

  it('finds a journal whose seals were all removed', async () => {
    await withTrail(async (dataDir) => {
      const bare = linesOf(dataDir).map((line) => line.replace(/,"seal":"[^"]*"\}$/, '}'))
      expect((await judged(dataDir, rechained(bare)))?.seq).to.equal(1)
      const older = bare.map((line) => line.replace('"format":2', '"format":1'))
      rmSync(anchorsFile(dataDir))
      expect((await judged(dataDir, rechained(older)))?.what).to.include('there is a key, and yet no record is sealed')
    })
  })

  it('finds records that were cut off though other ones have been recorded since', async () => {
    await withTrail(async (dataDir) => {
      writeFileSync(segment(dataDir), `${linesOf(dataDir).slice(0, 31).join('\n')}\n`)
      const ledger = await openLedger(ledgerOptions(dataDir))
      for (let n = 0; n < 5; n++) await ledger.append(...filledOrder(`o-later${n}`))
      await ledger.close()
      const { ok, anchors, problem } = await verify(dataDir)
      expect([ok, anchors, problem?.seq]).to.deep.equal([false, 1, RECORDS])
      expect(problem?.what).to.include('others written in their place')
    })
  })

  it('warns whoever opens a journal that was cut, before anything is placed on it', async () => {
    await withTrail(async (dataDir) => {
      const whole = ledgerOptions(dataDir)
      await (await openLedger(whole)).close()
      expect(whole.warnings.join('\n')).not.to.include('cut off')
      rmSync(join(dataDir, 'views'), { recursive: true })
      writeFileSync(segment(dataDir), `${linesOf(dataDir).slice(0, 31).join('\n')}\n`)
      const cut = ledgerOptions(dataDir)
      await (await openLedger(cut)).close()
      expect(cut.warnings.join('\n')).to.include('ends with record 30, though a session ended with record 38')
    })
  })

  it('finds an anchor that was changed', async () => {
    await withTrail(async (dataDir) => {
      const text = readFileSync(anchorsFile(dataDir), 'utf8')
      writeFileSync(anchorsFile(dataDir), text.replace(`"seq":${RECORDS}`, `"seq":${RECORDS - 1}`))
      const { ok, problem } = await verify(dataDir)
      expect([ok, problem?.file, problem?.line]).to.deep.equal([false, anchorsFile(dataDir), 2])
    })
  })

  it('is not misled by an anchor that a crash has torn', async () => {
    await withTrail(async (dataDir) => {
      appendFileSync(anchorsFile(dataDir), '{"seq":38,"ha')
      const ledger = await openLedger(ledgerOptions(dataDir))
      await ledger.append(submitted('o-next'))
      await ledger.close()
      const { ok, anchors, notes } = await verify(dataDir)
      expect([ok, anchors, notes.length]).to.deep.equal([true, 3, 1])
    })
  })
})

describe('a head that was noted elsewhere', () => {
  it('finds a journal that was set back together with its anchors', async () => {
    await withTrail(async (dataDir) => {
      const { head } = await verify(dataDir)
      if (head === null) throw new Error('no head')
      expect(await verify(dataDir, [head])).to.include({ ok: true })
      writeFileSync(segment(dataDir), `${linesOf(dataDir).slice(0, 31).join('\n')}\n`)
      rmSync(anchorsFile(dataDir))
      expect(await verify(dataDir)).to.include({ ok: true, records: 30 })
      expect(await verify(dataDir, [head])).to.have.nested.property('problem.seq', 31)
    })
  })

  it('finds another record in its place', async () => {
    await withTrail(async (dataDir) => {
      const wrong = { seq: 12, hash: 'a'.repeat(64) }
      expect(await verify(dataDir, [wrong])).to.have.nested.property('problem.seq', 12)
    })
  })
})

describe('the key of the audit trail', () => {
  it('is made at first use, for this user only, and is in no other file', async () => {
    await withTrail(async (dataDir) => {
      if (process.platform !== 'win32') expect(statSync(keyFile(dataDir)).mode & 0o777).to.equal(0o600)
      const key = readFileSync(keyFile(dataDir), 'latin1').trim()
      const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      const telling = files.filter((file) => readFileSync(join(file.parentPath, file.name), 'latin1').includes(key))
      expect(telling.map(({ name }) => name)).to.deep.equal(['key'])
    })
  })

  it('is one key, when several processes use it first at once', async () => {
    await withDataDir(async (dataDir) => {
      const children = ['1', '2', '3'].map((name) => startChild('./ledger-child.ts', dataDir, 'append', name, '5'))
      expect((await Promise.all(children.map(ended))).map(({ code }) => code)).to.deep.equal([0, 0, 0])
      const { ok, records, sealed } = await verify(dataDir)
      expect([ok, records, sealed]).to.deep.equal([true, 15, 15])
    })
  }).timeout(20_000)

  it('that others may read is a warning, at work and in the verdict', async function () {
    if (process.platform === 'win32') return this.skip()
    await withTrail(async (dataDir) => {
      chmodSync(keyFile(dataDir), 0o644)
      const options = ledgerOptions(dataDir)
      const ledger = await openLedger(options)
      await ledger.append(submitted('o-next'))
      await ledger.close()
      expect(options.warnings.join('\n')).to.include('mode 644')
      expect((await verify(dataDir)).notes.join('\n')).to.include('mode 644')
    })
  })

  it('when it is gone, leaves a journal that can be read, and a verdict that proves nothing against people', async () => {
    await withTrail(async (dataDir) => {
      rmSync(keyFile(dataDir))
      const { ok, sealed, problem } = await verify(dataDir)
      expect([ok, sealed, problem?.file]).to.deep.equal([false, 0, keyFile(dataDir)])
      expect(problem?.what).to.include(`records up to ${RECORDS} can only be checked against accidents`)
      const ledger = await openLedger(ledgerOptions(dataDir))
      expect(ledger.state.seq).to.equal(RECORDS)
      await ledger.close()
      expect(existsSync(keyFile(dataDir))).to.equal(false)
    })
  })

  for (const [what, damage] of [
    ['gone', (file: string) => rmSync(file)],
    ['no key any more', (file: string) => writeFileSync(file, 'half a k')],
  ] as const) {
    it(`when it is ${what}, is followed by another, and the journal says so`, async () => {
      await withTrail(async (dataDir) => {
        const old = /"seal":"([0-9a-f]{16})/.exec(linesOf(dataDir)[0] ?? '')?.[1]
        damage(keyFile(dataDir))
        const options = ledgerOptions(dataDir)
        const ledger = await openLedger(options)
        await ledger.append(submitted('o-next'), booked('o-next', 'f-next'))
        await ledger.append(submitted('o-after'))
        await ledger.close()
        expect(options.warnings.filter((warning) => warning.includes('not the key that sealed'))).to.have.length(1)
        const { ok, records, sealed, notes } = await verify(dataDir)
        expect([ok, records, sealed]).to.deep.equal([true, RECORDS + 4, 4])
        expect(notes.join('\n')).to.include(`Records up to ${RECORDS} were sealed with a key that is not here`)
        const said = linesOf(dataDir)[RECORDS + 1]
        expect(said).to.include('"type":"journal.keyed"').and.include(`"previous":"${old}"`)
      })
    })
  }

  it('of somebody else does not pass for ours', async () => {
    await withTrail(async (dataDir) => {
      const ours = readFileSync(keyFile(dataDir))
      rmSync(keyFile(dataDir))
      const ledger = await openLedger(ledgerOptions(dataDir))
      await ledger.append(submitted('o-forged'))
      await ledger.close()
      writeFileSync(keyFile(dataDir), ours, { mode: 0o600 })
      const { ok, problem } = await verify(dataDir)
      expect([ok, problem?.seq]).to.deep.equal([false, RECORDS + 1])
    })
  })
})

/** Written by the version before there were seals. */
const unsealedJournal = `fdb3c21aee206b69fca6954ce1e675d58a512d8458d6f1714e17855a193e3f4c {"format":1,"environment":"sandbox","created":"2026-11-20T12:00:00.000Z"}
0a54bd60022308a6dbb240e441a913c3ab5ac73958e8abb40cd36fe13c7379b1 {"seq":1,"time":"2026-11-20T12:00:00.000Z","event":{"type":"order.submitted","intent":{"id":"o-1","clientOrderId":"client-o-1","market":"kalshi:FED-26DEC","outcome":"yes","side":"buy","quantity":"10","price":"0.45","timeInForce":"gtc","expiresAt":null,"postOnly":false,"reduceOnly":false,"purpose":{"kind":"manual"},"createdAtMs":1795176000000},"venueOrderId":null}}
46c3dc18ec9d528e5dfe5fb5ab8efc5cb01d051711751e1d94188476e593345d {"seq":2,"time":"2026-11-20T12:00:00.000Z","event":{"type":"order.reported","orderId":"o-1","source":"poll","report":{"venueOrderId":"v-o-1","clientOrderId":null,"status":"filled","filledQuantity":"10","remainingQuantity":null,"averagePrice":null,"fees":null,"provisional":false}}}
488b79082da51edf874c621d81aab6b076e89ccee830eb1523f1ac2de258daad {"seq":3,"time":"2026-11-20T12:00:00.000Z","event":{"type":"fill.booked","orderId":"o-1","fill":{"id":"f-1","venue":"kalshi","market":"kalshi:FED-26DEC","venueOrderId":"v-o-1","outcome":"yes","side":"buy","quantity":"10","price":"0.45","fee":"0.18","liquidity":"taker","finality":"final","time":"2026-11-20T12:00:00Z"}}}
`

async function withUnsealed<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  return withDataDir(async (dataDir) => {
    await mkdir(join(dataDir, 'journal', 'sandbox'), { recursive: true })
    writeFileSync(segment(dataDir), unsealedJournal)
    return work(dataDir)
  })
}

async function appendTo(dataDir: string, id: string): Promise<void> {
  const ledger = await openLedger(ledgerOptions(dataDir))
  await ledger.append(submitted(id))
  await ledger.close()
  rmSync(join(dataDir, 'views'), { recursive: true })
}

describe('a journal from before there were seals', () => {
  it('is read and judged as it is, and not touched by that', async () => {
    await withUnsealed(async (dataDir) => {
      const { ok, records, sealed, notes } = await verify(dataDir)
      expect([ok, records, sealed, notes.length]).to.deep.equal([true, 3, 0, 1])
      const ledger = await openLedger(ledgerOptions(dataDir))
      expect([ledger.state.seq, ledger.state.positions.size]).to.deep.equal([3, 1])
      await ledger.close()
      expect(readFileSync(segment(dataDir), 'utf8')).to.equal(unsealedJournal)
    })
  })

  it('is sealed as a whole by the first record of this version, which an older version refuses to read', async () => {
    await withUnsealed(async (dataDir) => {
      await appendTo(dataDir, 'o-2')
      await appendTo(dataDir, 'o-3')
      const { ok, records, sealed, notes } = await verify(dataDir)
      expect([ok, records, sealed]).to.deep.equal([true, 6, 3])
      expect(notes.join('\n')).to.include('Records up to 3 were written before there were seals')
      expect(linesOf(dataDir)[4]).to.include('"previous":null}')
    })
  })

  it('shows, once sealed, that something before was changed', async () => {
    await withUnsealed(async (dataDir) => {
      await appendTo(dataDir, 'o-2')
      const lines = linesOf(dataDir)
      writeFileSync(
        segment(dataDir),
        rechained(lines.with(1, lines[1]?.replace('"price":"0.45"', '"price":"0.46"') ?? '')),
      )
      const { ok, problem } = await verify(dataDir)
      expect([ok, problem?.seq]).to.deep.equal([false, 4])
      expect(problem?.what).to.include('it, or a record before it, was changed')
    })
  })
})
