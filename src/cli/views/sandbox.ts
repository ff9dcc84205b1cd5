import type { SandboxResetJson } from '../sandbox/reset.ts'
import type { SandboxReadyJson } from '../sandbox/server.ts'
import { type Document, fields, orUnknown, text } from './document.ts'

export function sandboxReadyView({ kalshi, polymarket, control }: SandboxReadyJson): Document {
  return [
    text('The sandbox is ready. To point other programs at it:'),
    fields([
      ['KALSHI_BASE_URL', kalshi.rest],
      ['KALSHI_WS_URL', kalshi.ws],
      ['KALSHI_API_KEY_ID', kalshi.apiKeyId],
      ['KALSHI_PRIVATE_KEY_PATH', orUnknown(kalshi.privateKeyPath)],
      ['POLYMARKET_CLOB_URL', polymarket.clob],
      ['POLYMARKET_GAMMA_URL', polymarket.gamma],
      ['POLYMARKET_DATA_URL', polymarket.data],
      ['POLYMARKET_WS_URL', polymarket.ws],
      ['POLYMARKET_PRIVATE_KEY', polymarket.privateKey],
      ['POLYMARKET_FUNDER', polymarket.funder],
      ['POLYMARKET_SIGNATURE_TYPE', String(polymarket.signatureType)],
      ['control', control],
    ]),
    text('These keys open a sandbox account and nothing else. Ctrl-C ends it; its state stays.'),
  ]
}

export function sandboxResetView({ journalKept }: SandboxResetJson): Document {
  return [
    text('The sandbox starts anew.'),
    ...(journalKept === null ? [] : [text(`Its journal was put into ${journalKept}`)]),
  ]
}
