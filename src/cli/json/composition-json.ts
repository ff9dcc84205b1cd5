import type { Composition } from '../compose/compose-session.ts'

export interface CompositionJson {
  readonly session: string
  readonly directory: string
  readonly exchanges: number
  readonly operations: number
  readonly sockets: number
  /** How far the times of each source were moved, ms. */
  readonly sources: readonly { readonly session: string; readonly movedMs: number }[]
  /** Exchanges that nothing asks for any more, since what came before them ends otherwise now. */
  readonly dropped: readonly string[]
}

export function compositionJson({
  session,
  directory,
  sources,
  dropped,
}: Composition & { readonly directory: string }): CompositionJson {
  const { exchanges, operations, streams: sockets } = session.manifest.counts
  return { session: session.manifest.session, directory, exchanges, operations, sockets, sources, dropped }
}
