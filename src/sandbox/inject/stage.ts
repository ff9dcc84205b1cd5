import type { CommandWatcher } from '../commands.ts'
import type { Exchange } from '../exchange.ts'
import type { SandboxHost } from '../face.ts'

/** The exchange that edges are injected into, and a place beside its commands. */
export interface Stage extends SandboxHost {
  /** The exchange without the clock. */
  readonly core: Exchange
  /** Has each command shown to a watcher from now on. Returns what ends it. */
  watchCommands(watcher: CommandWatcher): () => void
}
