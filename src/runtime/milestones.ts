/**
 * Named places on an order's way, for the drill that kills a process at each of them. Nobody listens in production, and
 * passing one then costs a comparison.
 */
type Listener = (milestone: string) => void

let listener: Listener | null = null

/** Says that this process has come to a place. The listener may end the process, and does nothing else. */
export function reached(milestone: string): void {
  listener?.(milestone)
}

/** Whether somebody listens: for a place that exists only when a step is done in two halves. */
export function hasListener(): boolean {
  return listener !== null
}

/** From now on `heard` is told of every milestone of this process. */
export function listenToMilestones(heard: Listener): void {
  listener = heard
}
