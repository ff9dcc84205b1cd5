import { createClient } from '../../src/clients/index.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { describeVenueBatches } from './venue-batches.ts'
import { describeVenueClient } from './venue-client.ts'

const start = () =>
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
  )

describeVenueClient('polymarket', start)
describeVenueBatches('polymarket', start)
