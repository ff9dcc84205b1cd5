import type { FaceReply, FaceRequest } from '../face.ts'
import type { KalshiContext } from './context.ts'

/** Every path of the REST interface begins with this. */
export const kalshiPrefix = '/trade-api/v2'

export interface Route {
  readonly method: string
  /** Segments after the prefix; a segment that begins with `:` takes any value. */
  readonly path: readonly string[]
  readonly endpoint: string
  readonly signed: boolean
  /** Called with the values that the path's open segments took, in their order. */
  readonly answer: (context: KalshiContext, request: FaceRequest, ...values: string[]) => FaceReply
}

export function route(endpoint: string, call: string, access: 'public' | 'signed', answer: Route['answer']): Route {
  const [method = '', path = ''] = call.split(' ')
  return { method, path: path.split('/').slice(1), endpoint, signed: access === 'signed', answer }
}

interface Matched {
  readonly route: Route
  readonly values: readonly string[]
}

/** The first route that fits. */
export function findRoute(routes: readonly Route[], request: FaceRequest): Matched | null {
  if (!request.path.startsWith(`${kalshiPrefix}/`)) return null
  const segments = request.path.slice(kalshiPrefix.length + 1).split('/')
  for (const candidate of routes) {
    if (candidate.method !== request.method || candidate.path.length !== segments.length) continue
    const fits = candidate.path.every((part, index) => part.startsWith(':') || part === segments[index])
    if (!fits) continue
    const open = segments.filter((_segment, index) => candidate.path[index]?.startsWith(':') === true)
    return { route: candidate, values: open.map(decode) }
  }
  return null
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
