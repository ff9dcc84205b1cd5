/**
 * A second reading of JSON, written for the oracle alone: it shares no code with what it judges, keeps numbers and
 * strings as they were written, and keeps duplicate members.
 */
export type Tree =
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'list'; readonly items: readonly Tree[] }
  /** A scalar as written, quotes included. Mutations put anything here, JSON or not. */
  | { readonly kind: 'raw'; readonly text: string }

interface Member {
  /** As written, quotes included. */
  readonly name: string
  readonly value: Tree
}

const TOKEN = /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|([^\s{}[\],:"]+))/suy

/** Null when the text is not JSON, as far as structure goes. */
export function readTree(text: string): Tree | null {
  const pattern = new RegExp(TOKEN)
  const next = (): string | null => {
    const match = pattern.exec(text)
    return match === null ? null : (match[1] ?? match[2] ?? match[3] ?? null)
  }
  const members = (): readonly Member[] | null => {
    const found: Member[] = []
    for (let name = next(); name !== '}'; name = next()) {
      if (name === ',' && found.length > 0) name = next()
      if (name === null || !name.startsWith('"') || next() !== ':') return null
      const value = valueFrom(next())
      if (value === null) return null
      found.push({ name, value })
    }
    return found
  }
  const items = (): readonly Tree[] | null => {
    const found: Tree[] = []
    for (let token = next(); token !== ']'; token = next()) {
      const value = valueFrom(token === ',' && found.length > 0 ? next() : token)
      if (value === null) return null
      found.push(value)
    }
    return found
  }
  const valueFrom = (token: string | null): Tree | null => {
    if (token === '{') {
      const inside = members()
      return inside === null ? null : { kind: 'object', members: inside }
    }
    if (token === '[') {
      const inside = items()
      return inside === null ? null : { kind: 'list', items: inside }
    }
    return token === null || /^[}\],:]/.test(token) ? null : { kind: 'raw', text: token }
  }
  try {
    return valueFrom(next())
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

export function printTree(tree: Tree): string {
  switch (tree.kind) {
    case 'object':
      return `{${tree.members.map(({ name, value }) => `${name}:${printTree(value)}`).join(',')}}`
    case 'list':
      return `[${tree.items.map(printTree).join(',')}]`
    case 'raw':
      return tree.text
  }
}

/** What stands at a path; of members with one name the last. Undefined when there is nothing. */
export function treeAt(tree: Tree, path: readonly string[]): Tree | undefined {
  const [first, ...rest] = path
  if (first === undefined) return tree
  if (tree.kind === 'list') {
    const item = tree.items[Number(first)]
    return item === undefined ? undefined : treeAt(item, rest)
  }
  if (tree.kind === 'raw') return undefined
  const member = tree.members.findLast(({ name }) => nameOf(name) === first)
  return member === undefined ? undefined : treeAt(member.value, rest)
}

function nameOf(written: string): string {
  try {
    return String(JSON.parse(written))
  } catch {
    return written
  }
}

/** Every scalar of a tree, as written. */
export function scalarsIn(tree: Tree): readonly string[] {
  switch (tree.kind) {
    case 'object':
      return tree.members.flatMap(({ value }) => scalarsIn(value))
    case 'list':
      return tree.items.flatMap(scalarsIn)
    case 'raw':
      return [tree.text]
  }
}

/** A decimal as whole number of 10^-places, exactly; null when it is none, or has more places than that. */
export function exactly(written: string, places: number): bigint | null {
  const text = written.startsWith('"') ? nameOf(written) : written
  const match = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text)
  if (match === null) return null
  const [, sign = '', whole = '', fraction = '', power = '0'] = match
  const shift = places + Number(power) - fraction.length
  const digits = BigInt(whole + fraction)
  const scale = 10n ** BigInt(Math.abs(shift))
  if (shift < 0 && digits % scale !== 0n) return null
  const value = shift < 0 ? digits / scale : digits * scale
  return sign === '-' ? -value : value
}

/** More places than any text here has. */
const SPARE = 40

/** As `exactly`, digits beyond the places cut off. */
export function cutOff(written: string, places: number): bigint | null {
  const fine = exactly(written, places + SPARE)
  return fine === null ? null : fine / 10n ** BigInt(SPARE)
}
