import type { Clock } from '../runtime/clock.ts'
import type { Faults, FrameFault } from './faults.ts'
import type { Wire } from './socket-face.ts'

/** The connection underneath: what a network does to it. */
export interface Carrier extends Wire {
  /** Breaks off without a close frame. */
  destroy(): void
}

/**
 * A venue's end of a socket with the faults in force around it. The venue numbers its messages before they come here, so
 * that what is lost leaves a gap.
 */
export class FaultyWire implements Wire {
  /** Half open: nothing comes out any more, and nobody says so. */
  isMute = false
  private toLose = 0
  private heldBack: { readonly type: string; readonly text: string } | null = null
  /** Ends when everything that is delayed has been sent. */
  private tail: Promise<void> | null = null

  constructor(
    private readonly carrier: Carrier,
    private readonly options: { readonly venue: string; readonly faults: () => Faults; readonly clock: Clock },
  ) {}

  send(type: string, text: string): void {
    if (this.isMute) return
    if (this.toLose > 0) {
      this.toLose--
      return
    }
    const fault = this.options.faults().takeFrame(this.options.venue, type)
    if (fault === null) this.pass(type, text)
    else this.spoil(fault, type, text)
  }

  ping(body: string): void {
    if (!this.isMute) this.carrier.ping(body)
  }

  close(code: number, reason: string): void {
    if (!this.isMute) this.carrier.close(code, reason)
  }

  private spoil(fault: FrameFault, type: string, text: string): void {
    switch (fault.kind) {
      case 'drop_frame':
        break
      case 'gap_frames':
        this.toLose = fault.frames - 1
        break
      case 'duplicate_frame':
        this.pass(type, text)
        this.pass(type, text)
        break
      case 'reorder_frames':
        // Overtaken by the next one; a second one that is held back lets the first go.
        this.releaseHeld()
        this.heldBack = { type, text }
        break
      case 'delay_frames':
        this.delay(fault.ms, type, text)
        break
      case 'reset_socket':
        this.isMute = true
        this.carrier.destroy()
        break
      case 'half_open_socket':
        this.isMute = true
        break
    }
  }

  private pass(type: string, text: string): void {
    if (this.tail !== null) {
      this.enqueue(() => this.deliver(type, text))
      return
    }
    this.deliver(type, text)
    this.releaseHeld()
  }

  private releaseHeld(): void {
    const held = this.heldBack
    this.heldBack = null
    if (held !== null) this.deliver(held.type, held.text)
  }

  /** A stream keeps its order: what follows a late message is late too. */
  private delay(ms: number, type: string, text: string): void {
    this.enqueue(async () => {
      await this.options.clock.sleep(ms)
      this.deliver(type, text)
    })
  }

  private enqueue(work: () => Promise<void> | void): void {
    const tail: Promise<void> = (this.tail ?? Promise.resolve()).then(work).then(() => {
      if (this.tail === tail) this.tail = null
    })
    this.tail = tail
  }

  private deliver(type: string, text: string): void {
    if (!this.isMute) this.carrier.send(type, text)
  }
}
