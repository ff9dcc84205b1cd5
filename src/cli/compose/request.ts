import { loadRecording } from '../../capture/read/recording.ts'
import { loadUndamaged } from '../replay/replay-session.ts'
import { usageError } from '../usage-error.ts'
import type { ComposeRequest, SpliceRequest } from './compose-session.ts'

/**
 * What was asked for, with the recordings that it names.
 * @throws ToolkitError of category `usage` for a recording that is not there or a splice that names none, of category
 * `drift` for one that is damaged.
 */
export function composeRequest(options: {
  readonly sessions: readonly string[]
  readonly captureDir: string | null
  readonly name: string
  readonly by: ComposeRequest['by']
  readonly pair: boolean
  readonly splice: readonly string[] | undefined
}): ComposeRequest {
  const { captureDir, name, by, pair } = options
  const sources = options.sessions.map((session) => loadUndamaged(session, captureDir))
  const known = new Set(sources.map(({ session }) => session))
  const splices = (options.splice ?? []).map((text) => spliceOf(text, captureDir))
  for (const { target, text } of splices) {
    if (!known.has(target.session))
      throw usageError(`--splice ${text}: ${target.session} is none of the recordings that are composed.`)
  }
  return { sources, name, by, isPair: pair, splices }
}

function spliceOf(text: string, captureDir: string | null): SpliceRequest {
  const match = /^(.+)\/(\d+)=(.+)\/(\d+)$/.exec(text)
  const [target, targetSeq, donor, donorSeq] = match?.slice(1) ?? []
  if (target === undefined || targetSeq === undefined || donor === undefined || donorSeq === undefined) {
    throw usageError(`--splice ${text}: write SESSION/SEQ=SESSION/SEQ, the second being how the first is to end.`)
  }
  const from = loadRecording(donor, captureDir)
  return {
    target: { session: target, seq: Number(targetSeq) },
    donor: { session: from.session, seq: Number(donorSeq) },
    from,
    text,
  }
}
