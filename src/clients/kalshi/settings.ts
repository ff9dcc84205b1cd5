import type { VenueSettings } from '../venue-module.ts'

/** Source of the addresses: Kalshi's API pages, read 2026-10. */
export const kalshiSettings: VenueSettings = {
  venue: 'kalshi',
  label: 'Kalshi',
  netting: 'net',
  urls: [
    {
      name: 'rest',
      env: 'KALSHI_BASE_URL',
      defaults: {
        demo: 'https://external-api.demo.kalshi.co/trade-api/v2',
        live: 'https://external-api.kalshi.com/trade-api/v2',
      },
      also: {
        demo: ['https://demo-api.kalshi.co/trade-api/v2'],
        live: ['https://api.elections.kalshi.com/trade-api/v2'],
      },
    },
    {
      name: 'ws',
      env: 'KALSHI_WS_URL',
      defaults: {
        demo: 'wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2',
        live: 'wss://external-api-ws.kalshi.com/trade-api/ws/v2',
      },
      also: {
        demo: ['wss://demo-api.kalshi.co/trade-api/ws/v2'],
        live: ['wss://api.elections.kalshi.com/trade-api/ws/v2'],
      },
    },
  ],
  credentials: [
    { name: 'apiKeyId', env: 'KALSHI_API_KEY_ID', secret: false, kind: 'text' },
    { name: 'privateKeyPath', env: 'KALSHI_PRIVATE_KEY_PATH', secret: true, kind: 'path' },
  ],
}
