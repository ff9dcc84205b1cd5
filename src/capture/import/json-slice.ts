import { walkJson } from '../format/json-text.ts'

/**
 * The text of one member of a JSON text, exactly as it is written, so that its numbers keep their digits. Null when the
 * text has no such member.
 * @throws JsonSyntaxError
 */
export function sliceOf(text: string, path: readonly string[]): string | null {
  let found: string | null = null
  const isWanted = (at: readonly string[]): boolean =>
    at.length === path.length && path.every((segment, index) => at[index] === segment)
  walkJson(text, {
    enter: (at) => !isWanted(at),
    leaf: (at, start, end) => {
      if (isWanted(at)) found = text.slice(start, end)
    },
  })
  return found
}

/** A JSON text without the spaces between its tokens. */
export function compacted(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '')
}
