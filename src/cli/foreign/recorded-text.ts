import { basename } from 'node:path'
import { readManifestFile } from '../../capture/format/manifest-file.ts'
import { listExchangeFiles, listStreamFiles } from '../../capture/read/recording.ts'
import { restorePending } from '../../capture/read/restore.ts'
import { count } from '../views/document.ts'

/** What became of a taped program's recordings, in sentences. */
export function recordedText(sessions: readonly string[], filter: string): string {
  if (sessions.length === 0) {
    return `Nothing was recorded: the program sent nothing to a venue that the filter ${JSON.stringify(filter)} keeps.`
  }
  return sessions.map(sentence).join('\n')
}

function sentence(directory: string): string {
  const read = readManifestFile(directory)
  const endedEarly = read.ok && read.value.manifest.endedAt === null
  if (endedEarly) restorePending(directory, read.value.format)
  const sockets = listStreamFiles(directory).length
  const what = [
    count(listExchangeFiles(directory).length, 'exchange'),
    ...(sockets === 0 ? [] : [count(sockets, 'socket')]),
  ]
  const recorded = `Recorded ${what.join(' and ')} in ${directory}.`
  if (read.ok && !endedEarly) return recorded
  return `${recorded} It was cut short: crosstape capture verify ${basename(directory)} says where.`
}
