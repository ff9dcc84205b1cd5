import { createClient } from '../../src/clients/index.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { describeVenueClient } from './venue-client.ts'

describeVenueClient('polymarket', () =>
  sandboxHarness(({ polymarket }, clock) =>
    createClient('polymarket', {
      urls: { clob: polymarket.clob, gamma: polymarket.gamma, data: polymarket.data, ws: null },
      account: {
        kind: 'credentials',
        values: {
          privateKey: polymarket.privateKey,
          funder: polymarket.funder,
          signatureType: String(polymarket.signatureType),
        },
      },
      timeoutMs: 5_000,
      clock,
      userAgent: 'crosstape/test',
    }),
  ),
)
