import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildSync } from 'esbuild'
import { Checker } from './checker.ts'
import { type Exchange, observeServers } from './observer.ts'
import { readDocument } from './openapi.ts'

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

/** Observes this process and those that it starts, and checks what was seen. */
export class ConformanceRun {
  readonly checker: Checker
  private waiting: Exchange[] = []
  private readonly folder = mkdtempSync(join(tmpdir(), 'crosstape-conformance-'))
  private spentMs = 0

  constructor(file: string) {
    const startMs = performance.now()
    this.checker = new Checker(readDocument(readFileSync(file, 'utf8')))
    observeServers((exchange) => this.waiting.push(exchange))
    const options = bundleChildObserver(this.folder)
    const before = process.env.NODE_OPTIONS
    process.env.NODE_OPTIONS = before === undefined ? options : `${before} ${options}`
    this.spentMs += performance.now() - startMs
  }

  /** Checks what has been seen. Called between tests, so that no test's timing feels it. */
  catchUp(): void {
    const startMs = performance.now()
    for (const exchange of this.waiting.splice(0)) this.checker.take(exchange)
    this.spentMs += performance.now() - startMs
  }

  /** Checks the rest, that of the children included, and tidies up. */
  end(): { readonly spentMs: number } {
    for (const name of readdirSync(this.folder).filter((one) => one.endsWith('.jsonl'))) {
      this.waiting.push(...readLines(join(this.folder, name)))
    }
    this.catchUp()
    rmSync(this.folder, { recursive: true, force: true })
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
