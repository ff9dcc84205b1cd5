import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Interfaces, Plugin } from '@oclif/core'

/** The folder that holds package.json. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** The commands read from `src`, without the built ones in `dist` and without the manifest. */
export async function sourcePlugin(): Promise<Plugin> {
  const pjson: Interfaces.PJSON = JSON.parse(await readFile(`${projectRoot}/package.json`, 'utf8'))
  const plugin = new Plugin({
    root: projectRoot,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands: './src/commands' } },
  })
  await plugin.load()
  return plugin
}

/** How oclif runs the commands from their sources. */
export async function sourceOptions(): Promise<Interfaces.Options> {
  const plugin = await sourcePlugin()
  // oclif ignores `ignoreManifest` here, but takes a plugin that was loaded without one.
  return {
    root: projectRoot,
    pjson: plugin.pjson,
    plugins: new Map([[plugin.name, plugin]]),
    userPlugins: false,
    devPlugins: false,
  }
}
