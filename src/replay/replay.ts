import { resolve } from 'node:path'
import { loadRecording, type Recording } from '../capture/read/recording.ts'
import type { Playable } from '../capture/replay/player.ts'
import { sealNetwork as seal } from '../capture/replay/replay-seal.ts'
import { compose } from '../cli/compose/compose-session.ts'
import { composeRequest } from '../cli/compose/request.ts'
import { outcomeOf } from '../cli/replay/expected.ts'
import { loadUndamaged } from '../cli/replay/replay-session.ts'
import { OpenReplay } from './open-replay.ts'
import { ComposedScene, requireScene } from './scene.ts'
import type { Library, ReplayOptions, Scene } from './types.ts'

export type { AttachedService, AxiosLike, Library, Replay, ReplayOptions, Rerun, Scene, SceneOptions } from './types.ts'

// What each of them does stands in `Library`: its declarations are what is shipped.

export const openReplay: Library['openReplay'] = (options) =>
  new OpenReplay(recordingsOf(options.sessions, options.captureDir), options)

export const composeScene: Library['composeScene'] = async (options) => {
  const { sessions, captureDir, name = 'composed', by = 'venue', pair = false, splice = [] } = options
  const request = composeRequest({ sessions, captureDir: folderOf(captureDir), name, by, pair, splice })
  return new ComposedScene(await compose(request))
}

export const rerun: Library['rerun'] = async (session, captureDir) => {
  const recording =
    typeof session === 'string' ? loadUndamaged(session, folderOf(captureDir)) : requireScene(session).recording
  const { report, outcome } = await outcomeOf(recording)
  return { verdict: report.verdict, drifts: report.drifts.map((one) => one.describe().join('\n')), outcome }
}

export const sealNetwork: Library['sealNetwork'] = seal

function recordingsOf(
  sessions: ReplayOptions['sessions'],
  captureDir: string | undefined,
): readonly (Recording & Pick<Playable, 'entries'>)[] {
  if (typeof sessions === 'string') return [loadRecording(sessions, folderOf(captureDir))]
  if (isList(sessions)) return sessions.map((session) => loadRecording(session, folderOf(captureDir)))
  return [requireScene(sessions).recording]
}

function isList(sessions: readonly string[] | Scene): sessions is readonly string[] {
  return Array.isArray(sessions)
}

function folderOf(captureDir: string | undefined): string {
  return resolve(captureDir ?? 'recordings')
}
