import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/**
 * The venues' own clients, to measure and to check ourselves against. They are no dependencies of this package: they live in
 * a folder of their own under the ignored build folder.
 */
const manifest = {
  name: 'official-sdks',
  private: true,
  dependencies: { '@polymarket/clob-client-v2': '1.1.0', 'kalshi-typescript': '3.30.0' },
  // The newest releases that the Polymarket client's range allows do not fit together.
  overrides: { viem: '2.49.0', ox: '0.14.20' },
}

const sdkFolder = fileURLToPath(new URL('../build/sdk', import.meta.url))

export interface OfficialSdks {
  readonly folder: string
  /** Loads a package that is installed there. */
  readonly require: NodeJS.Require
}

/**
 * Installs them unless they are there already, and says so on stderr.
 * @throws Error that says why npm could not, e.g. without a network.
 */
export async function installSdks(folder: string = sdkFolder): Promise<OfficialSdks> {
  if (!(await isInstalled(folder))) {
    console.error(`Installing ${namedVersions().join(', ')} into ${folder}.`)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await runNpmInstall(folder)
    if (!(await isInstalled(folder))) {
      throw new Error(`npm installed other versions than asked for. Delete ${folder} and try again.`)
    }
  }
  return { folder, require: createRequire(pathToFileURL(join(folder, 'package.json'))) }
}

function namedVersions(): readonly string[] {
  return Object.entries(manifest.dependencies).map(([name, version]) => `${name}@${version}`)
}

async function isInstalled(folder: string): Promise<boolean> {
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.overrides })
  const found = await Promise.all(wanted.map(([name]) => installedVersion(folder, name)))
  return wanted.every(([, version], index) => found[index] === version)
}

async function installedVersion(folder: string, name: string): Promise<string | null> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8'))
    return version
  } catch {
    return null
  }
}

async function runNpmInstall(folder: string): Promise<void> {
  // npm is a script on Windows, which only a shell runs. No argument here comes from outside.
  const npm = spawn('npm install --ignore-scripts --no-audit --no-fund --loglevel=error', {
    cwd: folder,
    shell: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let complaint = ''
  npm.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text
  })
  const status = await new Promise<number | null>((resolve, reject) => npm.on('error', reject).on('close', resolve))
  if (status === 0) return
  throw new Error(
    `The official SDKs cannot be installed into ${folder} (npm ended with ${status}).\n${complaint.trim()}`,
  )
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await installSdks()
