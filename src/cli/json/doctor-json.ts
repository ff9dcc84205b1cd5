import type { Finding } from '../../clients/probe.ts'
import { type ExitReason, gravest } from '../exit-codes.ts'

export interface FindingJson {
  readonly check: string
  readonly status: Finding['status']
  readonly cause: Finding['cause']
  readonly message: string
  readonly suggestions: readonly string[]
}

export interface DoctorJson {
  readonly environment: string
  readonly checks: readonly FindingJson[]
  readonly passed: number
  readonly warnings: number
  readonly problems: number
  readonly skipped: number
}

export function doctorJson(environment: string, findings: readonly Finding[]): DoctorJson {
  const howMany = (status: Finding['status']): number => findings.filter((finding) => finding.status === status).length
  return {
    environment,
    checks: findings.map(({ check, status, cause, message, suggestions }) => ({
      check,
      status,
      cause,
      message,
      suggestions,
    })),
    passed: howMany('ok'),
    warnings: howMany('warning'),
    problems: howMany('problem'),
    skipped: howMany('skipped'),
  }
}

/** A venue that cannot be reached comes before what is ours to put right: the rest could not be looked at. */
export function doctorReason({ checks }: DoctorJson): ExitReason {
  return gravest(
    checks.map(({ cause }) => (cause === null ? 'done' : cause === 'unreachable' ? 'unavailable' : 'usage')),
  )
}
