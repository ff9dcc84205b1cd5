import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Interfaces } from '@oclif/core'

/** The folder that holds package.json. */
export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

/** How oclif finds the commands in `src` instead of the built ones in `dist`, and reads them instead of the manifest. */
export async function sourceOptions(): Promise<Interfaces.Options & { readonly pjson: Interfaces.PJSON }> {
  const pjson: Interfaces.PJSON = JSON.parse(await readFile(`${projectRoot}/package.json`, 'utf8'))
  return {
    root: projectRoot,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    pjson: { ...pjson, oclif: { ...pjson.oclif, commands: './src/commands' } },
  }
}
