import { machineOrNull } from './machine.ts'

/**
 * Every clock, timer and process number of the simulated program: the bundle takes these instead of Node's, in our code
 * and in libraries alike, so that nothing in it can see the wall clock.
 */

const RealDate = globalThis.Date
const realProcess = globalThis.process

function nowMs(): number {
  const on = machineOrNull()
  if (on === null) return 0
  return Math.floor(on.timeline.nowMs + (on.current?.skewMs() ?? 0))
}

class SimulatedDate extends RealDate {
  constructor(...given: readonly [] | readonly [number | string | Date]) {
    const [when] = given
    super(when === undefined ? nowMs() : when)
  }

  static override now(): number {
    return nowMs()
  }
}

interface SimulatedTimer {
  ref(): SimulatedTimer
  unref(): SimulatedTimer
  cancel(): void
}

function simulatedSetTimeout(act: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): SimulatedTimer {
  const on = machineOrNull()
  if (on === null) throw new Error('a timer outside a simulation')
  const appointment = on.timeline.schedule(on.timeline.current, Math.max(1, ms), () => act(...args))
  const timer: SimulatedTimer = { ref: () => timer, unref: () => timer, cancel: () => appointment.cancel() }
  return timer
}

function simulatedClearTimeout(timer: SimulatedTimer | undefined | null): void {
  timer?.cancel()
}

function refused(what: string): never {
  throw new Error(`${what} is not simulated`)
}

/** `process.kill(pid, 0)` asks whether a process lives. */
function simulatedKill(pid: number): true {
  if (machineOrNull()?.byPid(pid) === null) {
    throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', syscall: 'kill' })
  }
  return true
}

const simulatedProcess = Object.create(realProcess, {
  pid: { get: () => machineOrNull()?.current?.pid ?? 1 },
  kill: { value: simulatedKill },
  platform: { value: 'linux' },
})

const simulatedPerformance = { now: (): number => machineOrNull()?.timeline.nowMs ?? 0 }

export {
  SimulatedDate as Date,
  simulatedClearTimeout as clearTimeout,
  simulatedPerformance as performance,
  simulatedProcess as process,
  simulatedSetTimeout as setTimeout,
}
export const setInterval = (): never => refused('setInterval')
export const clearInterval = (): void => {}
export const setImmediate = (): never => refused('setImmediate')
