import { Flags } from '@oclif/core'
import type { FlagSettings } from '../config/config.ts'
import { environments } from '../config/environment.ts'

const helpGroup = 'GLOBAL'

/** The flags that every command takes. `--json` is oclif's own. */
export const globalFlags = {
  env: Flags.option({ options: environments })({
    helpGroup,
    env: 'CROSSTAPE_ENV',
    description: 'where orders go; live must be named here or in the variable [default: sandbox]',
  }),
  'data-dir': Flags.string({
    helpGroup,
    env: 'CROSSTAPE_DATA_DIR',
    helpValue: 'DIR',
    description: 'folder of the journal, its views and the sandbox',
  }),
  config: Flags.string({ helpGroup, helpValue: 'FILE', description: 'configuration file to use instead of your own' }),
  yes: Flags.boolean({
    helpGroup,
    default: false,
    description: 'agree beforehand; skips the question, never a safeguard',
  }),
  quiet: Flags.boolean({ helpGroup, default: false, description: 'no narration on stderr; warnings and errors stay' }),
  'capture-dir': Flags.string({
    helpGroup,
    env: 'CAPTURE_DIR',
    helpValue: 'DIR',
    description: 'switch capture on and keep recordings in this folder',
  }),
  'capture-filter': Flags.string({
    helpGroup,
    env: 'CAPTURE_FILTER',
    helpValue: 'FILTER',
    description: 'orders, all, or a regular expression on "METHOD url" [default: orders]',
  }),
  session: Flags.string({ helpGroup, helpValue: 'NAME', description: 'name of the recording' }),
}

/** What parsing gives for `globalFlags`. */
export interface ParsedGlobalFlags {
  readonly env: FlagSettings['environment'] | undefined
  readonly 'data-dir': string | undefined
  readonly config: string | undefined
  readonly yes: boolean
  readonly quiet: boolean
  readonly 'capture-dir': string | undefined
  readonly 'capture-filter': string | undefined
  readonly session: string | undefined
}

export function flagSettings(flags: ParsedGlobalFlags): FlagSettings {
  return {
    ...(flags.env === undefined ? {} : { environment: flags.env }),
    ...(flags['data-dir'] === undefined ? {} : { dataDir: flags['data-dir'] }),
    ...(flags.config === undefined ? {} : { config: flags.config }),
    ...(flags['capture-dir'] === undefined ? {} : { captureDir: flags['capture-dir'] }),
    ...(flags['capture-filter'] === undefined ? {} : { captureFilter: flags['capture-filter'] }),
    ...(flags.session === undefined ? {} : { session: flags.session }),
  }
}
