import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { Checker } from './checker.ts'
import { type Exchange, observeServers } from './observer.ts'
import { readDocument } from './openapi.ts'
import { collectIn } from './whole-run.ts'

const root = join(import.meta.dirname, '../..')
const DOCUMENT = 'kalshi-openapi.yaml'

export type Plan =
  | { readonly kind: 'check'; readonly file: string }
  | { readonly kind: 'skip'; readonly notice: string }

/**
 * Whether there is something to check against.
 * @throws Error when the environment names a folder without the document: that is a mistake, not a machine without it.
 */
export function planRun(named: string | undefined, usual = resolve(root, '../shared/reference')): Plan {
  const file = join(named ?? usual, DOCUMENT)
  if (existsSync(file)) return { kind: 'check', file }
  if (named !== undefined) throw new Error(`CROSSTAPE_KALSHI_SPEC_DIR names ${named}, which holds no ${DOCUMENT}`)
  const notice = `Kalshi conformance skipped: there is no ${file}. Name its folder in CROSSTAPE_KALSHI_SPEC_DIR.`
  return { kind: 'skip', notice }
}

/** Observes this process and those that it starts, and checks what was seen when all have ended. */
export class ConformanceRun {
  readonly checker: Checker
  readonly folder = mkdtempSync(join(tmpdir(), 'crosstape-conformance-'))
  private readonly seen: Exchange[] = []
  private spentMs = 0

  constructor(file: string) {
    const startMs = performance.now()
    this.checker = new Checker(readDocument(readFileSync(file, 'utf8')))
    observeServers((exchange) => this.seen.push(exchange))
    const options = bundleChildObserver(this.folder)
    const before = process.env.NODE_OPTIONS
    process.env.NODE_OPTIONS = before === undefined ? options : `${before} ${options}`
    collectIn(this.folder)
    this.spentMs += performance.now() - startMs
  }

  /** Checks what this process and its children saw, and tidies up. */
  end(): { readonly spentMs: number } {
    const startMs = performance.now()
    for (const exchange of this.seen) this.checker.take(exchange)
    for (const name of readdirSync(this.folder).filter((one) => one.endsWith('.jsonl'))) {
      for (const exchange of readLines(join(this.folder, name))) this.checker.take(exchange)
    }
    rmSync(this.folder, { recursive: true, force: true })
    this.spentMs += performance.now() - startMs
    return { spentMs: this.spentMs }
  }
}

/**
 * Writes the observer into a folder as one file of plain JavaScript, since children may run without a loader for
 * TypeScript. Returns the NODE_OPTIONS that put it into a process; what it sees comes to lie beside it.
 */
export function bundleChildObserver(folder: string): string {
  const module = join(folder, 'observe.mjs')
  const entryPoints = [join(import.meta.dirname, 'observe-child.ts')]
  buildSync({ entryPoints, outfile: module, bundle: true, platform: 'node', format: 'esm', target: 'node20' })
  return `--import=${pathToFileURL(module).href}`
}

/** A child that was killed may have left half a line. */
function readLines(file: string): readonly Exchange[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line): Exchange => JSON.parse(line))
}
