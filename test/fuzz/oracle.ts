import { errorText, reportError } from '../../src/cli/error-report.ts'
import { AmountError } from '../../src/domain/amounts.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { ViewDamaged } from '../../src/store/view-file.ts'
import { cutOff, exactly, readTree, scalarsIn, type Tree, treeAt } from './json-tree.ts'

const PLACES = 6

/** How the amounts of a decoded value are found again in the text. */
export type Oracle =
  /** At the same path, but for members that the decoder renamed: new name → names in the text. */
  | {
      readonly kind: 'paths'
      readonly renamed?: Readonly<Record<string, readonly string[]>>
      /** Members whose surplus digits are cut off: nothing depends on them. */
      readonly cut?: readonly string[]
      /** Amounts are written as whole millionths. */
      readonly places?: number
      /** Whole numbers went through JSON.parse: they are what a double makes of them. */
      readonly doubles?: true
    }
  /** Somewhere in the text: the decoder rearranges it. */
  | { readonly kind: 'somewhere' }
  /** The value holds no amounts of the text. */
  | { readonly kind: 'none' }

/** What is wrong with a decoded value, or null. */
export function wrongNumber(oracle: Oracle, text: string, value: unknown): string | null {
  if (oracle.kind === 'none') return null
  const tree = readTree(text)
  if (tree === null) return 'a value was read from what is not JSON'
  if (oracle.kind === 'paths') return wrongAtPaths(oracle, tree, value, [])
  const written = new Set(scalarsIn(tree).map((one) => exactly(one, PLACES)))
  const invented = bigintsIn(value).find((one) => !written.has(one))
  return invented === undefined ? null : `${invented} millionths stand nowhere in the text`
}

type Paths = Extract<Oracle, { kind: 'paths' }>

function wrongAtPaths(oracle: Paths, tree: Tree, value: unknown, path: readonly string[]): string | null {
  if (typeof value === 'bigint' || typeof value === 'number') {
    const found = treesAt(oracle, tree, path)
    const right = found.some((one) => one.kind === 'raw' && sameNumber(oracle, path, one.text, value))
    return right ? null : `${path.join('.')} was read as ${value}, and the text has ${found.map(shown).join(' or ')}`
  }
  if (typeof value !== 'object' || value === null) return null
  for (const [name, part] of Object.entries(value)) {
    const wrong = wrongAtPaths(oracle, tree, part, [...path, name])
    if (wrong !== null) return wrong
  }
  return null
}

/** Renamed members may have had one of several names. */
function treesAt(oracle: Paths, tree: Tree, path: readonly string[]): readonly Tree[] {
  const [first, ...rest] = path
  if (first === undefined) return [tree]
  const names = Object.hasOwn(oracle.renamed ?? {}, first) ? (oracle.renamed?.[first] ?? []) : [first]
  return names.flatMap((name) => {
    const inner = treeAt(tree, [name])
    return inner === undefined ? [] : treesAt(oracle, inner, rest)
  })
}

function sameNumber(
  { cut = [], places = PLACES, doubles }: Paths,
  path: readonly string[],
  text: string,
  value: bigint | number,
): boolean {
  if (typeof value === 'number') return doubles ? Number(text) === value : exactly(text, 0) === BigInt(value)
  const isCut = cut.includes(path.at(-1) ?? '')
  return (isCut ? cutOff(text, places) : exactly(text, places)) === value
}

function shown(tree: Tree): string {
  return tree.kind === 'raw' ? tree.text.slice(0, 60) : `a ${tree.kind}`
}

function bigintsIn(value: unknown): readonly bigint[] {
  if (typeof value === 'bigint') return [value]
  if (value instanceof Map) return [...value.values()].flatMap(bigintsIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(bigintsIn) : []
}

const STEERING = /(?!\n)[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u

/** What is wrong with an error that a decoder threw, or null when it is a named one that can be shown. */
export function wrongError(error: unknown): string | null {
  if (error instanceof ViewDamaged || error instanceof AmountError) return null
  if (!(error instanceof ToolkitError)) return `it threw ${String(error).slice(0, 200)}`
  const printed = errorText(reportError(error, 'fuzz'))
  return STEERING.test(printed) ? `its message would steer a terminal: ${JSON.stringify(printed)}` : null
}

/** What is wrong with a text for people, or null. */
export function wrongText(text: string): string | null {
  return STEERING.test(text) ? `it would steer a terminal: ${JSON.stringify(text.slice(0, 200))}` : null
}
