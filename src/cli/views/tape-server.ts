import { venueSettings } from '../../clients/index.ts'
import type { ServeReportJson } from '../json/serve-json.ts'
import type { TapeReadyJson } from '../recordings/tape-server.ts'
import { count, type Document, fields, text } from './document.ts'

export function tapeReadyView(ready: TapeReadyJson): Document {
  const addresses = Object.values(venueSettings).flatMap(({ venue, urls }) =>
    urls.flatMap(({ name, env }): readonly (readonly [string, string])[] => {
      const url = ready[venue][name]
      return url === undefined ? [] : [[env, url]]
    }),
  )
  return [
    text(`${ready.sessions.join(', ')}: ready. To point programs at it:`),
    fields(addresses),
    text('No key is checked and no venue is called. Ctrl-C ends it and says what was not asked for.'),
  ]
}

export function serveReportView({ verdict, served, drifts, unused }: ServeReportJson): Document {
  return [
    ...drifts.flatMap(({ explanation }) => explanation.map(text)),
    ...unused.map(({ session, file, method, target }) =>
      text(`Not asked for: ${session}/${file} (${method} ${target})`),
    ),
    text(`${count(served, 'exchange')} served as on the tape, ${unused.length} not asked for.`),
    text(
      verdict === 'same'
        ? 'Same as recorded.'
        : `Drift: ${count(drifts.length + unused.length, 'thing')} not as recorded.`,
    ),
  ]
}
