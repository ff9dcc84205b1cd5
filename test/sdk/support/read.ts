/** Looks into what an SDK hands over: JSON of which nothing is known until it has been looked at. */

/** The value at a path such as `orders.0.order_id`. @throws Error that shows the whole, when a part is missing. */
export function at(value: unknown, path: string): unknown {
  let current = value
  for (const part of path.split('.')) {
    const members = typeof current === 'object' && current !== null ? new Map(Object.entries(current)) : new Map()
    if (!members.has(part)) throw new Error(`no ${path} in ${JSON.stringify(value)}`)
    current = members.get(part)
  }
  return current
}

export function textAt(value: unknown, path: string): string {
  const found = at(value, path)
  if (typeof found !== 'string') throw new Error(`${path} is no text in ${JSON.stringify(value)}`)
  return found
}

export function numberAt(value: unknown, path: string): number {
  const found = at(value, path)
  if (typeof found !== 'number') throw new Error(`${path} is no number in ${JSON.stringify(value)}`)
  return found
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = path === '' ? value : at(value, path)
  if (!Array.isArray(found)) throw new Error(`${path} is no list in ${JSON.stringify(value)}`)
  return found
}
