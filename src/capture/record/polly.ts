import AdapterModule from '@pollyjs/adapter'
import PersisterModule from '@pollyjs/persister'

/**
 * Polly's packages are CommonJS and export the class itself, while their types promise a `default` member. Both are
 * served here, whichever the loader or bundler makes of it.
 */
export function classOf<T extends object>(module: { readonly default: T }): T {
  const inner: T | undefined = Reflect.get(module, 'default')
  return inner ?? Object(module)
}

export const PollyAdapter = classOf(AdapterModule)
export const PollyPersister = classOf(PersisterModule)
