import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { RunningSandbox } from './serve.ts'

/** A sandbox that another process serves. Keys are named by file; nothing secret is written down here. */
export interface ServedSandbox {
  readonly pid: number
  readonly instance: string
  readonly control: string
  readonly kalshi: {
    readonly rest: string
    readonly ws: string
    readonly apiKeyId: string
    readonly privateKeyPath: string | null
  }
  readonly polymarket: {
    readonly clob: string
    readonly gamma: string
    readonly data: string
    readonly ws: string
    readonly geoblock: string
    readonly privateKeyPath: string
    readonly funder: string
    readonly signatureType: 0
  }
}

/** All that a program needs to trade on a served sandbox. */
export interface SandboxAccess {
  readonly kalshi: ServedSandbox['kalshi']
  readonly polymarket: RunningSandbox['polymarket']
  readonly control: string
}

/** Writes down where a served sandbox is, so that other commands use it instead of hosting their own. */
export function announceSandbox(dataDir: string, running: RunningSandbox): void {
  const { kalshi, polymarket } = running
  const served: ServedSandbox = {
    pid: process.pid,
    instance: running.instance,
    control: running.control,
    // Our own commands sign with the quicker key.
    kalshi: {
      rest: kalshi.rest,
      ws: kalshi.ws,
      apiKeyId: kalshi.ed25519.apiKeyId,
      privateKeyPath: kalshi.ed25519.privateKeyPath,
    },
    polymarket: {
      clob: polymarket.clob,
      gamma: polymarket.gamma,
      data: polymarket.data,
      ws: polymarket.ws,
      geoblock: polymarket.geoblock,
      privateKeyPath: join(dataDir, 'sandbox', 'keys', 'polymarket.key'),
      funder: polymarket.funder,
      signatureType: polymarket.signatureType,
    },
  }
  const path = placeOf(dataDir)
  writeFileSync(`${path}.new`, `${JSON.stringify(served, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

export function withdrawAnnouncement(dataDir: string): void {
  rmSync(placeOf(dataDir), { force: true })
}

/** The sandbox that is being served from this data directory, or null: none was announced, or it does not answer. */
export async function findRunningSandbox(dataDir: string): Promise<ServedSandbox | null> {
  const served = readAnnouncement(placeOf(dataDir))
  if (served === null) return null
  return (await healthOf(served.control)) === served.instance ? served : null
}

function placeOf(dataDir: string): string {
  return join(dataDir, 'sandbox', 'server.json')
}

function readAnnouncement(path: string): ServedSandbox | null {
  try {
    const served: ServedSandbox = JSON.parse(readFileSync(path, 'utf8'))
    const isUsable = typeof served.instance === 'string' && URL.canParse(served.control)
    return isUsable && served.control.startsWith('http://') ? served : null
  } catch {
    // Nothing announced, or half a file from a crash: either way there is nothing to use.
    return null
  }
}

const HEALTH_TIMEOUT_MS = 1_000

/** The instance that answers at a control address, or null. */
function healthOf(control: string): Promise<string | null> {
  return new Promise((resolve) => {
    const call = request(`${control}/health`, { timeout: HEALTH_TIMEOUT_MS, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve(instanceIn(text)))
      response.on('error', () => resolve(null))
    })
    call.on('timeout', () => call.destroy())
    call.on('error', () => resolve(null))
    call.end()
  })
}

function instanceIn(text: string): string | null {
  try {
    const health: unknown = JSON.parse(text)
    if (typeof health !== 'object' || health === null || !('instance' in health)) return null
    return typeof health.instance === 'string' ? health.instance : null
  } catch {
    return null
  }
}
