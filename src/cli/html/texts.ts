/** `+1.250 s` after the start of the session. */
export function sinceStart(atMs: number, startMs: number): string {
  return `+${duration(Math.max(0, atMs - startMs))}`
}

/** `0.4 ms`, `12 ms`, `1.25 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 10) return `${Math.round(ms * 10) / 10} ms`
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${Math.round(ms / 10) / 100} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
  return `${Math.floor(ms / 3_600_000)} h ${Math.round((ms % 3_600_000) / 60_000)} min`
}

/** The beginning of an id, enough to tell it from its neighbours. */
export function shortId(id: string): string {
  return id.length <= 12 ? id : `${id.slice(0, 10)}…`
}

/** JSON with a member a line, every number as it was written. What is not JSON stays as it is. */
export function indented(text: string): string {
  if (!/^\s*[[{]/.test(text)) return text
  let depth = 0
  const line = (): string => `\n${'  '.repeat(depth)}`
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? []
  return tokens
    .map((token, index) => {
      const [before, after] = [tokens[index - 1] ?? '', tokens[index + 1] ?? '']
      switch (token) {
        case '{':
        case '[':
          depth += 1
          return /[}\]]/.test(after) ? token : `${token}${line()}`
        case '}':
        case ']':
          depth = Math.max(0, depth - 1)
          return /[{[]/.test(before) && before.length === 1 ? token : `${line()}${token}`
        case ',':
          return `,${line()}`
        case ':':
          return ': '
        default:
          return token
      }
    })
    .join('')
}
