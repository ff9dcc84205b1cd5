import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findOperation } from './find-operation.ts'
import type { Document } from './openapi.ts'

const face = join(import.meta.dirname, '../../src/sandbox/kalshi/face.ts')

/** Operations of the document that the sandbox has a route for, read from its table so that no list can grow stale. */
export function servedOperations(document: Document): readonly string[] {
  const routes = [...readFileSync(face, 'utf8').matchAll(/\broute\(\s*'\w+',\s*'([A-Z]+) ([^']+)'/g)]
  if (routes.length === 0) throw new Error(`${face} has no table of routes any more`)
  const found = routes.flatMap(([, method = '', path = '']) => {
    const operation = findOperation(document, { method, path: path.replaceAll(':', '') })
    return operation === null ? [] : [operation.operation.id]
  })
  return [...new Set(found)]
}
