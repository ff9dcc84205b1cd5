/** Which methods of the SDKs this run has called: the last file of the suite holds them against all there are. */
const called = new Map<string, Set<string>>()

/** The same object, with a note of each method that is called on it. Nothing of the object is changed. */
export function noted<Api extends object>(name: string, api: Api): Api {
  const calls = called.get(name) ?? new Set<string>()
  called.set(name, calls)
  return new Proxy(api, {
    get: (target, property) => {
      const value: unknown = Reflect.get(target, property)
      if (typeof value !== 'function' || typeof property !== 'string') return value
      // Bound to the object itself: what it calls of its own does not count as called by us.
      return (...args: readonly unknown[]): unknown => {
        calls.add(property)
        return Reflect.apply(value, target, args)
      }
    },
  })
}

export function calledOn(name: string): ReadonlySet<string> {
  return called.get(name) ?? new Set()
}

/** Names of the methods that a class of an SDK has for its users. */
export function methodsOf(type: { readonly prototype: object }): readonly string[] {
  return Object.getOwnPropertyNames(type.prototype).filter((name) => name !== 'constructor' && !name.startsWith('_'))
}
