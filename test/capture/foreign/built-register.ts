import { join } from 'node:path'
import { build } from 'esbuild'

/** `crosstape/register` in one file, as the build makes it: programs under test then start as fast as users' do. */
export async function buildRegister(folder: string): Promise<string> {
  const outfile = join(folder, 'register.cjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'register-child.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  })
  return outfile
}
