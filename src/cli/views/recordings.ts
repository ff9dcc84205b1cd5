import type { RecordingDetailJson, RecordingListJson, ReplayJson, VerifyJson } from '../json/recording-json.ts'
import { amount, count, type Document, exact, fields, orUnknown, sentence, table, text } from './document.ts'
import { timeline } from './timeline.ts'

export function recordingListView({ captureDir, recordings }: RecordingListJson): Document {
  if (recordings.length === 0) return [text(`No recordings in ${captureDir}.`)]
  return [
    table(
      [
        exact('SESSION'),
        exact('ENVIRONMENT'),
        exact('STARTED'),
        exact('ENDED'),
        amount('EXCHANGES'),
        amount('SOCKETS'),
        sentence('PROBLEM'),
      ],
      recordings.map((recording) => [
        recording.session,
        orUnknown(recording.environment),
        orUnknown(recording.startedAt),
        orUnknown(recording.endedAt),
        String(recording.exchanges),
        String(recording.streams),
        recording.problem ?? '',
      ]),
    ),
  ]
}

export function recordingDetailView(recording: RecordingDetailJson): Document {
  const { operations, html } = recording
  const listed = operations.length === 0 ? [] : [operations.map(({ n, op }) => `${n} ${op}`).join(', ')]
  return [
    fields([
      ['session', recording.session],
      ['folder', recording.directory],
      ['environment', recording.environment],
      ['recorded with', `crosstape ${recording.toolVersion}, filter ${recording.filter}`],
      ['started', recording.startedAt],
      ['ended', recording.endedAt ?? 'never: its process died'],
    ]),
    text([count(operations.length, 'operation'), ...listed].join(': ')),
    timeline(recording),
    ...(html === null ? [] : [text(`Page written to ${html}.`)]),
  ]
}

export function replayView({ session, verdict, operations, exchanges, drifts }: ReplayJson): Document {
  return [
    ...drifts.flatMap(({ explanation }) => explanation.map(text)),
    text(
      `${session}: ${count(operations.ok, 'operation')} as recorded, ${operations.different} different; ` +
        `${exchanges.replayed} of ${count(exchanges.recorded, 'exchange')} replayed.`,
    ),
    text(verdict === 'same' ? 'Same as recorded.' : `Drift: ${count(drifts.length, 'thing')} not as recorded.`),
  ]
}

const verdicts: Readonly<Record<string, string>> = {
  whole: 'Whole.',
  ended_early: 'Ended early: its process died. What is there is whole.',
  damaged: 'Damaged.',
}

export function verifyView(check: VerifyJson): Document {
  const { session, status, exchanges, operations, streams, frames, problems, notes } = check
  const sockets = streams === 0 ? '' : `, ${count(streams, 'socket')} with ${count(frames, 'frame')}`
  return [
    text(`${session}: ${count(exchanges, 'exchange')}${sockets}, ${count(operations, 'operation')}.`),
    ...problems.map((problem) => text(`- ${problem}`)),
    ...notes.map(text),
    text(verdicts[status] ?? status),
  ]
}
