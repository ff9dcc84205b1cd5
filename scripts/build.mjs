// Bundles the command line into dist/, with code caches, and writes a stub per command for oclif to find.
// Why a bundle: docs/decisions/0002-bundled-cli.md.
// With a new folder as argument it writes there instead, and nothing but what runs the commands: for tests.
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { build, transform } from 'esbuild'

const [elsewhere] = process.argv.slice(2)
const into = elsewhere ?? 'dist'

const commands = readdirSync('src/commands', { recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

/** What programs of others import as `crosstape/<name>`. */
const libraries = ['replay']

/**
 * Parts of libraries that this program never uses and that cost more to load than all the rest of it. Of axios: the fetch adapter
 * (which loads Node's whole fetch), HTTP/2, the follower of redirects (we follow none), and a multipart encoder.
 */
const leftOut = {
  'form-data': 'module.exports = class FormData {}',
  'follow-redirects': 'module.exports = { http: {}, https: {} }',
  http2: 'module.exports = undefined',
}

const leaveOut = {
  name: 'leave-out',
  setup(context) {
    context.onLoad({ filter: /axios\/lib\/adapters\/fetch\.js$/ }, () => ({
      contents: 'export const getFetch = () => null; export default null',
    }))
    context.onLoad({ filter: /axios\/lib\/utils\.js$/ }, ({ path }) => ({
      contents: replaceOnce(
        readFileSync(path, 'utf8'),
        "typeof G.FormData !== 'undefined' ? G.FormData : undefined",
        'undefined',
      ),
    }))
    // Comparing ids by locale loads Node's collation tables at every start; these ids are plain ASCII.
    context.onLoad({ filter: /@oclif\/core\/lib\/config\/plugin\.js$/ }, ({ path }) => ({
      contents: replaceOnce(readFileSync(path, 'utf8'), 'a.id.localeCompare(b.id)', '(a.id < b.id ? -1 : 1)'),
    }))
    context.onResolve({ filter: /^(form-data|http2|follow-redirects)$/ }, ({ path, importer }) =>
      importer.includes('axios') ? { path, namespace: 'left-out' } : undefined,
    )
    context.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({ contents: leftOut[path] }))
  },
}

async function toCommonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    // Plain ASCII is read as one byte a character, several times faster than UTF-8.
    charset: 'ascii',
    // Every import() in here is of another module of the bundle.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': '__bundleUrl' },
    logLevel: 'error',
  })
  // It leaves patterns and tagged templates as they are, and writing them in one byte would make other characters of them.
  const [wide] = /.{0,40}[\u0100-\uffff].{0,40}/.exec(code) ?? []
  if (wide !== undefined) throw new Error(`does not fit one byte a character, write it as \\uXXXX: ${wide}`)
  return Buffer.from(`const __bundleUrl=require('node:url').pathToFileURL(__filename).href;${code}`, 'latin1')
}

function replaceOnce(text, part, by) {
  if (text.split(part).length !== 2) throw new Error(`expected exactly one ${part}: look at what the new version does`)
  return text.replace(part, by)
}

function licences(metafile) {
  const folders = new Set()
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)
    if (match) folders.add(match[1])
  }
  return [...folders].sort().flatMap((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each))
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim()
    return [`${name} ${version}`, '', text, '', '-'.repeat(80), '']
  })
}

/** The WebAssembly file of a library stands where its code looks for it: in the folder of the chunk that the code is in. */
function shipBesideReader(file) {
  const name = basename(file)
  const readers = modules.filter(([, bytes]) => bytes.includes(name)).map(([path]) => path)
  if (readers.length !== 1) throw new Error(`expected exactly one module that reads ${name}, not ${readers.length}`)
  const target = join(into, dirname(readers[0]), name)
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(join('node_modules', file), target)
}

/** A stub that loads the library from the bundle, with its names spelled out: Node finds them there for `import { … }`. */
function writeLibrary(name) {
  const output = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint === `src/${name}/${name}.ts`)
  const lines = output.exports.map((each) => `exports.${each} = library.${each}`)
  writeFileSync(
    `dist/${name}.cjs`,
    [`const library = require('./boot.cjs').load('${name}/${name}.cjs')`, ...lines, ''].join('\n'),
  )
  writeTypes(name, output.exports)
}

/** The declarations of the library and of all that they name, and nothing besides: none of them may name a package. */
function writeTypes(name, names) {
  const all = mkdtempSync(join(tmpdir(), 'crosstape-types-'))
  const compiler = join('node_modules', '.bin', 'tsc')
  const options = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', all]
  execFileSync(compiler, ['-p', 'tsconfig.types.json', ...options], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  const declarations = names.map((each) => `export declare const ${each}: Library['${each}']`)
  writeFileSync(
    join(all, name, `${name}.d.ts`),
    [`import type { Library } from './types.ts'`, `export type * from './types.ts'`, ...declarations, ''].join('\n'),
  )
  const wanted = [join(name, `${name}.d.ts`)]
  for (const file of wanted) {
    const text = readFileSync(join(all, file), 'utf8').replaceAll(/((?:from |import\()'\.[^']*)\.ts'/g, "$1.js'")
    mkdirSync(dirname(join('dist/types', file)), { recursive: true })
    writeFileSync(join('dist/types', file), text)
    for (const [, target] of text.matchAll(/(?:from |import\()'([^']+)'/g)) {
      if (!target.startsWith('.'))
        throw new Error(`the types of crosstape/${name} name the package ${target}, in ${file}`)
      const named = join(dirname(file), target.replace(/\.js$/, '.d.ts'))
      if (!wanted.includes(named)) wanted.push(named)
    }
  }
  rmSync(all, { recursive: true })
}

if (elsewhere === undefined) rmSync(into, { recursive: true, force: true })
// Split as modules, since esbuild splits nothing else, so that a command reads only what it uses and every module exists
// once. Then each module becomes CommonJS, which V8 can load from a code cache.
const { metafile, outputFiles } = await build({
  entryPoints: [
    'src/main.ts',
    'src/cli/foreign/register.ts',
    ...libraries.map((name) => `src/${name}/${name}.ts`),
    ...commands.map((path) => `src/commands/${path}.ts`),
  ],
  outbase: 'src',
  outdir: into,
  outExtension: { '.js': '.cjs' },
  chunkNames: 'chunks/[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  keepNames: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
  write: false,
  plugins: [leaveOut],
  logLevel: 'warning',
})
const modules = await Promise.all(
  outputFiles.map(async ({ path, text }) => [relative(into, path), await toCommonJs(text)]),
)
mkdirSync(into)
const bootFile = resolve(into, 'boot.cjs')
copyFileSync('scripts/boot.cjs', bootFile)
createRequire(import.meta.url)(bootFile).writeParts('bundle.bin', modules)
shipBesideReader('tiny-secp256k1/lib/secp256k1.wasm')
for (const path of commands) {
  const file = join(into, 'commands', `${path}.cjs`)
  mkdirSync(dirname(file), { recursive: true })
  const boot = relative(dirname(file), join(into, 'boot.cjs'))
  writeFileSync(file, `module.exports = require('${boot}').load('commands/${path}.cjs')\n`)
}
if (elsewhere === undefined) {
  // What `crosstape/register` is: it tapes the process that loads it.
  writeFileSync('dist/register.cjs', "require('./boot.cjs').load('cli/foreign/register.cjs').register()\n")
  for (const name of libraries) writeLibrary(name)
  writeFileSync('dist/THIRD-PARTY-LICENCES.txt', licences(metafile).join('\n'))
  // The cache holds the functions that ran before it was made: run what every command runs.
  if (existsSync('oclif.manifest.json'))
    execFileSync(process.execPath, ['scripts/code-cache.mjs'], { stdio: 'inherit' })
}
