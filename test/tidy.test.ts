import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '..')

interface Source {
  readonly path: string
  readonly folder: string
  readonly text: string
  readonly lines: readonly string[]
}

function filesUnder(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file))
    .filter((file) => statSync(join(root, file)).isFile())
}

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  return { path, folder: path.split('/')[1] ?? '', text, lines: text.split('\n') }
}

const sources = filesUnder('src')
  .filter((file) => file.endsWith('.ts'))
  .map(readSource)

/** Folder → folders it may import, by value or by type. Why: docs in CONTRIBUTING.md, "Finding things". */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  runtime: ['domain'],
  safeguards: ['domain', 'runtime'],
  store: ['domain', 'runtime'],
  clients: ['domain', 'runtime'],
  marketdata: ['domain', 'runtime'],
  pairs: ['domain', 'runtime'],
  engine: ['domain', 'runtime', 'safeguards', 'store', 'pairs'],
  arb: ['domain', 'runtime', 'engine', 'marketdata', 'pairs'],
  capture: ['domain', 'runtime', 'store'],
  sandbox: ['domain', 'runtime'],
  cli: [
    ...['domain', 'runtime', 'safeguards', 'store', 'clients', 'marketdata', 'pairs'],
    ...['engine', 'arb', 'capture', 'sandbox'],
  ],
  // What programs of others import: a face of its own over the composition root, like the commands.
  replay: ['domain', 'runtime', 'cli', 'capture'],
  commands: ['cli', 'engine', 'arb', 'capture', 'sandbox', 'domain'],
}

/** Further folders from which types alone may be imported: they leave no trace at run time. */
const mayImportTypes: Readonly<Record<string, readonly string[]>> = {
  safeguards: ['store'],
  store: ['pairs'],
  arb: ['store', 'safeguards'],
  sandbox: ['clients'],
  commands: ['store', 'safeguards'],
}

const importPattern = /^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/gm

interface Import {
  readonly from: Source
  readonly target: string
  readonly typeOnly: boolean
}

function importsOf(source: Source): readonly Import[] {
  return [...source.text.matchAll(importPattern)].map((match) => ({
    from: source,
    target: match[2] ?? match[3] ?? '',
    typeOnly: match[1] !== undefined,
  }))
}

const imports = sources.flatMap(importsOf)

function folderOf(each: Import): string | null {
  if (!each.target.startsWith('.')) return null
  return relative(root, join(root, each.from.path, '..', each.target)).split('/')[1] ?? null
}

/** Each file that a walk along the imports comes back to, with the way there. */
function circles(): readonly string[] {
  const targets = new Map(sources.map(({ path }) => [path, new Set<string>()]))
  for (const each of imports) {
    if (each.target.startsWith('.')) targets.get(each.from.path)?.add(join(each.from.path, '..', each.target))
  }
  const found: string[] = []
  const left = new Set<string>()
  const way: string[] = []
  const visit = (path: string): void => {
    const at = way.indexOf(path)
    if (at >= 0) found.push([...way.slice(at), path].join(' -> '))
    if (at >= 0 || left.has(path)) return
    way.push(path)
    for (const target of targets.get(path) ?? []) visit(target)
    way.pop()
    left.add(path)
  }
  for (const { path } of sources) visit(path)
  return found
}

/** Lines matching a pattern outside the given places, as `path:line`. */
function occurrences(pattern: RegExp, allowed: (path: string) => boolean): readonly string[] {
  return sources
    .filter((source) => !allowed(source.path))
    .flatMap((source) =>
      source.lines.flatMap((line, index) =>
        pattern.test(withoutComment(line)) ? [`${source.path}:${index + 1}: ${line.trim()}`] : [],
      ),
    )
}

function withoutComment(line: string): string {
  return /^\s*(\/\/|\*|\/\*)/.test(line) ? '' : line.replace(/\s\/\/ .*$/, '')
}

describe('tidy: who may import whom', () => {
  it('every folder imports only what its place in the order path allows', () => {
    const wrong = imports.flatMap((each) => {
      const folder = folderOf(each)
      const own = each.from.folder
      if (folder === null || folder === own) return []
      const allowed = [...(mayImport[own] ?? []), ...(each.typeOnly ? (mayImportTypes[own] ?? []) : [])]
      return allowed.includes(folder)
        ? []
        : [`${each.from.path} imports ${each.target}: ${own} may not import ${folder}`]
    })
    expect(wrong).to.deep.equal([])
  })

  it('no file needs itself by way of others, not even for a type', () => {
    expect(circles()).to.deep.equal([])
  })

  it('every source folder has a row in the import table', () => {
    const folders = [...new Set(sources.map((source) => source.folder))].filter((folder) => !folder.endsWith('.ts'))
    expect(folders.filter((folder) => mayImport[folder] === undefined)).to.deep.equal([])
  })

  const importers: Readonly<Record<string, RegExp>> = {
    axios: /^src\/clients\/http\/|^src\/capture\//,
    'axios-retry': /^src\/clients\/http\//,
    ethers: /^src\/clients\/polymarket\/|^src\/sandbox\//,
    '@noble/hashes': /^src\/clients\/polymarket\/evm\.ts$/,
    'tiny-secp256k1': /^src\/clients\/polymarket\/secp256k1\.ts$/,
    '@pollyjs': /^src\/capture\//,
    lowdb: /^src\/store\//,
    inquirer: /^src\/cli\/consent\/prompt\.ts$/,
    'cli-table3': /^src\/cli\//,
    yaml: /^src\/capture\/import\/yaml-text\.ts$/,
    ws: /^src\/(clients|sandbox|capture)\//,
    valibot: /^src\/(clients|cli|capture|store|safeguards|sandbox)\//,
    'lossless-json': /^src\/(clients|capture\/format|sandbox|cli\/config)\/(json|config)[^/]*\.ts$/,
  }

  for (const [library, places] of Object.entries(importers)) {
    it(`${library} is imported in its own place only`, () => {
      const wrong = imports
        .filter((each) => each.target === library || each.target.startsWith(`${library}/`))
        .filter((each) => !each.typeOnly && !places.test(each.from.path))
        .map((each) => each.from.path)
      expect(wrong).to.deep.equal([])
    })
  }
})

describe('tidy: one seam for nondeterminism', () => {
  const banned: readonly [string, RegExp][] = [
    ['Date.now or new Date() (take a Clock)', /\bDate\.now\b|new Date\(\)/],
    ['Math.random or randomUUID (take Ids or Random)', /\bMath\.random\b|\brandomUUID\b/],
    // A method of that name on a request is the request's own time limit.
    ['timers (use Clock.sleep)', /(?<![.\w])(setTimeout|setInterval|setImmediate)\(/],
    ['performance.now (use Clock.monotonicMs)', /\bperformance\.now\b/],
  ]
  for (const [what, pattern] of banned) {
    it(`no ${what} outside src/runtime`, () => {
      expect(occurrences(pattern, (path) => path.startsWith('src/runtime/'))).to.deep.equal([])
    })
  }
})

describe('tidy: safety in the types', () => {
  it('only the check pipeline makes an ApprovedOrder', () => {
    expect(occurrences(/as ApprovedOrder\b/, (path) => path === 'src/safeguards/check-order.ts')).to.deep.equal([])
  })

  it('no any, no ts-ignore, no non-null assertion on a call', () => {
    expect(occurrences(/:\s*any\b|<any>|\bas any\b|@ts-ignore|@ts-nocheck/, () => false)).to.deep.equal([])
  })

  it('no amount passes through a floating-point number', () => {
    expect(occurrences(/\bparseFloat\(|\.toFixed\(/, () => false)).to.deep.equal([])
  })

  it('no dry-run flag below the composition root: a dry run is another client', () => {
    expect(occurrences(/\bdryRun\b/, (path) => /^src\/(cli|commands)\//.test(path))).to.deep.equal([])
  })

  it('no venue is named outside clients, sandbox, capture rules and the list of venues', () => {
    const allowed = (path: string): boolean =>
      /^src\/(clients|sandbox|capture|replay|cli\/rehearsal|cli\/scenarios)\//.test(path) ||
      path === 'src/domain/market.ts' ||
      // Examples in help texts name real markets.
      path.startsWith('src/commands/')
    expect(occurrences(/['"`](kalshi|polymarket)['"`]/, allowed)).to.deep.equal([])
  })
})

describe('tidy: shape', () => {
  it('no source file is longer than 350 lines', () => {
    const long = sources
      .filter((source) => source.lines.length > 351)
      .map((source) => `${source.path} ${source.lines.length}`)
    expect(long).to.deep.equal([])
  })

  it('no default export except command classes', () => {
    expect(occurrences(/^export default/, (path) => path.startsWith('src/commands/'))).to.deep.equal([])
  })

  it('no barrel files except the client registry', () => {
    const barrels = sources.filter(
      (source) => source.path.endsWith('/index.ts') && source.path !== 'src/clients/index.ts',
    )
    expect(barrels.map((source) => source.path)).to.deep.equal([])
  })

  it('no top-level await and no import.meta: the bundle is CommonJS', () => {
    expect(occurrences(/^await |^const .*= await |import\.meta/, () => false)).to.deep.equal([])
  })

  it('no AbortSignal.any: see runtime/abort.ts', () => {
    expect(occurrences(/\bAbortSignal\.any\(/, () => false)).to.deep.equal([])
  })

  it('no commented-out code and no leftovers', () => {
    expect(sources.flatMap((source) => source.lines.filter((line) => /\b(TODO|FIXME|XXX)\b/.test(line)))).to.deep.equal(
      [],
    )
  })
})

describe('tidy: what a repository must not hold', () => {
  const inRoot = readdirSync(root).filter((path) => statSync(join(root, path)).isFile())
  const tracked = [
    ...inRoot,
    ...['src', 'test', 'docs', 'scripts', 'bench', 'bin', 'recordings', '.ci'].flatMap((folder) => filesUnder(folder)),
  ]

  it('no file in the root that has no business there', () => {
    const known =
      /^(README|CHANGELOG|CONTRIBUTING)\.md$|^LICENSE$|^(package|package-lock|knip|biome|oclif\.manifest|tsconfig(\.\w+)?)\.json$/
    expect(inRoot.filter((path) => !path.startsWith('.') && !known.test(path))).to.deep.equal([])
  })

  it('no PEM-armoured private key', () => {
    // Spelled in two parts so that this file does not find itself.
    const armour = new RegExp(`-----BEGIN [A-Z ]*${'PRIVATE'} KEY`)
    expect(tracked.filter((path) => armour.test(readFileSync(join(root, path), 'utf8')))).to.deep.equal([])
  })

  it('no download addresses in the lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).to.not.include('"resolved"')
  })

  it('every link in the documents leads somewhere', () => {
    const documents = ['README.md', 'CONTRIBUTING.md', ...filesUnder('docs').filter((path) => path.endsWith('.md'))]
    const broken = documents.flatMap((path) =>
      [...readFileSync(join(root, path), 'utf8').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map((match) => join(path, '..', match[1] ?? ''))
        .filter((target) => !exists(target))
        .map((target) => `${path}: ${target}`),
    )
    expect(broken).to.deep.equal([])
  })
})

function exists(path: string): boolean {
  try {
    statSync(join(root, path))
    return true
  } catch {
    return false
  }
}
