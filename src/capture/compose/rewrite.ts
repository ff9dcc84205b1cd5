import type { ExchangeEntry, RecordedBody } from '../format/exchange.ts'
import { JsonSyntaxError, parseJsonOrUndefined, walkJson } from '../format/json-text.ts'

/** Gives a leaf's new JSON text, or null to leave it. The name is the last one of the path that is not an index. */
export type LeafEdit = (leaf: {
  readonly path: readonly string[]
  readonly name: string
  readonly raw: string
}) => string | null

/** The text with leaves replaced. All else, numbers and spaces included, stays as it was written. */
export function rewriteLeaves(text: string, edit: LeafEdit): string {
  let out = ''
  let from = 0
  try {
    walkJson(text, {
      enter: () => true,
      leaf: (path, start, end) => {
        const name = path.findLast((segment) => !/^\d+$/.test(segment)) ?? ''
        const replacement = edit({ path, name, raw: text.slice(start, end) })
        if (replacement === null) return
        out += text.slice(from, start) + replacement
        from = end
      },
    })
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text
    throw error
  }
  return out + text.slice(from)
}

export interface EntryEdit {
  readonly url?: (url: string) => string
  readonly requestText?: (text: string) => string
  readonly responseText?: (text: string) => string
  /** Values of response headers, by lower-case name. */
  readonly header?: (name: string, value: string) => string
  readonly startedDateTime?: string
}

/** An entry with parts rewritten, and everything that follows from them: parsed bodies, sizes, the query as a list. */
export function rewriteEntry(entry: ExchangeEntry, edit: EntryEdit): ExchangeEntry {
  const url = edit.url?.(entry.request.url) ?? entry.request.url
  const { postData } = entry.request
  const { content } = entry.response
  const asked = postData === undefined || postData.encoding === 'base64' ? null : postData.text
  const answered = content.text === undefined || content.encoding === 'base64' ? null : content.text
  const requestText = asked === null ? null : (edit.requestText?.(asked) ?? asked)
  const responseText = answered === null ? null : (edit.responseText?.(answered) ?? answered)
  const size = responseText === null || responseText === answered ? null : Buffer.byteLength(responseText)
  const headers = entry.response.headers.map(({ name, value }) => ({
    name,
    value: size !== null && name === 'content-length' ? String(size) : (edit.header?.(name, value) ?? value),
  }))
  return {
    ...entry,
    startedDateTime: edit.startedDateTime ?? entry.startedDateTime,
    request: {
      ...entry.request,
      url,
      queryString: [...new URL(url).searchParams].map(([name, value]) => ({ name, value })),
      ...(postData === undefined || requestText === null
        ? {}
        : { postData: { ...withText(postData, requestText), text: requestText } }),
      ...(requestText === null || requestText === asked ? {} : { bodySize: Buffer.byteLength(requestText) }),
    },
    response: {
      ...entry.response,
      headers,
      content: {
        ...(responseText === null ? content : withText(content, responseText)),
        ...(size === null ? {} : { size }),
      },
      ...(size === null ? {} : { bodySize: size }),
    },
    ...parsedBody('_requestBody', requestText),
    ...parsedBody('_responseBody', responseText),
  }
}

/** The compressed bytes belong to the text that they unpack to. */
function withText<T extends RecordedBody>(content: T, text: string): T {
  if (content._wire === undefined || content.text === text) return { ...content, text }
  return { ...content, text, _wire: { missing: 'rewritten' } }
}

function parsedBody(name: '_requestBody' | '_responseBody', text: string | null): Partial<ExchangeEntry> {
  const json = text === null ? undefined : parseJsonOrUndefined(text)
  return json === undefined ? {} : { [name]: json }
}

/** Ids that have another name in the scene. They are long and random, so they are replaced wherever they stand. */
export type Renames = ReadonlyMap<string, string>

/** An entry under other ids, in bodies and address alike. */
export function renameEntry(entry: ExchangeEntry, renames: Renames): ExchangeEntry {
  if (renames.size === 0) return entry
  const rename = (text: string): string => renameText(text, renames)
  return rewriteEntry(entry, { url: rename, requestText: rename, responseText: rename })
}

/** In one pass, so that a new name which is also an old one is not renamed again. */
export function renameText(text: string, renames: Renames): string {
  if (renames.size === 0) return text
  const pattern = new RegExp([...renames.keys()].map(escaped).join('|'), 'g')
  return text.replace(pattern, (id) => renames.get(id) ?? id)
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
