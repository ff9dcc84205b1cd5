/** Whose event it is. What belongs to something that is gone never happens. */
export interface Owner {
  readonly alive: boolean
}

export interface Appointment {
  cancel(): void
}

interface Event {
  /** Microseconds since the simulation's epoch. */
  readonly at: number
  readonly order: number
  readonly owner: Owner | null
  act: (() => void) | null
}

/** Bounds a run: nothing real takes as many events. */
const EVENTS_MAX = 400_000

/** Out of the bundle's reach, where timers are simulated. */
const { setImmediate: nextTurn } = globalThis

/**
 * Virtual time. One event happens at a time, together with every promise that follows from it; only when none of those is
 * left does time move on, to the next event. So all code that runs between two events belongs to the owner of the first.
 */
export class Timeline {
  /** Whose event is going on. */
  current: Owner | null = null
  private nowUs: number
  private readonly heap: Event[] = []
  private drawn = 0
  private happened = 0

  constructor(startMs: number) {
    this.nowUs = startMs * 1000
  }

  /** Unix ms with three digits after the point. */
  get nowMs(): number {
    return this.nowUs / 1000
  }

  get eventCount(): number {
    return this.happened
  }

  schedule(owner: Owner | null, afterMs: number, act: () => void): Appointment {
    const event: Event = { at: this.nowUs + Math.max(0, Math.round(afterMs * 1000)), order: this.drawn++, owner, act }
    push(this.heap, event)
    return {
      cancel: () => {
        event.act = null
      },
    }
  }

  /** Resolves after a time that passes for nobody in particular. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.schedule(null, ms, resolve))
  }

  /** Lets events happen until `done`. `stuck` when nothing is left that could bring it about. */
  async runUntil(done: () => boolean): Promise<'done' | 'stuck'> {
    await settled()
    while (!done()) {
      const event = pop(this.heap)
      if (event === null || this.happened >= EVENTS_MAX) return 'stuck'
      if (event.act === null || event.owner?.alive === false) continue
      this.happened++
      this.nowUs = Math.max(this.nowUs, event.at)
      this.current = event.owner
      event.act()
      await settled()
    }
    return 'done'
  }
}

/** When every promise that can go on has gone on. */
function settled(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve))
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

function push(heap: Event[], event: Event): void {
  let index = heap.push(event) - 1
  while (index > 0) {
    const parent = (index - 1) >> 1
    const above = heap[parent]
    if (above === undefined || !before(event, above)) break
    heap[index] = above
    index = parent
  }
  heap[index] = event
}

function pop(heap: Event[]): Event | null {
  const first = heap[0]
  const last = heap.pop()
  if (first === undefined || last === undefined) return null
  if (heap.length === 0) return first
  let index = 0
  for (;;) {
    const left = heap[2 * index + 1]
    const right = heap[2 * index + 2]
    if (left === undefined) break
    const smaller = right !== undefined && before(right, left) ? 2 * index + 2 : 2 * index + 1
    const child = heap[smaller]
    if (child === undefined || !before(child, last)) break
    heap[index] = child
    index = smaller
  }
  heap[index] = last
  return first
}
