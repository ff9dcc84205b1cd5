import type { Money } from '../../domain/amounts.ts'
import type { TransferCommand } from '../commands.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { Transfer } from '../model.ts'
import { type Fields, integer, readBody, text } from './body.ts'
import type { KalshiContext } from './context.ts'
import { refusedOrder, refuseWhileHalted, userNotFound } from './create-order.ts'
import { dollars, unixSeconds } from './format.ts'
import { pageOf, readLimit } from './pages.ts'
import { invalidParameters, json, notFound, queryFailure } from './replies.ts'

/** Moving cash between exchange shards (venue page §4.5). Nothing else moves it: orders do not. */

/** How long cash is on its way. Asynchronous on the venue, for an unknown time. */
const travelMs = 1_000
const perCenticent = 100n

export function createTransfer(context: KalshiContext, request: FaceRequest): FaceReply {
  const halted = refuseWhileHalted(context)
  if (halted !== null) return halted
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const command = readTransfer(context, body.fields)
  if ('status' in command) return command
  const result = context.host.exchange.execute(command)
  if (result.kind === 'transferred') return json(200, { transfer_id: result.transfer.id })
  return result.reason === 'pool_not_found' ? userNotFound(context) : refusedOrder(result)
}

/** Event contracts on the primary account alone: there is nothing else here. */
function readTransfer(context: KalshiContext, fields: Fields): TransferCommand | FaceReply {
  const instances = [text(fields, 'source'), text(fields, 'destination')]
  if (instances.some((instance) => instance !== 'event_contract')) return invalidParameters('source and destination')
  const amount = integer(fields, 'amount')
  if (amount === null || amount <= 0) return invalidParameters('amount')
  const subaccounts = [integer(fields, 'source_subaccount'), integer(fields, 'destination_subaccount')]
  if (subaccounts.some((number) => number !== null && number !== 0)) return userNotFound(context)
  const [from, to] = [integer(fields, 'source_exchange_shard') ?? 0, integer(fields, 'destination_exchange_shard') ?? 0]
  if (to < 0 || to > 100 || from === to) return invalidParameters('destination_exchange_shard')
  return {
    kind: 'transfer',
    account: context.owner.account,
    clientId: text(fields, 'client_transfer_id'),
    from: String(from),
    to: String(to),
    amount: (BigInt(amount) * perCenticent) as Money,
    delayMs: travelMs,
  }
}

export function listTransfers(context: KalshiContext, request: FaceRequest): FaceReply {
  const limit = readLimit(request.query.get('limit'), { min: 1, max: 500, fallback: 100 })
  if (typeof limit === 'string') return queryFailure('GetTransfers', 'Limit', limit)
  const transfers = context.host.exchange.transfers(context.owner.account)
  const page = pageOf(transfers, (transfer) => transfer.id, limit, request.query.get('cursor'))
  return json(200, { transfers: page.items.map(renderTransfer), cursor: page.cursor })
}

export function getTransfer(context: KalshiContext, id: string): FaceReply {
  const found = context.host.exchange.transfers(context.owner.account).find((transfer) => transfer.id === id)
  return found === undefined ? notFound : json(200, { transfer: renderTransfer(found) })
}

function renderTransfer(transfer: Transfer): Readonly<Record<string, unknown>> {
  return {
    transfer_id: transfer.id,
    source: 'event_contract',
    destination: 'event_contract',
    source_exchange_shard: Number(transfer.from),
    destination_exchange_shard: Number(transfer.to),
    amount: dollars(transfer.amount),
    status: transfer.arrived ? 'complete' : 'pending',
    created_ts: unixSeconds(transfer.createdMs),
  }
}
