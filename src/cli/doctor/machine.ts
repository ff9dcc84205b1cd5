import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Finding, failed, passed, warned } from '../../clients/probe.ts'
import type { Settings } from '../config/settings.ts'

/** Fewer free bytes than this and the journal may soon refuse orders, since nothing is sent that cannot be written first. */
const FREE_WANTED = 100 * 1024 * 1024
const FREE_NEEDED = 5 * 1024 * 1024

/** What orders need of this machine: a program that is new enough, and a place to write to. */
export async function* examineMachine({ dataDir, captureDir, environment }: Settings): AsyncGenerator<Finding> {
  yield passed('machine.node', `Node.js ${process.versions.node} on ${process.platform}`)
  yield passed('machine.environment', `environment ${environment}`)
  yield await folderFinding('machine.data-directory', 'data directory', dataDir)
  if (captureDir !== null) yield await folderFinding('machine.capture-directory', 'capture directory', captureDir)
  yield await diskFinding(dataDir)
}

async function folderFinding(check: string, what: string, folder: string): Promise<Finding> {
  const place = await nearestExisting(folder)
  const remedy = `Make it writable for this user, or name another ${what}.`
  try {
    await access(place, constants.R_OK | constants.W_OK | constants.X_OK)
    const { mode } = await stat(place)
    if (!(await stat(place)).isDirectory())
      return failed(check, 'configuration', `${what} ${place} is not a folder`, remedy)
    if (place !== folder) return passed(check, `${what} ${folder} will be made when it is needed`)
    const isShared = process.platform !== 'win32' && (mode & 0o022) !== 0
    return isShared
      ? warned(check, `others can write to the ${what} ${folder}, and so to the journal`, `Run: chmod go-w ${folder}`)
      : passed(check, `${what} ${folder} can be written`)
  } catch (error) {
    return failed(
      check,
      'configuration',
      `${what} ${place} cannot be written (${codeOf(error)}): no order can be placed`,
      remedy,
    )
  }
}

async function diskFinding(folder: string): Promise<Finding> {
  const check = 'machine.disk'
  try {
    const { bavail, bsize } = await statfs(await nearestExisting(folder))
    const free = bavail * bsize
    const told = `${sizeOf(free)} free for the data directory`
    if (free >= FREE_WANTED) return passed(check, told)
    const remedy = 'Make room: an order is sent only after it was written down.'
    return free >= FREE_NEEDED ? warned(check, told, remedy) : failed(check, 'configuration', told, remedy)
  } catch (error) {
    return warned(check, `the free space cannot be told (${codeOf(error)})`)
  }
}

/** The folder itself, or the one that it would be made in. */
async function nearestExisting(folder: string): Promise<string> {
  try {
    await stat(folder)
    return folder
  } catch (error) {
    const parent = dirname(folder)
    return codeOf(error) !== 'ENOENT' || parent === folder ? folder : nearestExisting(parent)
  }
}

function sizeOf(bytes: number): string {
  const mebibytes = Math.floor(bytes / (1024 * 1024))
  return mebibytes >= 10 * 1024 ? `${Math.floor(mebibytes / 1024)} GiB` : `${mebibytes} MiB`
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
