import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { Plugin } from '@oclif/core'
import { projectRoot, sourceOptions } from './source-options.ts'

export const manifestPath = `${projectRoot}/oclif.manifest.json`

/**
 * The text of `oclif.manifest.json`, read from the command sources but pointing at the built files: with it, oclif starts
 * a command without looking for the others.
 */
export async function manifestText(): Promise<string> {
  const plugin = new Plugin(await sourceOptions())
  await plugin.load()
  const commands = Object.entries(plugin.manifest.commands)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, command]) => [id, { ...command, isESM: false, relativePath: builtPath(id) }])
  return `${JSON.stringify({ commands: Object.fromEntries(commands), version: plugin.version }, null, 2)}\n`
}

function builtPath(id: string): readonly string[] {
  return ['dist', 'commands', ...`${id.replaceAll(':', '/')}.cjs`.split('/')]
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(manifestPath, await manifestText())
}
