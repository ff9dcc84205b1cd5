import fc from 'fast-check'
import { printTree, readTree, type Tree } from './json-tree.ts'

/** What a hostile or broken sender puts in the place of a value: JSON text, and some that is none. */
const hostileValues: readonly string[] = [
  ...['null', 'true', 'false', '{}', '[]', '""', '0', '-0', '1', '-1', '0.1', '[[]]', '[null]', '{"a":1}'],
  ...['1e400', '-1e400', '1e-400', '1e5', '5E-1', '1.5e-3', '9007199254740993', '9007199254740990.6', '01', '+1', '.5'],
  ...['0.1234567', '0.30000000000000004', '1.00000000000000000001', '0.9999999999999999999', '123456789012345678901'],
  ...['NaN', 'Infinity', 'undefined', "'1'", '0x10', '1_000', '-', '1.', '--1', '1e', '1e+', '0.5.5'],
  ...['"0.5"', '"-0.5"', '"1e3"', '" 1"', '"1 "', '"1,5"', '"0x1"', '"NaN"', '"Infinity"', '"٣"', '"１"', '"1\\u0000"'],
  ...['"\\u0000"', '"\\u001b[2J"', '"\\u009b31m"', '"\\u202e0.1"', '"\\ud800"', '"\\udfff\\ud800"', '"a\\nb\\r\\tc"'],
  ...['"\u202e"', '"\u2028"', '"\ufeff"', '"__proto__"', '"constructor"', '"toString"', '"../../x"', '"KX A"'],
  ...[
    '{"__proto__":{"polluted":"1"}}',
    '{"constructor":{"prototype":{"polluted":"1"}}}',
    '{"length":1e9}',
    '{"0":"1"}',
  ],
  ...['"2026-13-45T99:99:99Z"', '"soon"', '8640000000000001', '"1e300"', '-62135596800', '"0000-00-00"'],
  `"${'9'.repeat(400)}"`,
  '9'.repeat(400),
  `0.${'0'.repeat(400)}1`,
  `"${'a'.repeat(5_000)}"`,
  `"${'1'.repeat(5_000)}x"`,
  `"${'.'.repeat(2_000)}"`,
  `${'['.repeat(300)}${']'.repeat(300)}`,
  `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`,
]

const hostileNames: readonly string[] = [
  ...[
    '"__proto__"',
    '"constructor"',
    '"prototype"',
    '"toString"',
    '"hasOwnProperty"',
    '"length"',
    '""',
    '"0"',
    '"a.b"',
  ],
  ...['"\\u0000"', '"\\u001b[2J"', '"\\u009b"', '"\u202e"', '"\\ud800"', '"then"', '"toJSON"', '"value"', '"kind"'],
]

const hostileBytes: readonly string[] = [
  ...[
    '\u0000',
    '\u001b',
    '\u009b',
    '\u202e',
    '\ufeff',
    '\ud800',
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '.',
    '-',
    'e',
  ],
  ...['0', '9', ' ', '\n', '\u2028'],
]

/** One change. Places are numbers that are taken modulo what there is, so that any number is a place, and 0 is simplest. */
export type Mutation = readonly [kind: number, at: number, choice: number]

const changesOfTrees = [replace, remove, repeat, rename, swap, hide, bury, nudge, append] as const
const changesOfText = [flip, cut, insert, erase, copy] as const
const KINDS = changesOfTrees.length + changesOfText.length

/** Mostly one change or two: far from the valid nothing is left to find. */
export const someMutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.tuple(fc.nat(KINDS - 1), fc.nat(9_999), fc.nat(9_999)),
  { maxLength: 4 },
)

export function mutate(text: string, mutations: readonly Mutation[]): string {
  return mutations.reduce((changed, [kind, at, choice]) => {
    const ofTree = changesOfTrees[kind]
    if (ofTree === undefined) return pick(changesOfText, kind - changesOfTrees.length)(changed, at, choice)
    const tree = readTree(changed)
    return tree === null ? changed : printTree(ofTree(tree, at, choice))
  }, text)
}

function pick<T>(from: readonly T[], index: number): T {
  const found = from[index % from.length]
  if (found === undefined) throw new Error('nothing to pick from')
  return found
}

const raw = (text: string): Tree => ({ kind: 'raw', text })

function sizeOf(tree: Tree): number {
  switch (tree.kind) {
    case 'object':
      return tree.members.reduce((sum, { value }) => sum + sizeOf(value), 1)
    case 'list':
      return tree.items.reduce((sum, item) => sum + sizeOf(item), 1)
    case 'raw':
      return 1
  }
}

/** The tree with `change` applied to its node number `at`, in the order of the text. */
function changeNode(tree: Tree, at: number, change: (node: Tree) => Tree): Tree {
  let left = at % sizeOf(tree)
  const visit = (node: Tree): Tree => {
    if (left-- === 0) return change(node)
    if (left < 0 || node.kind === 'raw') return node
    if (node.kind === 'list') return { kind: 'list', items: node.items.map(visit) }
    return { kind: 'object', members: node.members.map(({ name, value }) => ({ name, value: visit(value) })) }
  }
  return visit(tree)
}

type Members = Extract<Tree, { kind: 'object' }>['members']

/** The tree with the members of one of its objects changed. */
function changeMembers(tree: Tree, at: number, change: (members: Members) => Members): Tree {
  let left = at % Math.max(1, objectsIn(tree))
  const visit = (node: Tree): Tree => {
    if (node.kind === 'raw') return node
    if (node.kind === 'list') return { kind: 'list', items: node.items.map(visit) }
    const members = left-- === 0 ? change(node.members) : node.members
    return { kind: 'object', members: members.map(({ name, value }) => ({ name, value: visit(value) })) }
  }
  return visit(tree)
}

function objectsIn(tree: Tree): number {
  if (tree.kind === 'raw') return 0
  if (tree.kind === 'list') return tree.items.reduce((sum, item) => sum + objectsIn(item), 0)
  return tree.members.reduce((sum, { value }) => sum + objectsIn(value), 1)
}

function replace(tree: Tree, at: number, choice: number): Tree {
  return changeNode(tree, at, () => raw(pick(hostileValues, choice)))
}

function remove(tree: Tree, at: number, choice: number): Tree {
  return changeMembers(tree, at, (members) => members.filter((_, index) => index !== choice % members.length))
}

/** A member twice, with another value the second or the first time. */
function repeat(tree: Tree, at: number, choice: number): Tree {
  return changeMembers(tree, at, (members) => {
    const member = members[choice % Math.max(1, members.length)]
    if (member === undefined) return members
    const again = { name: member.name, value: raw(pick(hostileValues, choice)) }
    return choice % 2 === 0 ? [...members, again] : [again, ...members]
  })
}

function rename(tree: Tree, at: number, choice: number): Tree {
  return changeMembers(tree, at, (members) =>
    members.map((member, index) =>
      index === choice % members.length ? { ...member, name: pick(hostileNames, choice) } : member,
    ),
  )
}

/** The values of two members change places: each is fine, and in the wrong one. */
function swap(tree: Tree, at: number, choice: number): Tree {
  return changeMembers(tree, at, (members) => {
    const [one, other] = [choice % Math.max(1, members.length), (choice + 1 + at) % Math.max(1, members.length)]
    return members.map((member, index) => {
      const from = index === one ? other : index === other ? one : index
      return { name: member.name, value: (members[from] ?? member).value }
    })
  })
}

/** All members move under a name that prototypes hide behind. */
function hide(tree: Tree, at: number, choice: number): Tree {
  return changeMembers(tree, at, (members) => [
    { name: pick(hostileNames, choice), value: { kind: 'object', members } },
  ])
}

/** The value goes deep inside lists or objects. */
function bury(tree: Tree, at: number, choice: number): Tree {
  const depth = pick([1, 2, 60, 250, 400], choice)
  const [open, close] = choice % 2 === 0 ? ['[', ']'] : ['{"a":', '}']
  return changeNode(tree, at, (node) => raw(`${open.repeat(depth)}${printTree(node)}${close.repeat(depth)}`))
}

/** A number, or the digits of a text, a little off: more places, another sign, an exponent, or the other form. */
function nudge(tree: Tree, at: number, choice: number): Tree {
  return changeNode(tree, at, (node) => {
    if (node.kind !== 'raw') return node
    const bare = node.text.replaceAll('"', '')
    if (!/^-?\d/.test(bare)) return node
    const off = pick(
      [`-${bare}`, `${bare}0`, `${bare}1`, `${bare}e1`, `${bare}e-1`, `0${bare}`, `${bare}00000001`, `${bare}.5`, bare],
      choice,
    )
    return raw((choice % 2 === 0) === node.text.startsWith('"') ? `"${off}"` : off)
  })
}

/** A list gets one more item, or an object one more member. */
function append(tree: Tree, at: number, choice: number): Tree {
  const value = raw(pick(hostileValues, choice))
  return changeNode(tree, at, (node) => {
    if (node.kind === 'list') return { kind: 'list', items: [...node.items, value] }
    if (node.kind === 'raw') return node
    return { kind: 'object', members: [...node.members, { name: pick(hostileNames, choice), value }] }
  })
}

function flip(text: string, at: number, choice: number): string {
  const place = at % Math.max(1, text.length)
  const flipped = String.fromCharCode(text.charCodeAt(place) ^ (1 << (choice % 8)))
  return `${text.slice(0, place)}${flipped}${text.slice(place + 1)}`
}

function cut(text: string, at: number): string {
  return text.slice(0, at % Math.max(1, text.length))
}

function insert(text: string, at: number, choice: number): string {
  const place = at % Math.max(1, text.length)
  return `${text.slice(0, place)}${pick(hostileBytes, choice)}${text.slice(place)}`
}

function erase(text: string, at: number, choice: number): string {
  const place = at % Math.max(1, text.length)
  return `${text.slice(0, place)}${text.slice(place + 1 + (choice % 12))}`
}

/** A stretch of the text a second time, elsewhere. */
function copy(text: string, at: number, choice: number): string {
  const from = at % Math.max(1, text.length)
  const to = choice % Math.max(1, text.length)
  return `${text.slice(0, to)}${text.slice(from, from + 1 + (choice % 40))}${text.slice(to)}`
}
