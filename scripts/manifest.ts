import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Plugin } from '@oclif/core'
import { projectRoot, sourcePlugin } from './source-options.ts'

export const manifestPath = `${projectRoot}/oclif.manifest.json`
export const surfacePath = `${projectRoot}/test/surface/commands.json`

type Commands = Plugin['manifest']['commands']

/**
 * The text of `oclif.manifest.json`, read from the command sources but pointing at the built files: with it, oclif starts
 * a command without looking for the others.
 */
export async function manifestText(): Promise<string> {
  const { commands, version } = await readCommands()
  const built = Object.entries(commands).map(([id, command]) => [
    id,
    { ...command, isESM: false, relativePath: builtPath(id) },
  ])
  return `${JSON.stringify({ commands: Object.fromEntries(built), version }, null, 2)}\n`
}

/** What scripts rely on: every command with its arguments and flags, in a form in which a change is easy to see. */
export async function surfaceText(): Promise<string> {
  const { commands } = await readCommands()
  const surface = Object.entries(commands).map(([id, { args, flags, aliases }]) => [
    id.replaceAll(':', ' '),
    {
      aliases: aliases.join(' '),
      args: Object.values(args)
        .map(({ name, required }) => (required === true ? name : `[${name}]`))
        .join(' '),
      flags: Object.fromEntries(
        Object.values(flags)
          .sort((a, b) => (a.name < b.name ? -1 : 1))
          .map((flag) => [flag.name, flagSurface(flag)]),
      ),
    },
  ])
  return `${JSON.stringify(Object.fromEntries(surface), null, 2)}\n`
}

async function readCommands(): Promise<{ readonly commands: Commands; readonly version: string }> {
  const plugin = await sourcePlugin()
  const sorted = Object.entries(plugin.manifest.commands).sort(([a], [b]) => (a < b ? -1 : 1))
  return { commands: Object.fromEntries(sorted), version: plugin.version }
}

function flagSurface(flag: Commands[string]['flags'][string]): string {
  const parts: string[] = [flag.type]
  if (flag.type === 'option' && flag.options !== undefined) parts.push(flag.options.join('|'))
  if (flag.type === 'option' && flag.default !== undefined) parts.push(`default ${String(flag.default)}`)
  if (flag.required === true) parts.push('required')
  if (flag.env !== undefined) parts.push(`env ${flag.env}`)
  for (const alias of flag.aliases ?? []) parts.push(`alias ${alias}`)
  if (flag.char !== undefined) parts.push(`-${flag.char}`)
  return parts.join(', ')
}

function builtPath(id: string): readonly string[] {
  return ['dist', 'commands', ...`${id.replaceAll(':', '/')}.cjs`.split('/')]
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(manifestPath, await manifestText())
  await writeFile(surfacePath, await surfaceText())
}
