/** A moment in real time by which something has to have happened. */
export interface Deadline {
  /** As far away again as at the start. */
  restart(): void
  /** It has happened. */
  cancel(): void
}

/** Calls `missed` after so many ms of the system's time, also where the session's own clock is not the system's. */
export function startDeadline(ms: number, missed: () => void): Deadline {
  const timer = setTimeout(missed, ms)
  return {
    restart: () => {
      timer.refresh()
    },
    cancel: () => clearTimeout(timer),
  }
}
