import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Session } from '../../src/cli/session/session.ts'
import { type VenueId, venueIds } from '../../src/domain/market.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { stringifyAmounts } from '../../src/store/amount-schema.ts'
import { setHalt } from '../../src/store/halt.ts'
import { foldStateOf } from '../../src/store/memory-ledger.ts'
import { storeState } from '../../src/store/state-codec.ts'
import { aWorld, marketOf, place } from '../support/session.ts'
import { printTree, readTree, type Tree } from './json-tree.ts'

/** Valid text of every kind, which mutations start from: what one session at the sandbox sent, received and wrote. */
export interface Seeds {
  /** Bodies of answers of both venues. */
  readonly answers: readonly string[]
  readonly exchanges: readonly string[]
  readonly manifest: string
  readonly operations: readonly string[]
  /** Records without their checksums. */
  readonly records: readonly string[]
  /** The ledger's state with open orders and holdings, as views and recordings keep it. */
  readonly state: string
  /** What the checkpoint holds, without its checksum, with that state. */
  readonly checkpoint: string
  /** A whole segment. */
  readonly journal: string
  readonly halt: string
}

const LARGEST = 8_000
let captured: Promise<Seeds> | null = null

export function captureSeeds(): Promise<Seeds> {
  captured ??= capture()
  return captured
}

async function capture(): Promise<Seeds> {
  const captureDir = mkdtempSync(join(tmpdir(), 'crosstape-fuzz-'))
  const world = await aWorld()
  try {
    const session = await world.open({ captureDir, captureFilter: 'all' })
    for (const venue of venueIds) await tradeAt(session, venue)
    const { tapeDirectory } = session
    const state = stringifyAmounts(storeState(foldStateOf(session.trading.ledger.state)))
    await session[Symbol.asyncDispose]()
    await setHalt(world.dataDir, { reason: 'drill', at: '2026-11-20T12:00:00.000Z', by: 'test' })
    if (tapeDirectory === null) throw new Error('nothing was recorded')
    return seedsIn(tapeDirectory, world.dataDir, state)
  } finally {
    await world.close()
    rmSync(captureDir, { recursive: true, force: true })
  }
}

/** Every call that an account makes, with an order that fills and one that is cancelled. */
async function tradeAt(session: Session, venue: VenueId): Promise<void> {
  const { trading } = session
  const client = await trading.client(venue)
  const market = await client.getMarket(marketOf[venue].slice(venue.length + 1))
  await client.getBook(market)
  const resting = await place(session, { venue, quantity: '10', price: '0.30', timeInForce: 'gtc' })
  await place(session, { venue, quantity: '10', price: '0.60', timeInForce: 'ioc' })
  await client.listOpenOrders()
  await client.listFills({})
  await client.listPositions()
  await client.getBalance()
  await place(session, { venue, quantity: '12', price: '0.31', timeInForce: 'gtc' })
  await cancelOrder(trading, resting.order.intent.id)
}

function seedsIn(tape: string, dataDir: string, state: string): Seeds {
  const text = (file: string): string => readFileSync(join(tape, file), 'utf8')
  const exchanges = readdirSync(tape)
    .filter((file) => /^\d{3,}_/.test(file))
    .map(text)
  const journal = join(dataDir, 'journal', 'sandbox')
  const [segment = ''] = readdirSync(journal)
  const journalText = readFileSync(join(journal, segment), 'utf8')
  const records = linesOf(journalText).slice(1)
  const { contents } = JSON.parse(readFileSync(join(dataDir, 'views', 'sandbox', 'live.json'), 'utf8'))
  return {
    answers: exchanges.flatMap(bodyOf),
    exchanges,
    manifest: text('manifest.json'),
    operations: linesOf(text('operations.jsonl')),
    records: records.map((line) => line.slice(line.indexOf(' ') + 1)),
    state,
    checkpoint: JSON.stringify({ ...contents, state: { ...JSON.parse(state), seq: contents.position.seq } }),
    journal: journalText,
    halt: readFileSync(join(dataDir, 'halt.json'), 'utf8'),
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

function bodyOf(exchange: string): readonly string[] {
  const { text } = JSON.parse(exchange).response.content
  return typeof text === 'string' ? [text] : []
}

const real = join(
  process.env.CROSSTAPE_SHARED_DIR ?? fileURLToPath(new URL('../../../shared', import.meta.url)),
  'data/real/http',
)

/** Answers that the venues really sent. The data is not ours to pass on: none where it does not lie beside the repository. */
export function realAnswers(): readonly string[] {
  if (!existsSync(real)) return []
  const files = readdirSync(real, { recursive: true, encoding: 'utf8' }).map((file) => join(real, file))
  return files
    .filter((file) => /\.jsonl?$/.test(file) && statSync(file).size < 400_000)
    .flatMap((file) => (file.endsWith('l') ? linesOf(readFileSync(file, 'utf8')) : [readFileSync(file, 'utf8')]))
    .flatMap((text) => [
      text,
      ...[...text.matchAll(/"body_raw": ?("(?:[^"\\]|\\.)*")/g)].map((match) => String(JSON.parse(match[1] ?? '""'))),
    ])
}

/** Every object inside the answers as a text of its own, small ones first and each shape once. */
export function objectsIn(answers: readonly string[]): readonly string[] {
  const byShape = new Map<string, string>()
  const visit = (tree: Tree): void => {
    if (tree.kind === 'raw') return
    const text = printTree(tree)
    const shape = shapeOf(tree)
    if (text.length <= LARGEST && !byShape.has(shape)) byShape.set(shape, text)
    for (const inner of tree.kind === 'list' ? tree.items : tree.members.map(({ value }) => value)) visit(inner)
  }
  for (const answer of answers) {
    const tree = readTree(answer)
    if (tree !== null) visit(tree)
  }
  return [...byShape.values()].sort((a, b) => a.length - b.length)
}

/** Two levels of names: more would call every book a shape of its own. */
function shapeOf(tree: Tree, depth = 2): string {
  if (tree.kind === 'raw' || depth === 0) return tree.kind
  if (tree.kind === 'list') return `[${tree.items[0] === undefined ? '' : shapeOf(tree.items[0], depth - 1)}]`
  return `{${tree.members.map(({ name, value }) => `${name}:${shapeOf(value, depth - 1)}`).join(',')}}`
}
