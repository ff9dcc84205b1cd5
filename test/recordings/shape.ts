/** A JSON text without its values: names and kinds. Anything else is called what it is. */
export function shapeOf(text: string): unknown {
  if (text === '') return 'empty'
  try {
    return shape(JSON.parse(text))
  } catch {
    return 'text'
  }
}

function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [/^0x/.test(name) ? '0x' : name, shape(member)]),
  )
}
