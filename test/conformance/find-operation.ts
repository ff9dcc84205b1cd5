import type { Document, Operation } from './openapi.ts'

/** What every path of the document is below. */
export const BASE = '/trade-api/v2'

export interface Call {
  readonly method: string
  readonly path: string
}

export interface Found {
  readonly operation: Operation
  /** Of the path's parameters. */
  readonly values: ReadonlyMap<string, readonly string[]>
}

/** Fixed segments beat parameters, as in `/events/fee_changes` and `/events/{event_ticker}`. */
export function findOperation({ operations }: Document, { method, path }: Call): Found | null {
  const segments = path.split('/')
  const found = operations
    .filter((operation) => operation.method === method)
    .flatMap((operation) => matchPath(operation, segments) ?? [])
  return found.sort((a, b) => a.values.size - b.values.size)[0] ?? null
}

function matchPath(operation: Operation, segments: readonly string[]): Found | null {
  const template = operation.path.split('/')
  if (template.length !== segments.length) return null
  const values = new Map<string, readonly string[]>()
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? ''
    const name = /^\{(.+)\}$/.exec(part)?.[1]
    if (name !== undefined && segment !== '') values.set(name, [decoded(segment)])
    else if (part !== segment) return null
  }
  return { operation, values }
}

/** Tests also send what cannot be decoded. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
