import {readdirSync, rmSync} from 'node:fs'
import {build} from 'esbuild'
rmSync('dist', {recursive: true, force: true})
const commands = readdirSync('src/commands', {recursive: true}).filter((f) => f.endsWith('.ts')).map((f) => `src/commands/${f}`)
const r = await build({
  entryPoints: ['src/entry.ts', ...commands],
  outbase: 'src', outdir: 'dist', bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', minify: process.argv.includes('--minify'), 
  metafile: true,
  banner: {js: "import {createRequire as __cr} from 'node:module';import {fileURLToPath as __fu} from 'node:url';import {dirname as __dn} from 'node:path';const require=__cr(import.meta.url);const __filename=__fu(import.meta.url);const __dirname=__dn(__filename);"},
  logLevel: 'warning',
})
for (const [f, o] of Object.entries(r.metafile.outputs)) console.log(f, o.bytes)
