import type { FaceReply, FaceRequest } from '../face.ts'
import { isRecord, OtherNumber, parseBody } from '../json-body.ts'
import { flatFailure } from './replies.ts'

/** A decoded JSON object, or the flat 400 that the venue answers instead. */
export type Body =
  | { readonly kind: 'object'; readonly fields: Fields }
  | { readonly kind: 'refused'; readonly reply: FaceReply }

export type Fields = Readonly<Record<string, unknown>>

type FieldType = 'string' | 'number' | 'boolean'

/** What the venue's decoder calls the JSON types. */
const goTypes: Readonly<Record<FieldType, string>> = { string: 'string', number: 'int64', boolean: 'bool' }

/** Types of all members that the sandbox reads. Anything else is ignored. */
const memberTypes: Readonly<Record<string, FieldType>> = {
  ticker: 'string',
  side: 'string',
  count: 'string',
  price: 'string',
  time_in_force: 'string',
  self_trade_prevention_type: 'string',
  client_order_id: 'string',
  updated_client_order_id: 'string',
  expiration_time: 'number',
  post_only: 'boolean',
  reduce_only: 'boolean',
  cancel_order_on_pause: 'boolean',
  subaccount: 'number',
  order_group_id: 'string',
  exchange_index: 'number',
  market_ticker: 'string',
  order_id: 'string',
  reduce_by: 'string',
  reduce_to: 'string',
  source: 'string',
  destination: 'string',
  amount: 'number',
  source_exchange_shard: 'number',
  destination_exchange_shard: 'number',
  source_subaccount: 'number',
  destination_subaccount: 'number',
  client_transfer_id: 'string',
  contracts_limit: 'number',
  contracts_limit_fp: 'string',
}

export function readBody(request: FaceRequest): Body {
  const type = request.headers['content-type'] ?? ''
  if (!type.toLowerCase().startsWith('application/json')) {
    return refuse('invalid_content_type', 'content type must be application/json')
  }
  const value = parseBody(request.body)
  if (value === undefined) return refuse('bad_request', 'invalid character in JSON body')
  const fields = asFields(value)
  if (fields === null) return refuse('bad_request', 'json: cannot unmarshal into Go value of type object')
  return checkMembers(fields)
}

/** Amounts are strings on this wire: a number in their place is refused, not converted. */
export function checkMembers(fields: Fields): Body {
  for (const [name, wanted] of Object.entries(memberTypes)) {
    const value = fields[name]
    if (value === undefined || value === null) continue
    if (!(value instanceof OtherNumber) && typeof value === wanted) continue
    const shown = shownAs(value, wanted)
    return refuse(
      'bad_request',
      `json: cannot unmarshal ${shown} into Go struct field .${name} of type ${goTypes[wanted]}`,
    )
  }
  return { kind: 'object', fields }
}

/** What the venue's decoder calls a value that is not what it wants. */
function shownAs(value: unknown, wanted: FieldType): string {
  if (value instanceof OtherNumber) return wanted === 'number' ? `number ${value.text}` : 'number'
  if (typeof value === 'boolean') return 'bool'
  return Array.isArray(value) ? 'array' : typeof value
}

function refuse(code: string, details: string): Body {
  return { kind: 'refused', reply: flatFailure(400, { code, message: 'bad request', details }) }
}

export function asFields(value: unknown): Fields | null {
  return isRecord(value) ? Object.fromEntries(Object.entries(value)) : null
}

export function text(fields: Fields, name: string): string | null {
  const value = fields[name]
  return typeof value === 'string' && value !== '' ? value : null
}

export function integer(fields: Fields, name: string): number | null {
  const value = fields[name]
  return typeof value === 'number' ? value : null
}

export function flag(fields: Fields, name: string): boolean {
  return fields[name] === true
}
