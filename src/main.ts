import { execute as executeCommand } from '@oclif/core'

/**
 * What `bin/run.js` runs, from the bundle. Plugins are off: oclif would otherwise load code that a package.json in the
 * data directory names, in a process that may hold live keys.
 */
export function execute(options: { readonly root: string; readonly args?: string[] }): Promise<unknown> {
  const { root, args } = options
  return executeCommand({
    ...(args === undefined ? {} : { args }),
    loadOptions: { root, userPlugins: false, devPlugins: false },
  })
}
