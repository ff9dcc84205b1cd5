import type { SandboxAddJson } from '../json/sandbox-add-json.ts'
import type { SandboxResetJson } from '../sandbox/reset.ts'
import type { SandboxReadyJson } from '../sandbox/server.ts'
import { amount, type Document, exact, fields, orUnknown, sentence, table, text } from './document.ts'

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

export function sandboxAddView({ venue, event, markets, served }: SandboxAddJson): Document {
  const head = [exact('MARKET'), sentence('TITLE'), exact('STATUS'), amount('BID'), amount('ASK'), exact('CLOSES')]
  const rows = markets.map(({ market, title, status, bids, asks, closes }) => [
    market,
    title,
    status,
    orUnknown(bids[0]?.[0] ?? null),
    orUnknown(asks[0]?.[0] ?? null),
    closes,
  ])
  const heard = served
    ? 'Whoever listens to its sockets was told.'
    : 'No sandbox is being served: the next one lists it.'
  return [table(head, rows), text(`Listed: ${event} at ${venue}. ${heard}`)]
}
