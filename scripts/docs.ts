import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import type { Plugin } from '@oclif/core'
import { exitCodes } from '../src/cli/exit-codes.ts'
import { venueSettings } from '../src/clients/index.ts'
import { listDenials } from '../src/safeguards/denials.ts'
import { defaultLimits, formatLimits } from '../src/safeguards/limits.ts'
import { cell } from './markdown.ts'
import { refusalsPath, refusalsText } from './refusal-docs.ts'
import { projectRoot, sourcePlugin } from './source-options.ts'

export const docsPath = `${projectRoot}/docs/commands.md`

type Manifest = Plugin['manifest']
type CachedCommand = Manifest['commands'][string]
type CachedFlag = CachedCommand['flags'][string]

const GLOBAL = 'GLOBAL'

/** The text of `docs/commands.md`, made from the commands, the exit code table, the safeguards and the settings. */
export async function docsText(): Promise<string> {
  const plugin = await sourcePlugin()
  const commands = Object.values(plugin.manifest.commands)
    .filter(({ hidden }) => hidden !== true)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  return [
    '# Commands',
    'Made by `npm run docs` from the sources; a test checks that it is up to date. `--json` results have schemas in',
    '`test/surface/schemas`.',
    '',
    ...globalSection(commands),
    ...commands.flatMap(commandSection),
    ...exitCodeSection(),
    ...denialSection(),
    ...configSection(),
  ].join('\n')
}

function globalSection(commands: readonly CachedCommand[]): readonly string[] {
  const [first] = commands
  const flags = Object.values(first?.flags ?? {}).filter((flag) => flag.helpGroup === GLOBAL)
  return ['## Flags of every command', ...flagTable(flags), '']
}

function commandSection(command: CachedCommand): readonly string[] {
  const name = command.id.replaceAll(':', ' ')
  const own = Object.values(command.flags).filter((flag) => flag.helpGroup !== GLOBAL)
  const args = Object.values(command.args)
  const usage = args.map((arg) => {
    const name = `${arg.name.toUpperCase()}${arg.multiple === true ? '...' : ''}`
    return arg.required === true ? name : `[${name}]`
  })
  return [
    `## ${name}`,
    `${sentence(command.description ?? '')}`,
    '',
    '```',
    ['crosstape', name, ...usage].join(' '),
    '```',
    ...(args.length === 0
      ? []
      : ['', ...args.map((arg) => `- \`${arg.name.toUpperCase()}\`: ${arg.description ?? ''}`)]),
    ...(own.length === 0 ? [] : ['', ...flagTable(own)]),
    '',
    ...examples(command),
    '',
  ]
}

function flagTable(flags: readonly CachedFlag[]): readonly string[] {
  return ['| flag | meaning |', '| --- | --- |', ...flags.map((flag) => `| ${flagName(flag)} | ${flagMeaning(flag)} |`)]
}

function flagName(flag: CachedFlag): string {
  if (flag.type === 'boolean') return `\`--${flag.allowNo === true ? '[no-]' : ''}${flag.name}\``
  return `\`--${flag.name} ${flag.helpValue ?? flag.name.toUpperCase()}\``
}

function flagMeaning(flag: CachedFlag): string {
  const parts = [flag.description ?? '']
  if (flag.type === 'option') {
    if (flag.options !== undefined) parts.push(`one of ${flag.options.map((option) => `\`${option}\``).join(', ')}`)
    if (flag.default !== undefined) parts.push(`default \`${String(flag.default)}\``)
  }
  if (flag.required === true) parts.push('required')
  if (flag.env !== undefined) parts.push(`variable \`${flag.env}\``)
  return cell(parts.join('; '))
}

function examples(command: CachedCommand): readonly string[] {
  const list = Array.isArray(command.examples) ? command.examples : []
  return list.flatMap((example) => {
    if (typeof example === 'string') return []
    const line = example.command.replaceAll('<%= config.bin %>', 'crosstape')
    return [`${sentence(example.description)}`, '```', line, '```']
  })
}

function exitCodeSection(): readonly string[] {
  const rows = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${cell(meaning)} |`)
  return ['## Exit codes', '| code | meaning |', '| --- | --- |', ...rows, '']
}

function denialSection(): readonly string[] {
  const rows = listDenials().map(({ code, rule }) => `| \`${code}\` | ${cell(rule)} |`)
  return [
    '## Denials',
    'A denied order was not sent. Every safeguard that says no is reported, not only the first.',
    '',
    '| code | rule |',
    '| --- | --- |',
    ...rows,
    '',
  ]
}

function configSection(): readonly string[] {
  const limits = Object.entries(formatLimits(defaultLimits)).map(
    ([name, value]) => `| \`${name}\` | ${value ?? 'none'} |`,
  )
  const venues = Object.values(venueSettings).flatMap(({ venue, urls, credentials }) => [
    ...urls.map(({ name, env }) => `| \`${venue}.urls.${name}\` | \`${env}\` |`),
    ...credentials.map(({ name, env, secret, kind }) => {
      const note = secret && kind === 'text' ? ' (in a file only as `{"env": "NAME"}`)' : ''
      return `| \`${venue}.credentials.${name}\` | \`${env}\`${note} |`
    }),
  ])
  return [
    '## Configuration',
    'Flags go before variables, variables before files. Files, strongest first: the one named with `--config`,',
    '`crosstape.config.json` in the current folder, `config.json` in your configuration folder (not read when `--config`',
    'names another), `config.json` in the data directory. A key that is not listed here stops the program.',
    '',
    '```json',
    JSON.stringify(configExample, null, 2),
    '```',
    '',
    '`environment` in a file is `sandbox` or `demo`: live is named on the command line or in `CROSSTAPE_ENV`. Limits under',
    '`environments` go before those at the top. Dollars and shares are decimal strings, times are milliseconds, `none`',
    'switches a limit off that can be off.',
    '',
    '| limit | default |',
    '| --- | --- |',
    ...limits,
    '',
    'Addresses and credentials stand under `environments.<environment>.venues`; each can be set by its variable instead. In',
    'the sandbox, variables with credentials count only when an address of that venue is set as well.',
    '',
    '| key | variable |',
    '| --- | --- |',
    ...venues,
    '',
  ]
}

const configExample = {
  environment: 'sandbox',
  dataDir: './data',
  captureDir: './recordings',
  captureFilter: 'orders',
  limits: { maxNotional: '50', maxExposure: '500' },
  environments: {
    live: {
      limits: { maxNotional: '10' },
      venues: { kalshi: { credentials: { apiKeyId: 'your-key-id', privateKeyPath: '/path/to/key.pem' } } },
    },
  },
}

/** Help texts are lower-case fragments; a page wants sentences. */
function sentence(fragment: string): string {
  return `${fragment.charAt(0).toUpperCase()}${fragment.slice(1)}.`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile(docsPath, await docsText())
  await writeFile(refusalsPath, refusalsText())
}
