import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createBody, type KalshiBench, kalshiBench } from '../sandbox/support/kalshi-http.ts'
import { clientCalls } from './client-calls.ts'
import { type Exchange, observeServers } from './observer.ts'
import { bundleChildObserver, planRun } from './run.ts'

describe('conformance observer', () => {
  let seen: Exchange[]
  let stop: () => void

  beforeEach(() => {
    seen = []
    stop = observeServers((exchange) => seen.push(exchange))
  })
  afterEach(() => stop())

  async function withBench(work: (bench: KalshiBench) => Promise<unknown>): Promise<void> {
    const bench = await kalshiBench()
    try {
      await work(bench)
    } finally {
      await bench.close()
    }
  }

  it('sees both bodies as they stood on the wire, and of what signs only that it was there', async () => {
    await withBench(async (bench) => {
      const body = createBody({ client_order_id: 'ünïcode-is-refused' })
      const { text } = await bench.call('POST', '/portfolio/events/orders', body)
      expect(seen).to.have.length(1)
      expect(seen[0]).to.deep.include({ method: 'POST', target: '/trade-api/v2/portfolio/events/orders' })
      expect(seen[0]?.body).to.equal(JSON.stringify(body))
      expect(seen[0]?.headers).to.include({ 'kalshi-access-signature': 'there' })
      expect(seen[0]?.answer).to.deep.equal({ status: 400, contentType: 'application/json', body: text })
    })
  })

  it('does not take a spoilt answer for one of the sandbox, but a late one', async () => {
    await withBench(async (bench) => {
      const faults = ['status', 'html', 'truncate', 'drop_response', 'drop_request', 'delay', 'stale_reads']
      for (const fault of faults) {
        await bench.control('POST', '/faults', { endpoint: 'get_market', fault, times: 1, ms: 0 })
        await bench.call('GET', '/markets/KXA').catch(() => undefined)
        await bench.control('DELETE', '/faults')
      }
      expect(seen.map(({ answer }) => answer?.status ?? null)).to.deep.equal([null, null, null, null, null, 200, 200])
    })
  })

  it('sees requests to other servers, and not their answers', async () => {
    const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
    await (await fetch(`${origin}/trade-api/v2/markets`)).text()
    await (await fetch(`${origin}/elsewhere`)).text()
    server.close()
    expect(seen.map(({ target, answer }) => [target, answer])).to.deep.equal([['/trade-api/v2/markets', null]])
  })

  it('sees servers in a child process, killed or not', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'crosstape-observer-'))
    try {
      const program = `
        const http = require('node:http')
        const server = http.createServer((_request, response) => response.end('{}'))
        server.listen(0, '127.0.0.1', async () => {
          await (await fetch('http://127.0.0.1:' + server.address().port + '/trade-api/v2/markets?limit=3')).text()
          setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50)
        })`
      const child = spawn(process.execPath, ['--eval', program], {
        env: { NODE_OPTIONS: bundleChildObserver(folder) },
        stdio: 'ignore',
      })
      await once(child, 'exit')
      const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
      const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
      expect(lines.map((line) => JSON.parse(line).target)).to.deep.equal(['/trade-api/v2/markets?limit=3'])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

describe('conformance run', () => {
  it('is skipped with a word on how to have it, where the document is not at hand', () => {
    const plan = planRun(undefined, join(tmpdir(), 'no-such-folder'))
    expect(plan.kind === 'skip' && plan.notice).to.contain('CROSSTAPE_KALSHI_SPEC_DIR')
  })

  it('fails where a folder is named that does not hold it', () => {
    expect(() => planRun(join(tmpdir(), 'no-such-folder'))).to.throw('holds no kalshi-openapi.yaml')
  })

  it('reaches every child: tests that choose its environment pass NODE_OPTIONS on', () => {
    const folder = join(import.meta.dirname, '..')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    // A browser has no servers; taped programs talk to servers of their tests, and what stands in NODE_OPTIONS is being tested.
    const apart = ['support/chromium.ts', 'capture/foreign/program.test.ts', 'sdk/tape/replay.sdk.ts']
    const blind = files.filter((file) => {
      if (apart.includes(file)) return false
      const text = readFileSync(join(folder, file), 'utf8')
      const chooses = /\b(spawn|spawnSync|fork|execFile|execFileSync)\(/.test(text) && /\benv\b/.test(text)
      return chooses && !/NODE_OPTIONS|\.\.\.process\.env/.test(text)
    })
    expect(blind).to.deep.equal([])
  })

  it('knows every call of the client by name', () => {
    const folder = join(import.meta.dirname, '../../src/clients/kalshi')
    const sources = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    const named = /endpoint: '(\w+)'|'(\w+)', '\/|'\/[^']*', '(\w+)'/g
    const names = sources.flatMap((text) => [...text.matchAll(named)].map(([, a, b, c]) => a ?? b ?? c))
    expect([...new Set(names)].sort()).to.deep.equal(Object.keys(clientCalls).sort())
  })
})
