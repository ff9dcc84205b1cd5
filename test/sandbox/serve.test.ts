import { type ChildProcess, spawn } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ToolkitError } from '../../src/domain/errors.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { createCatalogue } from '../../src/sandbox/catalogue/catalogue.ts'
import { announceSandbox, findRunningSandbox } from '../../src/sandbox/discover.ts'
import { Host } from '../../src/sandbox/host.ts'
import type { SandboxOptions } from '../../src/sandbox/options.ts'
import { fileStore } from '../../src/sandbox/state-files.ts'
import { builtChild } from '../support/built.ts'
import { codeOf, createBody, type KalshiBench, kalshiBench } from './support/kalshi-http.ts'
import { originMs, smallCatalogue } from './support/small-catalogue.ts'

const orders = '/portfolio/events/orders'

describe('sandbox host', () => {
  let dataDir: string

  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'crosstape-sandbox-'))
  })
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

  async function hosting<Result>(
    work: (bench: KalshiBench) => Promise<Result>,
    options: Partial<SandboxOptions> = {},
  ): Promise<Result> {
    const bench = await kalshiBench({ dataDir, ...options })
    try {
      return await work(bench)
    } finally {
      await bench.close()
    }
  }

  const accounts = async (bench: KalshiBench) => (await bench.control('GET', '/accounts')).text

  it('goes on in a new process where it ended', async () => {
    const before = await hosting(async (bench) => {
      await bench.control('POST', '/books', { market: 'kalshi:KXA', asks: [['0.45', '4']] })
      await bench.call('POST', orders, createBody())
      return accounts(bench)
    })
    expect(await hosting(accounts)).to.equal(before)
  })

  it('keeps its seed, its keys and its moved clock', async () => {
    const facts = async (bench: KalshiBench) => {
      const { body } = await bench.control('GET', '/state')
      return [body.seed, body.clockOffsetMs, bench.sandbox.kalshi.apiKeyId, bench.sandbox.polymarket.privateKey]
    }
    const before = await hosting(async (bench) => {
      await bench.control('POST', '/clock', { advanceMs: 5_000 })
      return facts(bench)
    })
    expect(await hosting(facts, { seed: 'another' })).to.deep.equal(before)
    expect(before.slice(0, 2)).to.deep.equal(['bench', 5_000])
  })

  it('reads its snapshot and the log after it to the same state', async () => {
    const before = await hosting(async (bench) => {
      await bench.call('POST', orders, createBody())
      return accounts(bench)
    })
    const after = await hosting(async (bench) => {
      await bench.call('POST', orders, createBody({ price: '0.455' }))
      await bench.call('POST', orders, createBody({ price: '0.3000' }))
      // As a kill would leave it: no snapshot, the last line torn.
      const state = join(dataDir, 'sandbox')
      const [snapshot, log] = [readFileSync(join(state, 'state.json')), readFileSync(join(state, 'commands.jsonl'))]
      const truth = await accounts(bench)
      return { snapshot, log, truth }
    })
    writeFileSync(join(dataDir, 'sandbox', 'state.json'), after.snapshot)
    writeFileSync(join(dataDir, 'sandbox', 'commands.jsonl'), after.log)
    appendFileSync(join(dataDir, 'sandbox', 'commands.jsonl'), '{"n":99,"t":17')
    expect(after.truth).not.to.equal(before)
    expect(await hosting(accounts)).to.equal(after.truth)
  })

  it('replaces a long log by a snapshot between two requests', () => {
    const folder = join(dataDir, 'sandbox')
    const makeHost = () =>
      new Host({
        store: fileStore(folder),
        clock: new VirtualClock(originMs),
        freshSeed: () => 'seed',
        createCatalogue: () => smallCatalogue([{ venue: 'kalshi', symbol: 'KXA' }]),
      })
    const host = makeHost()
    const market = 'kalshi:KXA'
    for (let turn = 0; turn < 1_000; turn++) {
      host.exchange.execute({ kind: 'set_market', market, schedule: { closeMs: originMs + 1_000 + turn } })
    }
    expect(existsSync(join(folder, 'commands.jsonl'))).to.equal(true)
    host.compact()
    expect(existsSync(join(folder, 'commands.jsonl'))).to.equal(false)
    expect(makeHost().exchange.market(market)?.schedule.closeMs).to.equal(originMs + 1_999)
  })

  it('keeps keys and state from other users', async () => {
    await hosting((bench) => bench.call('POST', orders, createBody()), { rsa: true })
    const keys = join(dataDir, 'sandbox', 'keys')
    for (const name of readdirSync(keys)) expect(statSync(join(keys, name)).mode & 0o077, name).to.equal(0)
    expect(statSync(join(dataDir, 'sandbox', 'state.json')).mode & 0o077).to.equal(0)
  })

  it('begins anew on reset, with the keys it had', async () => {
    await hosting(async (bench) => {
      await bench.call('POST', orders, createBody({ client_order_id: 'c-1' }))
      await bench.control('POST', '/reset')
      const again = await bench.call('POST', orders, createBody({ client_order_id: 'c-1' }))
      expect(again.status).to.equal(201)
      expect((await bench.control('GET', '/state')).body.trades).to.equal(0)
    })
  })

  it('names the file when its state cannot be read, and starts over when told to', async () => {
    await hosting((bench) => bench.call('POST', orders, createBody()))
    writeFileSync(join(dataDir, 'sandbox', 'state.json'), '{"format":99}')
    const error = await hosting(async () => null).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(ToolkitError)
    expect((error as ToolkitError).code).to.equal('SANDBOX_STATE_UNREADABLE')
    expect((error as ToolkitError).message).to.contain('state.json')
    const list = await hosting((bench) => bench.call('GET', '/portfolio/orders'), { fresh: true })
    expect(list.body.orders).to.deep.equal([])
  })

  it('names the file when its state has another shape than was written', async () => {
    await hosting((bench) => bench.call('POST', orders, createBody()))
    const file = join(dataDir, 'sandbox', 'state.json')
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), snapshot: { accounts: 7 } }))
    const error = await hosting(async () => null).catch((reason: unknown) => reason)
    expect(error).to.include({ code: 'SANDBOX_STATE_UNREADABLE' })
  })

  for (const name of ['kalshi-ed25519.pem', 'polymarket.key']) {
    it(`names ${name} when it holds no key, and not what it holds`, async () => {
      await hosting(async () => null)
      writeFileSync(join(dataDir, 'sandbox', 'keys', name), 'hush-hush')
      const error = await hosting(async () => null).catch((reason: unknown) => reason)
      expect(error).to.include({ code: 'SANDBOX_KEY_UNUSABLE' })
      expect(String(error)).to.include(name).and.not.include('hush')
    })
  }

  it('derives the address anew when its file holds none', async () => {
    const file = join(dataDir, 'sandbox', 'keys', 'polymarket.address')
    const before = await hosting(async (bench) => bench.sandbox.polymarket.funder)
    writeFileSync(file, '')
    expect(await hosting(async (bench) => bench.sandbox.polymarket.funder)).to.equal(before)
  })

  it('says that it cannot be kept where nothing can be written', async () => {
    writeFileSync(join(dataDir, 'file'), '')
    const error = await kalshiBench({ dataDir: join(dataDir, 'file') }).catch((reason: unknown) => reason)
    expect((error as ToolkitError).code).to.equal('SANDBOX_UNWRITABLE')
  })

  it('says which port is taken', async () => {
    await hosting(async (bench) => {
      const port = Number(new URL(bench.sandbox.control).port)
      const error = await kalshiBench({ port }).catch((reason: unknown) => reason)
      expect((error as ToolkitError).code).to.equal('PORT_IN_USE')
    })
  })
})

describe('sandbox host in a process of its own', () => {
  let dataDir: string
  let child: ChildProcess

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'crosstape-sandbox-'))
    child = spawn(process.execPath, [builtChild(join(import.meta.dirname, 'host-child.ts')), dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve())
      child.once('exit', (code) => reject(new Error(`host ended with ${code}`)))
    })
  })
  afterEach(async () => {
    await kill()
    rmSync(dataDir, { recursive: true, force: true })
  })

  function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
    return new Promise((resolve) => {
      child.once('exit', () => resolve())
      child.kill('SIGKILL')
    })
  }

  it('is found by others, and its acknowledged commands survive kill -9', async () => {
    const served = await findRunningSandbox(dataDir)
    expect(served?.pid).to.equal(child.pid)
    const list = await (await fetch(`${served?.kalshi.rest}/markets?status=open&limit=1`)).text()
    const ticker = JSON.parse(list).markets[0].ticker
    const book = { market: `kalshi:${ticker}`, bids: [['0.31', '7']], asks: [] }
    await fetch(`${served?.control}/books`, { method: 'POST', body: JSON.stringify(book) })
    await kill()
    expect(await findRunningSandbox(dataDir)).to.equal(null)
    // The lock of the dead host is taken over at once.
    const bench = await kalshiBench({ dataDir, createCatalogue })
    try {
      const { body } = await bench.raw('GET', `/markets/${ticker}/orderbook`, {})
      expect(body.orderbook_fp).to.deep.equal({ yes_dollars: [['0.3100', '7.00']], no_dollars: [] })
    } finally {
      await bench.close()
    }
  })
})

describe('announcing a served sandbox', () => {
  it('takes an announcement that names no address for none', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-sandbox-'))
    try {
      mkdirSync(join(dataDir, 'sandbox'))
      for (const control of ['nowhere', 'ftp://127.0.0.1/', '', 7]) {
        writeFileSync(join(dataDir, 'sandbox', 'server.json'), JSON.stringify({ control, instance: 'x' }))
        expect(await findRunningSandbox(dataDir)).to.equal(null)
      }
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  })

  it('writes down no secret', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-sandbox-'))
    const bench = await kalshiBench({ dataDir })
    try {
      announceSandbox(dataDir, bench.sandbox)
      const text = readFileSync(join(dataDir, 'sandbox', 'server.json'), 'utf8')
      expect(text).not.to.contain(bench.sandbox.polymarket.privateKey)
      expect(text).not.to.contain('PRIVATE KEY')
      expect((await findRunningSandbox(dataDir))?.kalshi.rest).to.equal(bench.sandbox.kalshi.rest)
    } finally {
      await bench.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})

describe('sandbox faults', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
  })
  afterEach(() => bench.close())

  const inject = (fault: Record<string, unknown>) =>
    bench.control('POST', '/faults', { venue: 'kalshi', endpoint: 'place_order', ...fault })
  const place = () => bench.call('POST', orders, createBody())
  const failure = () =>
    place().then(
      (answer) => answer.status,
      () => 'no answer',
    )
  const placedOrders = async () => ((await bench.call('GET', '/portfolio/orders')).body.orders as unknown[]).length

  it('loses the answer of an order that was executed', async () => {
    await inject({ fault: 'drop_response' })
    expect([await failure(), await placedOrders()]).to.deep.equal(['no answer', 1])
  })

  it('loses the request before anything is executed', async () => {
    await inject({ fault: 'drop_request' })
    expect([await failure(), await placedOrders()]).to.deep.equal(['no answer', 0])
  })

  it('withholds the answer of an order that was executed', async () => {
    await inject({ fault: 'timeout', ms: 50 })
    expect([await failure(), await placedOrders()]).to.deep.equal(['no answer', 1])
  })

  it('breaks an answer off half way', async () => {
    await inject({ fault: 'truncate' })
    expect([await failure(), await placedOrders()]).to.deep.equal(['no answer', 1])
  })

  for (const [executed, count] of [
    [true, 1],
    [false, 0],
  ] as const) {
    it(`answers 503 ${executed ? 'after' : 'instead of'} executing`, async () => {
      const body = JSON.stringify({ error: { code: 'service_unavailable', message: 'service unavailable' } })
      await inject({ fault: 'status', status: 503, body, executed })
      const answer = await place()
      expect([answer.status, codeOf(answer), await placedOrders()]).to.deep.equal([503, 'service_unavailable', count])
    })
  }

  it('answers with a gateway page', async () => {
    await inject({ fault: 'html', status: 502, executed: false })
    const answer = await place()
    expect([answer.status, answer.text.startsWith('<html>')]).to.deep.equal([502, true])
  })

  it('spoils as many calls as the rule says, after those it lets pass', async () => {
    await inject({ fault: 'drop_request', skip: 1, times: 2 })
    const outcomes = [await failure(), await failure(), await failure(), await failure()]
    expect(outcomes).to.deep.equal([201, 'no answer', 'no answer', 201])
  })

  it('leaves other endpoints and other venues alone', async () => {
    await inject({ fault: 'drop_request', endpoint: 'cancel_order' })
    await inject({ fault: 'drop_request', venue: 'polymarket', endpoint: '*' })
    expect(await failure()).to.equal(201)
  })

  it('spoils the same calls for the same seed', async () => {
    const draw = async (): Promise<readonly unknown[]> => {
      const other = await kalshiBench({ seed: 'draw' })
      try {
        await other.control('POST', '/faults', {
          fault: 'status',
          status: 500,
          executed: false,
          percent: 50,
          times: null,
        })
        const answers: unknown[] = []
        for (let call = 0; call < 12; call++) answers.push((await other.raw('GET', '/exchange/status', {})).status)
        return answers
      } finally {
        await other.close()
      }
    }
    const first = await draw()
    expect(first).to.include(200).and.to.include(500)
    expect(await draw()).to.deep.equal(first)
  })

  it('explains a rule that makes no sense', async () => {
    const answer = await bench.control('POST', '/faults', { fault: 'explode' })
    expect([answer.status, answer.body.error]).to.satisfy(
      ([status, error]: [number, string]) => status === 400 && error.includes('drop_response'),
    )
  })

  it('refuses to be steered by a web page', async () => {
    const response = await fetch(`${bench.sandbox.control}/faults`, {
      method: 'POST',
      headers: { origin: 'https://example.org' },
      body: '{"fault":"drop_request"}',
    })
    expect(response.status).to.equal(403)
    expect(await failure()).to.equal(201)
  })
})
