/** A signal of its own that also aborts with an outer one. */
export interface LinkedAbort {
  readonly signal: AbortSignal
  abort(): void
  /** Lets go of the outer signal. Until then it holds on to this one. */
  release(): void
}

/**
 * In place of `AbortSignal.any`, of which Node 20 leaves a trace in a signal that lives on for every one made of it, and which may
 * never fire where it alone holds on to an `AbortSignal.timeout`.
 */
export function linkedAbort(outer: AbortSignal | undefined): LinkedAbort {
  const inner = new AbortController()
  const abort = (): void => inner.abort()
  if (outer?.aborted === true) abort()
  else outer?.addEventListener('abort', abort, { once: true })
  return { signal: inner.signal, abort, release: () => outer?.removeEventListener('abort', abort) }
}
