import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where a Chromium is, or null. `CROSSTAPE_CHROMIUM` names another one. */
export function findChromium(): string | null {
  const named = process.env.CROSSTAPE_CHROMIUM
  return (named === undefined ? places : [named]).find((path) => existsSync(path)) ?? null
}

// Nothing of it may look for the network: tests run where there is none.
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
  'about:blank',
]

interface Reply {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly sessionId?: string
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: { readonly message: string }
}

/** A headless browser over its own protocol. Source: https://chromedevtools.github.io/devtools-protocol/ */
export class Chromium {
  #lastId = 0
  #waiting = new Map<number, (reply: Reply) => void>()
  #events: Reply[] = []

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
    private readonly socket: WebSocket,
  ) {
    socket.on('message', (data: Buffer) => {
      const reply: Reply = JSON.parse(data.toString())
      if (reply.id === undefined) this.#events.push(reply)
      else this.#waiting.get(reply.id)?.(reply)
    })
  }

  static async start(executable: string): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), 'crosstape-chromium-'))
    const child = spawn(executable, [`--user-data-dir=${profile}`, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
    const address = await new Promise<string>((resolve, reject) => {
      let said = ''
      child.stderr?.on('data', (data: Buffer) => {
        said += data.toString()
        const found = /ws:\/\/\S+/.exec(said)?.[0]
        if (found !== undefined) resolve(found)
      })
      child.once('exit', () => reject(new Error(`Chromium ended: ${said}`)))
    })
    const socket = new WebSocket(address)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return new Chromium(child, profile, socket)
  }

  async open(url: string): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true })
    const page = new Page(this, String(sessionId))
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await page.send(`${domain}.enable`)
    await page.send('Page.navigate', { url })
    await page.until('document.readyState === "complete"')
    return page
  }

  async send(method: string, params: object = {}, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    this.#lastId += 1
    const id = this.#lastId
    const reply = new Promise<Reply>((resolve) => this.#waiting.set(id, resolve))
    this.socket.send(JSON.stringify({ id, method, params, sessionId }))
    const { result = {}, error } = await reply
    this.#waiting.delete(id)
    if (error !== undefined) throw new Error(`${method}: ${error.message}`)
    return result
  }

  /** What the browser reported of a page so far, by the name of the event. */
  events(sessionId: string, method: string): readonly unknown[] {
    return this.#events
      .filter((event) => event.sessionId === sessionId && event.method === method)
      .map(({ params }) => params)
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve))
    // In good order, so that its helpers have stopped writing into the profile.
    this.socket.send(JSON.stringify({ id: 0, method: 'Browser.close' }))
    await ended
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 20 })
  }
}

export class Page {
  constructor(
    private readonly browser: Chromium,
    private readonly sessionId: string,
  ) {}

  send(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.browser.send(method, params, this.sessionId)
  }

  events(method: string): readonly unknown[] {
    return this.browser.events(this.sessionId, method)
  }

  /** The value of an expression in the page. */
  async evaluate(expression: string): Promise<unknown> {
    const reply = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (reply.exceptionDetails !== undefined) throw new Error(JSON.stringify(reply.exceptionDetails))
    const { result } = reply
    return typeof result === 'object' && result !== null ? Reflect.get(result, 'value') : undefined
  }

  async until(expression: string): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      if ((await this.evaluate(expression)) === true) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error(`never came true: ${expression}`)
  }

  async screenshot(options: {
    readonly scheme: 'light' | 'dark'
    readonly width: number
    readonly height: number
  }): Promise<Buffer> {
    const { scheme, width, height } = options
    const features = [{ name: 'prefers-color-scheme', value: scheme }]
    await this.send('Emulation.setEmulatedMedia', { features })
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' })
    return Buffer.from(String(data), 'base64')
  }
}
