import { mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parsePrice, parseQuantity } from '../src/domain/amounts.ts'
import type { Netting } from '../src/domain/holding.ts'
import { isoTime, systemClock } from '../src/runtime/clock.ts'
import { auditKeyFor } from '../src/store/audit-key.ts'
import { encodeRecord } from '../src/store/codec.ts'
import { auditDirectory, journalDirectory } from '../src/store/directories.ts'
import type { JournalEvent } from '../src/store/events.ts'
import { SEGMENT_BYTES } from '../src/store/journal.ts'
import { encodeLines, GENESIS } from '../src/store/line.ts'
import { type LedgerOptions, openLedger } from '../src/store/open-ledger.ts'
import { SEAL_LENGTH } from '../src/store/seal.ts'
import { segmentFile } from '../src/store/segments.ts'
import { JOURNAL_FORMAT } from '../src/store/upcast.ts'
import { median, printRatio, type Ratio } from './ratio.ts'

const start = Date.parse('2026-01-01T00:00:00Z')

/** Journal append with its fsync, against a bare write of as many bytes with its fsync, turn by turn. */
export async function benchAppend(turns = 400): Promise<Ratio> {
  return withDirectory(async (dataDir) => {
    const ledger = await openLedger(options(dataDir))
    const bare = await open(join(dataDir, 'bare'), 'a')
    const event: JournalEvent = { type: 'order.evidence', orderId: 'o-1', finding: 'bench', evidence: 'x'.repeat(200) }
    const json = encodeRecord({ seq: 1_000, time: isoTime(start), event }).text
    const line = Buffer.alloc(64 + json.length + SEAL_LENGTH + 2, 'x')
    const [appends, writes]: [number[], number[]] = [[], []]
    for (let turn = 0; turn < turns; turn++) {
      appends.push(await timed(() => ledger.append(event)))
      writes.push(
        await timed(async () => {
          await bare.write(line)
          await bare.datasync()
        }),
      )
    }
    await bare.close()
    await ledger.close()
    return compare('journal append over a bare fsynced write', appends, writes, null)
  })
}

/** Opening a ledger with a million records behind a fresh checkpoint, against one with a thousand, turn by turn. */
export async function benchStartup(records = 1_000_000, turns = 60): Promise<Ratio> {
  return withDirectory(async (root) => {
    const [small, large] = [join(root, 'small'), join(root, 'large')]
    await prepare(small, 1_000)
    await prepare(large, records)
    const [one, other]: [number[], number[]] = [[], []]
    for (let turn = 0; turn < turns; turn++) {
      one.push(await timed(() => openAndClose(large)))
      other.push(await timed(() => openAndClose(small)))
    }
    return compare(`start-up with ${records} records over 1000`, one, other, 1.3)
  })
}

async function openAndClose(dataDir: string): Promise<void> {
  await (await openLedger(options(dataDir))).close()
}

/** A journal with a checkpoint at its end: made by folding it once. */
async function prepare(dataDir: string, records: number): Promise<void> {
  await writeHistory(dataDir, records)
  await openAndClose(dataDir)
}

/** Segments written straight to the disk: the same lines that appending would have made, without a fsync each. */
export async function writeHistory(dataDir: string, records: number): Promise<void> {
  const directory = journalDirectory(dataDir, 'sandbox')
  const key = await auditKeyFor(auditDirectory(dataDir, 'sandbox'), () => undefined)
  await mkdir(directory, { recursive: true })
  const header = JSON.stringify({ format: JOURNAL_FORMAT, environment: 'sandbox', created: isoTime(start) })
  let { text, hash } = encodeLines(GENESIS, [header], key)
  let segment = 1
  let handle = await open(segmentFile(directory, segment), 'w')
  let size = 0
  for (let seq = 1; seq <= records; seq += 1_000) {
    const count = Math.min(1_000, records - seq + 1)
    const texts = Array.from({ length: count }, (_, index) => recordText(seq + index))
    const lines = encodeLines(hash, texts, key)
    const bytes = Buffer.from(text + lines.text)
    await handle.writeFile(bytes)
    text = ''
    hash = lines.hash
    size += bytes.length
    if (size < SEGMENT_BYTES || seq + 1_000 > records) continue
    await handle.close()
    handle = await open(segmentFile(directory, ++segment), 'w')
    size = 0
  }
  await handle.close()
}

/** Orders that are submitted, reported filled and booked, three records each, over two hundred markets. */
function recordText(seq: number): string {
  const number = Math.floor((seq - 1) / 3)
  const event = eventOf(number, (seq - 1) % 3)
  return encodeRecord({ seq, time: isoTime(start + seq * 1_000), event }).text
}

function eventOf(number: number, part: number): JournalEvent {
  // Spread like random ids: consecutive numbers share no beginning.
  const hex = ((number * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')
  const market = `kalshi:M-${number % 200}` as const
  const side = Math.floor(number / 200) % 2 === 0 ? 'buy' : 'sell'
  const [id, price, quantity] = [`o-${hex}`, parsePrice('0.45'), parseQuantity('10')]
  switch (part) {
    case 0: {
      const ids = { id, clientOrderId: `${hex}-0000-4000-8000-000000000000`, market, createdAtMs: start }
      const terms = { outcome: 'yes', side, quantity, price, timeInForce: 'ioc', expiresAt: null } as const
      const rest = { postOnly: false, reduceOnly: false, purpose: { kind: 'manual' } } as const
      return { type: 'order.submitted', intent: { ...ids, ...terms, ...rest }, venueOrderId: null }
    }
    case 1: {
      const filled = { status: 'filled', filledQuantity: quantity, remainingQuantity: parseQuantity('0') } as const
      const money = { averagePrice: price, fees: null, provisional: false, clientOrderId: null }
      const report = { venueOrderId: `v-${hex}`, ...filled, ...money }
      return { type: 'order.reported', orderId: id, source: 'placement', report }
    }
    default: {
      const terms = { outcome: 'yes', side, quantity, price, fee: null, liquidity: 'taker', finality: 'final' } as const
      const fill = {
        id: `f-${hex}`,
        venue: 'kalshi',
        market,
        venueOrderId: `v-${hex}`,
        time: isoTime(start),
        ...terms,
      } as const
      return { type: 'fill.booked', orderId: id, fill }
    }
  }
}

function options(dataDir: string): LedgerOptions {
  const nettingOf = (): Netting => 'net'
  return { dataDir, environment: 'sandbox', clock: systemClock, nettingOf, onWarning: () => undefined }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const from = systemClock.monotonicMs()
  await work()
  return systemClock.monotonicMs() - from
}

function compare(name: string, measured: readonly number[], against: readonly number[], atMost: number | null): Ratio {
  const [a, b] = [median(measured), median(against)]
  return {
    name,
    ratio: a / b,
    detail: `${a.toFixed(2)} ms over ${b.toFixed(2)} ms, medians of ${measured.length} turns`,
    atMost,
  }
}

async function withDirectory<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'crosstape-bench-'))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  printRatio(await benchAppend())
  printRatio(await benchStartup())
}
