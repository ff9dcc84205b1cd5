/** Line and column, both from 1, of a character offset. */
export function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}

/**
 * Where each key of a JSON text stands, by its path joined with dots. The text must already have been parsed: this reads
 * valid JSON only, since JSON parsers do not tell where a key was.
 */
export function keyOffsets(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  let at = 0
  const skipBlanks = (): void => {
    while (/\s/.test(text.charAt(at))) at++
  }
  const readString = (): string => {
    const start = at++
    while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
    at++
    return text.slice(start + 1, at - 1)
  }
  const readMembers = (close: string, path: readonly string[]): void => {
    at++
    for (let index = 0; at < text.length; index++) {
      skipBlanks()
      if (text.charAt(at) === ',') at++
      skipBlanks()
      if (text.charAt(at) === close) break
      readMember(close === '}' ? null : String(index), path)
    }
    at++
  }
  const readMember = (position: string | null, path: readonly string[]): void => {
    const start = at
    const name = position ?? readString()
    if (position === null) at = text.indexOf(':', at) + 1
    found.set([...path, name].join('.'), start)
    readValue([...path, name])
  }
  const readValue = (path: readonly string[]): void => {
    skipBlanks()
    const first = text.charAt(at)
    if (first === '{') readMembers('}', path)
    else if (first === '[') readMembers(']', path)
    else if (first === '"') readString()
    else while (at < text.length && !/[\s,}\]]/.test(text.charAt(at))) at++
  }
  readValue([])
  return found
}

/** Where a JSON text goes deeper than `depth` brackets; null when it does not. For text that need not be valid. */
export function tooDeepAt(text: string, depth: number): number | null {
  let open = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === '[' || token === '{') open++
    if (token === ']' || token === '}') open--
    if (open > depth) return index
  }
  return null
}
