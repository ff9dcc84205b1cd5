import type { MarketEvent } from '../../domain/market-stream.ts'
import { BadFrame, isMembers, type Members } from '../streams/frame.ts'

export const BOOKS = 'orderbook_delta'
export const LIFECYCLE = 'market_lifecycle_v2'

/** The channels that certain messages can only come by. */
const channelOf: ReadonlyMap<string, string> = new Map([
  ['orderbook_snapshot', BOOKS],
  ['orderbook_delta', BOOKS],
  [LIFECYCLE, LIFECYCLE],
])

/** A subscription of one connection: the venue numbers what it sends on each. */
export interface Subscription {
  readonly sid: number
  readonly channel: string
  /** Name that no other connection's subscription has. */
  readonly name: string
  /** Said whenever its numbers prove that nothing was missed. Made once: it is said for every message. */
  readonly proven: MarketEvent
  /** Null before the first number. */
  seq: number | null
  /** When it last said anything, monotonic ms. */
  heardAtMs: number
}

/** What a message's number says. */
export type Numbering =
  /** Not numbered, or of a subscription that is not ours. */
  | { readonly kind: 'unnumbered' }
  | { readonly kind: 'next'; readonly subscription: Subscription }
  /** A duplicate, or one that was overtaken: it was counted as missed already. */
  | { readonly kind: 'old' }
  | {
      readonly kind: 'gap'
      readonly subscription: Subscription
      readonly expected: number
      readonly received: number
    }

const UNNUMBERED: Numbering = { kind: 'unnumbered' }
const OLD: Numbering = { kind: 'old' }

/** The subscriptions of one connection and how far each has counted. */
export class Subscriptions {
  private readonly bySid = new Map<number, Subscription>()

  constructor(private readonly nowMs: () => number) {}

  /** Numbers count from 1 on each subscription. Source: recordings of 2026-05 and 2026-08. */
  open(sid: number, channel: string, connection: number): void {
    if (this.bySid.has(sid)) return
    const name = nameOf(connection, sid)
    this.bySid.set(sid, {
      sid,
      channel,
      name,
      proven: { kind: 'proven', subscription: name },
      seq: null,
      heardAtMs: this.nowMs(),
    })
  }

  clear(): void {
    this.bySid.clear()
  }

  of(channel: string): Subscription | null {
    for (const subscription of this.bySid.values()) if (subscription.channel === channel) return subscription
    return null
  }

  count(sid: number | null, seq: number | null, of: { readonly type: string; readonly connection: number }): Numbering {
    if (sid === null || seq === null) return UNNUMBERED
    const subscription = this.bySid.get(sid) ?? this.openUnnamed(sid, of)
    if (subscription === undefined) return UNNUMBERED
    const expected = (subscription.seq ?? 0) + 1
    if (seq < expected) return OLD
    subscription.seq = seq
    subscription.heardAtMs = this.nowMs()
    return seq === expected ? { kind: 'next', subscription } : { kind: 'gap', subscription, expected, received: seq }
  }

  /** The answer that names it was lost, or could not be read. Uncounted, nothing would show what else was missed. */
  private openUnnamed(
    sid: number,
    { type, connection }: { readonly type: string; readonly connection: number },
  ): Subscription | undefined {
    const channel = channelOf.get(type)
    if (channel !== undefined) this.open(sid, channel, connection)
    return this.bySid.get(sid)
  }
}

export function nameOf(connection: number, sid: number): string {
  return `kalshi ${connection}/${sid}`
}

/** What a message says, below its envelope. */
export function messageOf(frame: Members): Members {
  if (isMembers(frame.msg)) return frame.msg
  throw new BadFrame('msg is no object')
}
