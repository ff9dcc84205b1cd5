// Bundles the command line into dist/: one CommonJS file with a code cache, and a stub per command for oclif to find.
// Why a bundle: docs/decisions/0002-bundled-cli.md.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { build } from 'esbuild'

const commands = readdirSync('src/commands', { recursive: true })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort()

/** The commands by path, each evaluated only when it is run. */
const entry = [
  "export { execute } from '@oclif/core'",
  'export const commands = {',
  ...commands.map((path) => `  '${path}': () => require('./commands/${path}.ts'),`),
  '}',
].join('\n')

/**
 * Libraries that few commands need stand in bundles of their own, beside the main one, so that starting does not read
 * them. Each name lists the entry points that the sources import.
 */
const vendors = {
  ethers: ['ethers', 'ethers/hash', 'ethers/crypto', 'ethers/address'],
  inquirer: ['inquirer'],
  pollyjs: ['@pollyjs/core', '@pollyjs/adapter', '@pollyjs/persister'],
}

const vendorOf = Object.fromEntries(
  Object.entries(vendors).flatMap(([vendor, entries]) => entries.map((entry) => [entry, vendor])),
)

const setApart = {
  name: 'set-apart',
  setup(context) {
    context.onResolve({ filter: /^(ethers|inquirer|@pollyjs)(\/|$)/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined
      if (vendorOf[path] === undefined) throw new Error(`${path} is not listed in the build's vendors`)
      return { path, namespace: 'set-apart' }
    })
    context.onLoad({ filter: /.*/, namespace: 'set-apart' }, ({ path }) => ({
      contents: `module.exports = require('./vendor/${vendorOf[path]}.cjs')['${path}']()`,
    }))
    context.onResolve({ filter: /^\.\/vendor\// }, ({ path }) => ({ path, external: true }))
  },
}

/** axios carries a fetch adapter (which loads undici) and a multipart encoder. We send JSON over node:http: leave both out. */
const leaveOut = {
  name: 'leave-out',
  setup(context) {
    context.onLoad({ filter: /axios\/lib\/adapters\/fetch\.js$/ }, () => ({
      contents: 'export const getFetch = () => null; export default null',
    }))
    context.onResolve({ filter: /^form-data$/ }, () => ({ path: 'form-data', namespace: 'left-out' }))
    context.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = class FormData {}' }))
  },
}

function licences(metafiles) {
  const folders = new Set()
  for (const input of metafiles.flatMap(({ inputs }) => Object.keys(inputs))) {
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

const common = {
  bundle: true,
  minify: true,
  keepNames: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  // Plain ASCII is read as one byte a character, several times faster than UTF-8.
  charset: 'ascii',
  metafile: true,
  define: { 'import.meta.url': '__bundleUrl' },
  banner: { js: "const __bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  logLevel: 'warning',
}

function fromText(contents, sourcefile) {
  return { contents, resolveDir: 'src', sourcefile, loader: 'ts' }
}

rmSync('dist', { recursive: true, force: true })
const main = build({
  ...common,
  stdin: fromText(entry, 'main.ts'),
  outfile: 'dist/main.cjs',
  plugins: [leaveOut, setApart],
})
const apart = Object.entries(vendors).map(([vendor, entries]) =>
  build({
    ...common,
    stdin: fromText(
      `module.exports = {${entries.map((path) => `'${path}': () => require('${path}')`).join(', ')}}`,
      `${vendor}.ts`,
    ),
    outfile: `dist/vendor/${vendor}.cjs`,
  }),
)
const metafiles = (await Promise.all([main, ...apart])).map(({ metafile }) => metafile)
copyFileSync('scripts/boot.cjs', 'dist/boot.cjs')
for (const path of commands) {
  const file = join('dist/commands', `${path}.cjs`)
  mkdirSync(dirname(file), { recursive: true })
  const boot = relative(dirname(file), 'dist/boot.cjs')
  writeFileSync(file, `module.exports = require('${boot}').command('${path}')\n`)
}
writeFileSync('dist/THIRD-PARTY-LICENCES.txt', licences(metafiles).join('\n'))
// The cache holds the functions that ran before it was made: run what every command runs.
if (existsSync('oclif.manifest.json')) execFileSync(process.execPath, ['scripts/code-cache.mjs'], { stdio: 'inherit' })
