import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from '../../../scripts/source-options.ts'

/** The ready line of `sandbox serve --json`, as far as a client needs it. */
export interface ReadySandbox {
  readonly kalshi: { readonly rest: string; readonly apiKeyId: string; readonly privateKeyPath: string }
  readonly polymarket: { readonly clob: string; readonly privateKey: string; readonly funder: string }
  readonly control: string
}

export type Levels = readonly (readonly [price: string, quantity: string])[]

/** The built program, serving both venues from a data directory of its own. */
export class ServedSandbox {
  private constructor(
    readonly ready: ReadySandbox,
    private readonly child: ChildProcess,
    private readonly home: string,
  ) {}

  static async start(): Promise<ServedSandbox> {
    const home = await mkdtemp(join(tmpdir(), 'crosstape-sdk-'))
    const child = spawn(process.execPath, ['bin/run.js', 'sandbox', 'serve', '--json', '--port', '0'], {
      cwd: projectRoot,
      env: {
        PATH: process.env.PATH,
        NODE_OPTIONS: process.env.NODE_OPTIONS,
        HOME: home,
        CROSSTAPE_DATA_DIR: join(home, 'data'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new ServedSandbox(JSON.parse(await readyLine(child)), child, home)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM')
      await once(this.child, 'close')
    }
    await rm(this.home, { recursive: true, force: true })
  }

  /** Replaces what the synthetic maker quotes, in YES dollars. */
  async setBook(market: string, bids: Levels, asks: Levels): Promise<void> {
    await this.control('POST', 'books', { market, bids, asks })
  }

  async setMarket(market: string, change: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('POST', 'markets', { market, ...change })
  }

  async advance(ms: number): Promise<void> {
    await this.control('POST', 'clock', { advanceMs: ms })
  }

  async addFault(rule: Readonly<Record<string, unknown>>): Promise<void> {
    await this.control('POST', 'faults', rule)
  }

  async clearFaults(): Promise<void> {
    await this.control('DELETE', 'faults')
  }

  async control(method: string, what: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(`${this.ready.control}/${what}`, init)
    const text = await response.text()
    if (!response.ok) throw new Error(`the sandbox refused ${method} ${what}: ${text}`)
    return JSON.parse(text)
  }
}

async function readyLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error('the program has no output')
  let narration = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    narration += text
  })
  const lines = createInterface({ input: child.stdout })
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`sandbox serve ended with ${code} (is the program built? npm run build): ${narration}`)
  })
  const [line] = await Promise.race([once(lines, 'line'), ended])
  // Nobody waits for the end of a program that did start.
  ended.catch(() => {})
  return line
}
