import { AsyncLocalStorage } from 'node:async_hooks'

const inside = new AsyncLocalStorage<true>()

/**
 * Makes reads whose result goes on the tape as an observation of its operation. The exchanges are recorded as well and
 * marked: a replay is given the observation and does not make them again.
 */
export function whileObserving<T>(read: () => Promise<T>): Promise<T> {
  return inside.run(true, read)
}

export function isObserving(): boolean {
  return inside.getStore() === true
}
