import { answerForms, type Fault, type FaultKind, type FaultRule } from './faults.ts'
import { isDuration } from './times.ts'

/** Reading fault rules from the control interface. Every bad member is an answer to whoever asked, not a crash. */

type Members = Readonly<Record<string, unknown>>

/** A rule, or what is wrong with the text. */
export type ParsedRule =
  | { readonly kind: 'rule'; readonly rule: FaultRule }
  | { readonly kind: 'wrong'; readonly message: string }

const shorthand: Readonly<Record<FaultKind, readonly string[]>> = {
  drop_response: [],
  drop_request: [],
  timeout: ['ms'],
  status: ['status', 'body', 'executed', 'headers'],
  delay: ['ms'],
  html: ['status', 'executed'],
  truncate: [],
  stale_reads: ['ms'],
  settlement_failed: [],
  delayed_match: ['ms'],
  garbage_cursor: [],
  partial_batch: [],
  reversed_batch: [],
  settlement_retried: [],
  answer_form: ['form'],
  missing_version: [],
  drop_frame: [],
  gap_frames: ['frames'],
  duplicate_frame: [],
  reorder_frames: [],
  delay_frames: ['ms'],
  reset_socket: [],
  half_open_socket: [],
}

const faultKinds: readonly string[] = Object.keys(shorthand)

/** `{venue?, endpoint?, times?, skip?, percent?, fault, …members of the fault}`. */
export function parseFaultRule(value: Members): ParsedRule {
  const fault = parseFault(value)
  if (fault === null) return wrong(`fault must be one of ${faultKinds.join(', ')}, with its members`)
  const venue = value.venue ?? '*'
  const endpoint = value.endpoint ?? '*'
  if (typeof venue !== 'string' || !['kalshi', 'polymarket', '*'].includes(venue)) {
    return wrong('venue must be kalshi, polymarket or *')
  }
  if (typeof endpoint !== 'string') return wrong('endpoint must be the name of an endpoint or *')
  const times = value.times === null ? null : wholeNumber(value.times, 1)
  const skip = wholeNumber(value.skip, 0)
  const percent = wholeNumber(value.percent, 100)
  if (times === undefined || skip === undefined || percent === undefined || percent > 100) {
    return wrong('times, skip and percent must be whole numbers, times may be null for always')
  }
  return { kind: 'rule', rule: { venue, endpoint, skip, times, percent, fault } }
}

function wrong(message: string): ParsedRule {
  return { kind: 'wrong', message }
}

/** The number, the fallback when absent, or undefined when it is no whole number of zero or more. */
function wholeNumber(value: unknown, fallback: number): number | undefined {
  if (value === undefined) return fallback
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined
}

function duration(value: unknown): number | null {
  if (value === undefined) return 5_000
  return isDuration(value) ? value : null
}

function parseFault(value: Members): Fault | null {
  const ms = duration(value.ms)
  const status = wholeNumber(value.status, 503) ?? null
  const executed = value.executed !== false
  switch (value.fault) {
    case 'drop_response':
    case 'drop_request':
    case 'truncate':
    case 'settlement_failed':
    case 'garbage_cursor':
    case 'partial_batch':
    case 'reversed_batch':
    case 'settlement_retried':
    case 'missing_version':
    case 'drop_frame':
    case 'duplicate_frame':
    case 'reorder_frames':
    case 'reset_socket':
    case 'half_open_socket':
      return { kind: value.fault }
    case 'gap_frames': {
      const frames = wholeNumber(value.frames, 3)
      return frames === undefined || frames === 0 ? null : { kind: 'gap_frames', frames }
    }
    case 'answer_form': {
      const form = answerForms.find((known) => known === value.form)
      return form === undefined ? null : { kind: 'answer_form', form }
    }
    case 'timeout':
    case 'delay':
    case 'stale_reads':
    case 'delayed_match':
    case 'delay_frames':
      return ms === null ? null : { kind: value.fault, ms }
    case 'html':
      return status === null ? null : { kind: 'html', status, executed }
    case 'status': {
      const { body, headers } = value
      if (status === null || (body !== undefined && typeof body !== 'string')) return null
      return { kind: 'status', status, body: body ?? '', executed, headers: stringMembers(headers) }
    }
    default:
      return null
  }
}

function stringMembers(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  const members = Object.entries(value).flatMap(([name, member]) =>
    typeof member === 'string' ? [[name, member]] : [],
  )
  return Object.fromEntries(members)
}
