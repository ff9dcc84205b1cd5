import { basename } from 'node:path'
import { readManifest } from '../../capture/manifest-file.ts'
import { listExchangeFiles, listStreamFiles } from '../../capture/recording.ts'
import { restorePending } from '../../capture/restore.ts'
import { count } from '../views/document.ts'

/** What became of a taped program's recordings, in sentences. */
export function recordedText(sessions: readonly string[], filter: string): string {
  if (sessions.length === 0) {
    return `Nothing was recorded: the program sent nothing to a venue that the filter ${JSON.stringify(filter)} keeps.`
  }
  return sessions.map(sentence).join('\n')
}

function sentence(directory: string): string {
  const manifest = readManifest(directory)
  const endedEarly = manifest.ok && manifest.value.endedAt === null
  if (endedEarly) restorePending(directory)
  const sockets = listStreamFiles(directory).length
  const what = [
    count(listExchangeFiles(directory).length, 'exchange'),
    ...(sockets === 0 ? [] : [count(sockets, 'socket')]),
  ]
  const recorded = `Recorded ${what.join(' and ')} in ${directory}.`
  if (manifest.ok && !endedEarly) return recorded
  return `${recorded} It was cut short: crosstape capture verify ${basename(directory)} says where.`
}
