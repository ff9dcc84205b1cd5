import NodeHttpAdapter from '@pollyjs/adapter-node-http'
import { Polly } from '@pollyjs/core'
import FSPersister from '@pollyjs/persister-fs'
import { classOf } from '../src/capture/record/polly.ts'
import { createInstance, sendOrders } from './order-server.ts'

/**
 * The same orders through Polly as it comes, with its own adapter for Node and its own persister for files. With
 * what it does at the end. It replaces `http.request` while it runs, so that nothing else may run beside it.
 */
export async function stockPolly(
  mode: 'record' | 'replay',
  options: { readonly baseUrl: string; readonly directory: string; readonly exchanges: number },
): Promise<void> {
  const polly = new Polly('stock', {
    mode,
    adapters: [classOf(NodeHttpAdapter)],
    persister: classOf(FSPersister),
    persisterOptions: { fs: { recordingsDir: options.directory } },
    recordIfMissing: false,
  })
  await sendOrders(createInstance(), options.baseUrl, 0, options.exchanges)
  await polly.stop()
}
