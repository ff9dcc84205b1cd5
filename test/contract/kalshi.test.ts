import { loadKalshiAccount } from '../../src/clients/kalshi/auth.ts'
import { createKalshiClient } from '../../src/clients/kalshi/client.ts'
import { sandboxHarness } from './sandbox-harness.ts'
import { describeVenueAmends } from './venue-amends.ts'
import { describeVenueBatches } from './venue-batches.ts'
import { describeVenueClient } from './venue-client.ts'

const start = () =>
  sandboxHarness(async ({ kalshi }, clock) =>
    createKalshiClient({
      baseUrl: kalshi.rest,
      account: await loadKalshiAccount({ keyId: kalshi.apiKeyId, privateKeyPem: kalshi.privateKeyPem }),
      timeoutMs: 5_000,
      clock,
      userAgent: 'crosstape/test',
    }),
  )

describeVenueClient('kalshi', start)
describeVenueBatches('kalshi', start)
describeVenueAmends('kalshi', start)
