/** JSON that remembers which of its values were looked at. */
export interface Tracked<T> {
  /** Behaves as the JSON does. */
  readonly value: T
  /** Every place with a value. */
  all(): readonly string[]
  /** Places whose value nobody has looked at, e.g. `cases[3].orderHash`. Members that nobody knows are among them. */
  unread(): readonly string[]
}

const places = new WeakMap<object, string>()

/** Where in its file a tracked object stands, for messages: writing the object itself out would count as looking at it. */
export function placeOf(value: object): string {
  const place = places.get(value)
  if (place === undefined) throw new Error('not an object of a tracked file')
  return place
}

export function track<T extends object>(root: T): Tracked<T> {
  const read = new Set<string>()
  return {
    value: wrap(root, '', read),
    all: () => [...leaves(root, '')],
    unread: () => [...leaves(root, '')].filter((place) => !read.has(place)),
  }
}

function wrap<T extends object>(target: T, place: string, read: Set<string>): T {
  const wrapped = new Map<string, object>()
  const proxy = new Proxy(target, {
    get(object, member, receiver) {
      const value: unknown = Reflect.get(object, member, receiver)
      if (typeof member !== 'string' || !Object.hasOwn(object, member)) return value
      const inside = join(place, Array.isArray(object), member)
      if (!isContainer(value)) {
        read.add(inside)
        return value
      }
      const known = wrapped.get(member) ?? wrap(value, inside, read)
      wrapped.set(member, known)
      return known
    },
  })
  places.set(proxy, place)
  // A list or object without members is looked at by getting it.
  if (Object.keys(target).length === 0) read.add(place)
  return proxy
}

function* leaves(value: unknown, place: string): Generator<string> {
  if (!isContainer(value) || Object.keys(value).length === 0) {
    yield place
    return
  }
  for (const [member, inner] of Object.entries(value)) yield* leaves(inner, join(place, Array.isArray(value), member))
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function join(place: string, inList: boolean, member: string): string {
  if (inList) return `${place}[${member}]`
  return place === '' ? member : `${place}.${member}`
}
