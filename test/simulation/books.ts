import { nettingOf } from '../../src/cli/config/netting.ts'
import type { VenueId } from '../../src/domain/market.ts'
import { decodeRecord } from '../../src/store/codec.ts'
import { journalDirectory } from '../../src/store/directories.ts'
import type { JournalRecord } from '../../src/store/events.ts'
import { applyRecords } from '../../src/store/fold.ts'
import { emptyState, type FoldState, type TrackedOrder, type TrackedTrade } from '../../src/store/fold-state.ts'
import { decodeLine, GENESIS } from '../../src/store/line.ts'
import type { Disk, Node } from './machine/disk.ts'

export const dataDir = '/home/sim'
export const environment = 'sandbox'
const journal = journalDirectory(dataDir, environment)

/** Who wrote a record, and since when it had held the journal's lock. */
export interface Authorship {
  readonly pid: number
  readonly process: number
  readonly lockedAtMs: number | null
  readonly atMs: number
}

export interface BookedRecord {
  readonly record: JournalRecord
  readonly author: Authorship | null
  /** The folded state before it and after it. */
  readonly before: FoldState
  readonly after: FoldState
}

/**
 * The journal as it lies on the simulated disk, read by the simulation itself: its whole lines, in order, with the state
 * that each leads to.
 */
export class Books {
  readonly records: BookedRecord[] = []
  private readonly departedOrders = new Map<string, TrackedOrder>()
  private readonly departedTrades = new Map<string, TrackedTrade>()
  /** The whole lines taken in, byte for byte. */
  private seen: Buffer = Buffer.alloc(0)
  private chain = GENESIS

  constructor(private readonly disk: Disk) {}

  get state(): FoldState {
    return this.records.at(-1)?.after ?? emptyState
  }

  /** An order wherever it is. */
  order(id: string): TrackedOrder['order'] | null {
    return this.state.openOrders.get(id) ?? this.departedOrders.get(id)?.order ?? null
  }

  /** All orders that the journal has ever begun. */
  orders(): readonly TrackedOrder['order'][] {
    const ids = new Set(this.records.flatMap(({ record: { event } }) => ('intent' in event ? [event.intent.id] : [])))
    return [...ids].flatMap((id) => this.order(id) ?? [])
  }

  trades(): readonly TrackedTrade['trade'][] {
    return [...this.state.openTrades.values(), ...[...this.departedTrades.values()].map(({ trade }) => trade)]
  }

  /** Takes in what was written since. Returns the new records. */
  update(author: Authorship | null): readonly BookedRecord[] {
    const bytes = journalBytes(this.disk.find(journal))
    const goesOn = bytes.length >= this.seen.length && bytes.subarray(0, this.seen.length).equals(this.seen)
    // A power cut took records that were not durable yet: begin again.
    if (!goesOn) this.restart()
    return this.take(bytes, goesOn ? author : null)
  }

  private restart(): void {
    this.records.length = 0
    this.departedOrders.clear()
    this.departedTrades.clear()
    this.seen = Buffer.alloc(0)
    this.chain = GENESIS
  }

  private take(bytes: Buffer, author: Authorship | null): readonly BookedRecord[] {
    const fresh: BookedRecord[] = []
    let at = this.seen.length
    for (let end = bytes.indexOf(0x0a, at); end >= 0; end = bytes.indexOf(0x0a, at)) {
      // The last line may not be whole, as a crash leaves it.
      const line = decodeLine(bytes.subarray(at, end), this.chain)
      if (line === null) break
      this.chain = line.hash
      at = end + 1
      if (line.json.startsWith('{"format"')) continue
      const decoded = decodeRecord(line.json)
      if (!decoded.ok) throw new Error(`the journal holds a record that cannot be read: ${line.json}`)
      const before = this.state
      const booked = { record: decoded.record, author, before, after: this.fold(before, decoded.record) }
      this.records.push(booked)
      fresh.push(booked)
    }
    this.seen = bytes.subarray(0, at)
    return fresh
  }

  private fold(state: FoldState, record: JournalRecord): FoldState {
    const outcome = applyRecords(state, [record], {
      nettingOf: (venue: VenueId) => nettingOf(venue),
      recall: {
        order: (id) => this.departedOrders.get(id) ?? null,
        trade: (id) => this.departedTrades.get(id) ?? null,
      },
    })
    for (const { id, value } of outcome.orders) this.departedOrders.set(id, value)
    for (const { id, value } of outcome.trades) this.departedTrades.set(id, value)
    return outcome.state
  }

  /** Whether a text is in a part of the journal that a power cut now could not take. */
  isDurable(text: string): boolean {
    const folder = this.disk.findSynced(journal)
    if (folder?.kind !== 'folder') return false
    for (const [name, node] of folder.syncedNames) {
      if (!/^\d{8}\.jsonl$/.test(name) || node.kind !== 'file') continue
      if (node.synced.includes(text)) return true
    }
    return false
  }
}

function journalBytes(folder: Node | null): Buffer {
  if (folder?.kind !== 'folder') return Buffer.alloc(0)
  const names = [...folder.names.keys()].filter((name) => /^\d{8}\.jsonl$/.test(name)).sort()
  const files = names.flatMap((name) => {
    const node = folder.names.get(name)
    return node?.kind === 'file' ? [node.bytes] : []
  })
  return files.length === 1 ? (files[0] ?? Buffer.alloc(0)) : Buffer.concat(files)
}
