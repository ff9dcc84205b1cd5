import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { ToolkitError } from '../../src/domain/errors.ts'
import { openJournal } from '../../src/store/journal.ts'
import { encodeLines } from '../../src/store/line.ts'
import { type LedgerOptions, openLedger } from '../../src/store/open-ledger.ts'
import { filledOrder, ledgerOptions, submitted, withDataDir } from './support.ts'

const segment = (dataDir: string): string => join(dataDir, 'journal', 'sandbox', '00000001.jsonl')

async function write(options: LedgerOptions, ...orders: readonly string[]): Promise<void> {
  const ledger = await openLedger(options)
  for (const id of orders) await ledger.append(submitted(id))
  await ledger.close()
}

/** What stands in the journal, read by a ledger that knows nothing else. */
async function ordersIn(
  dataDir: string,
): Promise<{ readonly orders: readonly string[]; readonly warnings: readonly string[] }> {
  const options = ledgerOptions(dataDir)
  const ledger = await openLedger(options)
  const orders = [...ledger.state.openOrders.keys()]
  await ledger.close()
  return { orders, warnings: options.warnings }
}

async function refusal(dataDir: string): Promise<ToolkitError> {
  try {
    await (await openLedger(ledgerOptions(dataDir))).close()
  } catch (error) {
    if (error instanceof ToolkitError) return error
    throw error
  }
  throw new Error('it was opened')
}

/** What the writing end of the journal makes of what it finds, without views. */
async function recover(
  dataDir: string,
): Promise<{ readonly seqs: readonly number[]; readonly warnings: readonly string[] }> {
  const warnings: string[] = []
  const journal = await openJournal({
    directory: join(dataDir, 'journal', 'sandbox'),
    auditDirectory: join(dataDir, 'audit', 'sandbox'),
    environment: 'sandbox',
    now: () => '2026-11-20T12:00:00Z',
    onWarning: (message) => warnings.push(message),
    segmentBytes: 1 << 20,
  })
  const seqs: number[] = []
  try {
    await journal.catchUp(async (records) => {
      seqs.push(...records.map(({ record }) => record.seq))
    })
  } finally {
    await journal.close()
  }
  return { seqs, warnings }
}

function flip(file: string, offset: number, bit: number): void {
  const bytes = readFileSync(file)
  bytes.writeUInt8(bytes.readUInt8(offset) ^ (1 << bit), offset)
  writeFileSync(file, bytes)
}

/** A journal of these orders, and nothing else: views would only speed up what is tested here. */
async function journalOf(dataDir: string, ...orders: readonly string[]): Promise<string> {
  await write(ledgerOptions(dataDir), ...orders)
  return readFileSync(segment(dataDir), 'utf8')
}

/** Runs with a data directory that holds this journal alone. */
function withJournal<T>(text: string | Buffer, work: (dataDir: string) => Promise<T>): Promise<T> {
  return withDataDir(async (dataDir) => {
    await mkdir(join(dataDir, 'journal', 'sandbox'), { recursive: true })
    writeFileSync(segment(dataDir), text)
    return work(dataDir)
  })
}

const twoOrders = (): Promise<string> => withDataDir((dataDir) => journalOf(dataDir, 'o-1', 'o-2'))
const lineStarts = (text: string): readonly number[] => [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)]

describe('journal after a crash', () => {
  it('sets a torn last record aside, at whichever byte it was torn, and keeps its bytes', async () => {
    const whole = await withDataDir(async (dataDir) => {
      const ledger = await openLedger(ledgerOptions(dataDir))
      await ledger.append(submitted('o-1'), { type: 'session.ended', session: 's', outcome: 'done' })
      await ledger.close()
      return readFileSync(segment(dataDir), 'utf8')
    })
    const last = lineStarts(whole).at(-2) ?? 0
    for (let cut = last + 1; cut < whole.length; cut++) {
      await withJournal(whole.slice(0, cut), async (dataDir) => {
        const { seqs, warnings } = await recover(dataDir)
        const side = `${segment(dataDir)}.torn-1`
        expect(seqs, `cut at ${cut}`).to.deep.equal([1])
        expect(warnings.join('\n')).to.include(side)
        expect(readFileSync(side, 'utf8')).to.equal(whole.slice(last, cut))
        expect(readFileSync(segment(dataDir), 'utf8')).to.equal(whole.slice(0, last))
      })
    }
  })

  it('sets a last record aside that fails its checksum', async () => {
    const whole = await twoOrders()
    await withJournal(whole, async (dataDir) => {
      flip(segment(dataDir), whole.length - 20, 3)
      expect((await ordersIn(dataDir)).orders).to.deep.equal(['o-1'])
      expect(readFileSync(`${segment(dataDir)}.torn-1`)).to.have.length(whole.length - (lineStarts(whole).at(-2) ?? 0))
    })
  })

  it('goes on after a torn record as if it had never been', async () => {
    const whole = await twoOrders()
    await withJournal(whole.slice(0, -1), async (dataDir) => {
      await write(ledgerOptions(dataDir), 'o-3')
      expect((await ordersIn(dataDir)).orders).to.deep.equal(['o-1', 'o-3'])
    })
  })

  it('keeps what is whole of several records that were written together', async () => {
    const whole = await withDataDir(async (dataDir) => {
      const ledger = await openLedger(ledgerOptions(dataDir))
      await ledger.append(submitted('o-1'), submitted('o-2'), submitted('o-3'))
      await ledger.close()
      return readFileSync(segment(dataDir), 'utf8')
    })
    await withJournal(whole.slice(0, -40), async (dataDir) => {
      expect((await ordersIn(dataDir)).orders).to.deep.equal(['o-1', 'o-2'])
    })
  })

  it('keeps every torn end in a file of its own', async () => {
    const whole = await twoOrders()
    await withJournal(whole.slice(0, -1), async (dataDir) => {
      await ordersIn(dataDir)
      appendFileSync(segment(dataDir), 'half a line')
      await ordersIn(dataDir)
      expect(readFileSync(`${segment(dataDir)}.torn-2`, 'utf8')).to.equal('half a line')
    })
  })

  it('begins anew when even the header was torn', async () => {
    const whole = await twoOrders()
    await withJournal(whole.slice(0, 50), async (dataDir) => {
      await write(ledgerOptions(dataDir), 'o-9')
      expect((await ordersIn(dataDir)).orders).to.deep.equal(['o-9'])
    })
  })

  it('finds a torn end that another process left while this one was open', async () => {
    await withDataDir(async (dataDir) => {
      const options = ledgerOptions(dataDir)
      const ledger = await openLedger(options)
      await ledger.append(submitted('o-1'))
      appendFileSync(segment(dataDir), 'half a line')
      await ledger.append(submitted('o-2'))
      await ledger.close()
      expect(options.warnings).to.have.length(1)
      expect((await ordersIn(dataDir)).orders).to.deep.equal(['o-1', 'o-2'])
    })
  })
})

describe('journal with damage inside', () => {
  it('refuses any flipped bit that intact records follow, names the line, and changes nothing', async () => {
    const whole = await withDataDir((dataDir) => journalOf(dataDir, 'o-1', 'o-2', 'o-3'))
    const starts = lineStarts(whole)
    const damage = fc.record({ offset: fc.nat((starts.at(-2) ?? 0) - 1), bit: fc.nat(7) })
    await fc.assert(
      fc.asyncProperty(damage, ({ offset, bit }) =>
        withJournal(whole, async (dataDir) => {
          flip(segment(dataDir), offset, bit)
          const bytes = readFileSync(segment(dataDir))
          const error = await recover(dataDir).catch((reason: unknown) => reason)
          if (!(error instanceof ToolkitError)) throw new Error('it was read')
          // A flipped digit can turn the header's format into a newer one.
          const line = starts.findLastIndex((start) => start <= offset) + 1
          if (error.code !== 'JOURNAL_NEWER')
            expect([error.code, error.facts.line]).to.deep.equal(['JOURNAL_CORRUPT', String(line)])
          expect(readFileSync(segment(dataDir)).equals(bytes)).to.equal(true)
        }),
      ),
      { numRuns: 400 },
    )
  })

  it('does not take the last but one record for a torn end, whichever bit of it flips', async () => {
    const whole = await twoOrders()
    const starts = lineStarts(whole)
    const [from = 0, to = 0] = [starts[1], starts[2]]
    const places = [from, from + 63, from + 64, from + 65, from + 80, to - 2, to - 1]
    for (const offset of places) {
      for (let bit = 0; bit < 8; bit++) {
        await withJournal(whole, async (dataDir) => {
          flip(segment(dataDir), offset, bit)
          const error = await recover(dataDir).catch((reason: unknown) => reason)
          expect(error, `bit ${bit} at ${offset}`).to.have.property('code', 'JOURNAL_CORRUPT')
        })
      }
    }
  })

  it('refuses swapped records', async () => {
    const whole = await withDataDir((dataDir) => journalOf(dataDir, 'o-1', 'o-2', 'o-3'))
    const [header, first, second, ...rest] = whole.split('\n')
    await withJournal([header, second, first, ...rest].join('\n'), async (dataDir) => {
      expect((await refusal(dataDir)).code).to.equal('JOURNAL_CORRUPT')
    })
  })

  it('refuses a record that is missing', async () => {
    const whole = await withDataDir((dataDir) => journalOf(dataDir, 'o-1', 'o-2', 'o-3', 'o-4'))
    const lines = whole.split('\n')
    await withJournal([...lines.slice(0, 2), ...lines.slice(3)].join('\n'), async (dataDir) => {
      expect((await refusal(dataDir)).code).to.equal('JOURNAL_CORRUPT')
    })
  })

  it('refuses an amount that does not parse, naming file and line, though its checksum is right', async () => {
    const whole = await twoOrders()
    const { text } = encodeLines(whole.split('\n')[2]?.slice(0, 64) ?? '', [
      '{"seq":3,"time":"t","event":{"type":"markets.synced","venue":"kalshi","markets":1.5}}',
    ])
    await withJournal(whole + text, async (dataDir) => {
      const error = await refusal(dataDir)
      expect([error.code, error.facts.line]).to.deep.equal(['JOURNAL_CORRUPT', '4'])
      expect(error.message).to.include('markets.synced: markets')
      expect(readFileSync(segment(dataDir), 'utf8')).to.equal(whole + text)
    })
  })

  it('refuses a journal whose middle file is gone', async () => {
    await withDataDir(async (dataDir) => {
      await write(ledgerOptions(dataDir, { segmentBytes: 100 }), 'o-1', 'o-2', 'o-3')
      rmSync(join(dataDir, 'journal', 'sandbox', '00000002.jsonl'))
      expect((await refusal(dataDir)).code).to.equal('JOURNAL_CORRUPT')
    })
  })

  it('refuses to write to a journal that became shorter under it', async () => {
    await withDataDir(async (dataDir) => {
      const ledger = await openLedger(ledgerOptions(dataDir))
      await ledger.append(submitted('o-1'))
      truncateSync(segment(dataDir), 100)
      const error = await ledger.append(submitted('o-2')).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ToolkitError).and.have.property('code', 'JOURNAL_CORRUPT')
    })
  })
})

describe('journal of another version or place', () => {
  it('refuses a newer format by name and touches nothing', async () => {
    const whole = await twoOrders()
    const text = whole.replace('{"format":2,', '{"format":3,')
    await withJournal(text, async (dataDir) => {
      const error = await refusal(dataDir)
      expect(error.code).to.equal('JOURNAL_NEWER')
      expect(error.message).to.include('format 3').and.include('format 2').and.include(segment(dataDir))
      expect(readFileSync(segment(dataDir), 'utf8')).to.equal(text)
      expect(existsSync(join(dataDir, 'views'))).to.equal(false)
    })
  })

  it('refuses a kind of event that a newer version has added', async () => {
    const whole = await twoOrders()
    const { text } = encodeLines(whole.split('\n')[2]?.slice(0, 64) ?? '', [
      '{"seq":3,"time":"t","event":{"type":"order.teleported"}}',
    ])
    await withJournal(whole + text, async (dataDir) => {
      expect((await refusal(dataDir)).code).to.equal('JOURNAL_NEWER')
    })
  })

  it('refuses the journal of another environment', async () => {
    const whole = await twoOrders()
    await withDataDir(async (dataDir) => {
      await mkdir(join(dataDir, 'journal', 'live'), { recursive: true })
      writeFileSync(join(dataDir, 'journal', 'live', '00000001.jsonl'), whole)
      const error = await openLedger(ledgerOptions(dataDir, { environment: 'live' })).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'JOURNAL_MISPLACED')
    })
  })
})

describe('journal in several segments', () => {
  it('reads on from one to the next', async () => {
    await withDataDir(async (dataDir) => {
      const options = ledgerOptions(dataDir, { segmentBytes: 900 })
      const ledger = await openLedger(options)
      for (let n = 0; n < 10; n++) await ledger.append(...filledOrder(`o-${n}${n}`))
      const all: number[] = []
      for await (const { seq } of ledger.records()) all.push(seq)
      const late: number[] = []
      for await (const { seq } of ledger.records({ fromSeq: 23 })) late.push(seq)
      await ledger.close()
      expect(all).to.deep.equal(Array.from({ length: 30 }, (_, index) => index + 1))
      expect(late).to.deep.equal([23, 24, 25, 26, 27, 28, 29, 30])
      expect(readdirSync(join(dataDir, 'journal', 'sandbox')).length).to.be.greaterThan(5)
    })
  })

  it('is followed by another process across a new segment', async () => {
    await withDataDir(async (dataDir) => {
      const options = ledgerOptions(dataDir, { segmentBytes: 900 })
      const one = await openLedger(options)
      const other = await openLedger(options)
      for (let n = 0; n < 10; n++) await (n % 2 === 0 ? one : other).append(submitted(`o-${n}`))
      expect((await one.refresh()).openOrders.size).to.equal(10)
      await one.close()
      await other.close()
    })
  })

  it('begins its next segment after a crash between making the file and writing to it', async () => {
    await withDataDir(async (dataDir) => {
      await write(ledgerOptions(dataDir, { segmentBytes: 100 }), 'o-1')
      writeFileSync(join(dataDir, 'journal', 'sandbox', '00000003.jsonl'), '')
      await write(ledgerOptions(dataDir, { segmentBytes: 100 }), 'o-2')
      expect((await ordersIn(dataDir)).orders).to.deep.equal(['o-1', 'o-2'])
    })
  })
})
