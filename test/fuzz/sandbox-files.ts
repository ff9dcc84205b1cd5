import { ToolkitError } from '../../src/domain/errors.ts'
import { kalshiAccount } from '../../src/sandbox/host.ts'
import { encodeJson } from '../../src/sandbox/json.ts'
import { decodeState, newState } from '../../src/sandbox/saved/saved.ts'
import { fileStore, memoryStore } from '../../src/sandbox/state-files.ts'
import { placeCommand } from '../sandbox/support/exchange.ts'
import { script, scriptHost } from '../sandbox/support/script.ts'
import { originMs } from '../sandbox/support/small-catalogue.ts'
import type { Decoder } from './decoders.ts'
import { inFolder } from './in-folder.ts'
import { printTree, readTree } from './json-tree.ts'

const origin = { seed: 'script', originMs }
const MONTH_MS = 30 * 86_400_000

/** The sandbox that these files make, put to use: it goes on, soon comes to an end, and what it writes can be read. */
function use(folder: string): unknown {
  const store = fileStore(folder)
  try {
    const { core } = scriptHost(store)
    for (const [index, command] of script.entries()) attempt(() => core.execute(command, core.nowMs + index))
    core.advanceTo(core.nowMs + MONTH_MS)
    return decodeState(stateWith(core.snapshot()))
  } finally {
    store.close()
  }
}

/** The script does not fit every state, and control commands say so by an error. */
function attempt(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
  }
}

function stateWith(snapshot: unknown): string {
  return encodeJson({ ...newState(origin), sequence: script.length, snapshot })
}

/** The state after so many commands. */
function stateAfter(count: number): string {
  const { core } = scriptHost(memoryStore)
  for (const command of script.slice(0, count)) core.execute(command, originMs)
  return stateWith(core.snapshot())
}

/** The items of a list as lines; a text that is none as it is. */
function asLines(text: string): string {
  const tree = readTree(text)
  return tree?.kind === 'list' ? tree.items.map((item) => `${printTree(item)}\n`).join('') : text
}

/** What the sandbox keeps on disk. Behind the schemas the whole exchange is tried: it must not run into what they let pass. */
export const sandboxFiles: readonly Decoder[] = [
  inFolder({
    name: 'sandbox.log',
    covers: ['sandbox/saved/saved.ts#decodeEntry'],
    seeds: () => {
      const moved = { n: script.length + 1, t: originMs, clockOffsetMs: 62_000 }
      const more = placeCommand({ account: kalshiAccount, market: 'kalshi:KXA', price: '0.3', quantity: '1' })
      const entries = script.map((command, index) => ({ n: index + 1, t: originMs + index, command }))
      return [encodeJson([...entries, moved, { n: script.length + 2, t: originMs + 62_000, command: more }])]
    },
    file: 'commands.jsonl',
    beside: () => ({ 'state.json': encodeJson(newState(origin)) }),
    wrap: asLines,
    read: use,
  }),
  inFolder({
    name: 'sandbox.state',
    covers: ['sandbox/saved/saved.ts#decodeState'],
    seeds: () => [stateAfter(script.length - 7), stateAfter(script.length)],
    file: 'state.json',
    read: use,
  }),
]
