import type { VenueSettings } from '../venue-module.ts'

/** Polymarket has no public test environment (looked for until 2026-11): only the sandbox stands in for it. */
export const polymarketSettings: VenueSettings = {
  venue: 'polymarket',
  label: 'Polymarket',
  netting: 'per_outcome',
  urls: [
    {
      name: 'clob',
      env: 'POLYMARKET_CLOB_URL',
      defaults: { demo: null, live: 'https://clob.polymarket.com' },
    },
    {
      name: 'gamma',
      env: 'POLYMARKET_GAMMA_URL',
      defaults: { demo: null, live: 'https://gamma-api.polymarket.com' },
    },
    {
      name: 'data',
      env: 'POLYMARKET_DATA_URL',
      defaults: { demo: null, live: 'https://data-api.polymarket.com' },
    },
    {
      name: 'ws',
      env: 'POLYMARKET_WS_URL',
      defaults: { demo: null, live: 'wss://ws-subscriptions-clob.polymarket.com/ws' },
    },
    {
      // The website, which is asked one thing only: whether orders are taken from here.
      name: 'geoblock',
      env: 'POLYMARKET_GEOBLOCK_URL',
      defaults: { demo: null, live: 'https://polymarket.com' },
    },
  ],
  credentials: [
    { name: 'privateKeyPath', env: 'POLYMARKET_PRIVATE_KEY_PATH', secret: true, kind: 'path' },
    { name: 'privateKey', env: 'POLYMARKET_PRIVATE_KEY', secret: true, kind: 'text' },
    { name: 'apiKey', env: 'POLYMARKET_API_KEY', secret: true, kind: 'text' },
    { name: 'apiSecret', env: 'POLYMARKET_API_SECRET', secret: true, kind: 'text' },
    { name: 'apiPassphrase', env: 'POLYMARKET_API_PASSPHRASE', secret: true, kind: 'text' },
    { name: 'funder', env: 'POLYMARKET_FUNDER', secret: false, kind: 'text' },
    { name: 'signatureType', env: 'POLYMARKET_SIGNATURE_TYPE', secret: false, kind: 'text' },
  ],
}
