/** Where a text stops being JSON. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError'
  readonly line: number
  readonly column: number

  constructor(text: string, offset: number, problem: string) {
    const before = text.slice(0, offset)
    const line = before.split('\n').length
    const column = offset - before.lastIndexOf('\n')
    super(`line ${line}, column ${column}: ${problem}`)
    this.line = line
    this.column = column
  }
}

export interface JsonVisitor {
  /** Called for each object and array. False skips its inside and reports it as one leaf. */
  enter(path: readonly string[]): boolean
  /** A scalar, an empty object or array, or a skipped one: `text.slice(start, end)`. */
  leaf(path: readonly string[], start: number, end: number): void
}

/** Containers in each other that are walked. A deeper text is an attack, not an answer of a venue. */
export const DEPTH_MAX = 200
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids raw control characters in strings.
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
const SPACE = /[ \t\r\n]*/y

/**
 * Walks a JSON text without turning it into values, so that numbers stay exactly as they were written and parts can be
 * cut out of the text itself. Array elements have their index as the last path segment.
 * @throws JsonSyntaxError
 */
export function walkJson(text: string, visitor: JsonVisitor): void {
  const path: string[] = []
  let at = 0
  const quiet: JsonVisitor = { enter: () => true, leaf: () => undefined }

  function fail(problem: string): never {
    throw new JsonSyntaxError(text, at, problem)
  }
  function skipSpace(): void {
    SPACE.lastIndex = at
    SPACE.test(text)
    at = SPACE.lastIndex
  }
  function take(pattern: RegExp, what: string): void {
    pattern.lastIndex = at
    if (!pattern.test(text)) fail(at >= text.length ? 'the text ends too early' : `expected ${what}`)
    at = pattern.lastIndex
  }
  function expect(character: string): void {
    if (text[at] !== character) fail(at >= text.length ? 'the text ends too early' : `expected ${character}`)
    at += 1
  }

  function value(to: JsonVisitor): void {
    skipSpace()
    const start = at
    const opening = text[at]
    if (opening === '{' || opening === '[') {
      const entered = to.enter(path)
      const inside = container(opening, entered ? to : quiet)
      if (!entered || inside === 0) to.leaf(path, start, at)
    } else {
      if (opening === '"') take(STRING, 'a whole string')
      else take(SCALAR, 'a value')
      to.leaf(path, start, at)
    }
    skipSpace()
  }

  /** Returns how many members it has. */
  function container(opening: '{' | '[', to: JsonVisitor): number {
    const closing = opening === '{' ? '}' : ']'
    if (path.length >= DEPTH_MAX) fail(`nested deeper than ${DEPTH_MAX}`)
    expect(opening)
    skipSpace()
    let count = 0
    if (text[at] === closing) {
      at += 1
      return count
    }
    for (;;) {
      path.push(opening === '{' ? memberName() : String(count))
      value(to)
      path.pop()
      count += 1
      if (text[at] === closing) break
      expect(',')
    }
    at += 1
    return count
  }

  function memberName(): string {
    skipSpace()
    const start = at
    take(STRING, 'a member name')
    const raw = text.slice(start + 1, at - 1)
    const name = raw.includes('\\') ? String(JSON.parse(`"${raw}"`)) : raw
    skipSpace()
    expect(':')
    return name
  }

  value(visitor)
  if (at < text.length) fail('expected the end of the text')
}

/** Every leaf of a JSON text by its path (`order.price`, `orders.0.count`), as the text has it. Null when it is not JSON. */
export function flattenJson(text: string): ReadonlyMap<string, string> | null {
  const leaves = new Map<string, string>()
  try {
    walkJson(text, {
      enter: () => true,
      leaf: (path, start, end) => leaves.set(path.join('.'), text.slice(start, end)),
    })
  } catch (error) {
    if (error instanceof JsonSyntaxError) return null
    throw error
  }
  return leaves
}

/** The line on which the value of a path begins, or that of the nearest value around it that is there. 1 when it is not JSON. */
export function lineOfPath(text: string, path: readonly string[]): number {
  let found: number | null = null
  try {
    walkJson(text, {
      // Into what the path leads through and no further, so that the value itself is a leaf.
      enter: (at) => at.length < path.length && at.every((segment, index) => segment === path[index]),
      leaf: (at, start) => {
        if (at.length === path.length && at.every((segment, index) => segment === path[index])) found ??= start
      },
    })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
  }
  if (found === null) return path.length === 0 ? 1 : lineOfPath(text, path.slice(0, -1))
  return text.slice(0, found).split('\n').length
}

/** The parsed text, or undefined when it is not JSON. */
export function parseJsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
