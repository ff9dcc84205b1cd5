import { parse } from 'yaml'

/** An OpenAPI 3.0 document as far as the checks read it. Nothing here knows Kalshi. */

export type Json = Readonly<Record<string, unknown>>

export interface Parameter {
  readonly name: string
  readonly place: string
  readonly required: boolean
  readonly schema: Json
}

export interface Operation {
  readonly id: string
  readonly method: string
  /** E.g. `/markets/{ticker}`. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** Null when it takes no body. */
  readonly body: { readonly required: boolean; readonly schema: Json } | null
  /** By status; the schema is null where the document names no JSON body. */
  readonly answers: ReadonlyMap<number, Json | null>
  /** Headers that sign a request, in lower case. Empty for public operations. */
  readonly signedBy: readonly string[]
}

export interface Document {
  readonly version: string
  readonly operations: readonly Operation[]
  /** Named schemas, as they stand. */
  readonly schemas: Readonly<Record<string, Json>>
}

export function readDocument(yaml: string): Document {
  const root = fieldsOf(parse(yaml))
  const resolve = (value: unknown): Json => resolveIn(root, value)
  const operations = Object.entries(fieldsOf(root.paths)).flatMap(([path, item]) => {
    const shared = listOf(fieldsOf(item).parameters)
    return Object.entries(fieldsOf(item))
      .filter(([method]) => ['get', 'post', 'put', 'delete', 'patch'].includes(method))
      .map(([method, operation]) => readOperation({ root, resolve, method, path, shared, from: fieldsOf(operation) }))
  })
  const schemas = Object.entries(fieldsOf(fieldsOf(root.components).schemas))
  return {
    version: String(fieldsOf(root.info).version),
    operations,
    schemas: Object.fromEntries(schemas.map(([name, schema]) => [name, fieldsOf(schema)])),
  }
}

interface OperationSource {
  readonly root: Json
  readonly resolve: (value: unknown) => Json
  readonly method: string
  readonly path: string
  readonly shared: readonly unknown[]
  readonly from: Json
}

function readOperation({ root, resolve, method, path, shared, from }: OperationSource): Operation {
  const body = from.requestBody === undefined ? null : resolve(from.requestBody)
  return {
    id: String(from.operationId),
    method: method.toUpperCase(),
    path,
    parameters: [...shared, ...listOf(from.parameters)].map(resolve).map((parameter) => ({
      name: String(parameter.name),
      place: String(parameter.in),
      required: parameter.required === true,
      schema: fieldsOf(parameter.schema),
    })),
    body: body === null ? null : { required: body.required === true, schema: jsonSchemaOf(body) ?? {} },
    answers: new Map(
      Object.entries(fieldsOf(from.responses)).map(([status, answer]) => [
        Number(status),
        jsonSchemaOf(resolve(answer)),
      ]),
    ),
    signedBy: signaturesOf(root, from),
  }
}

function jsonSchemaOf(content: Json): Json | null {
  const media = fieldsOf(content.content)['application/json']
  return media === undefined ? null : fieldsOf(fieldsOf(media).schema)
}

function signaturesOf(root: Json, operation: Json): readonly string[] {
  const schemes = fieldsOf(fieldsOf(root.components).securitySchemes)
  const needed = listOf(operation.security ?? root.security).flatMap((one) => Object.keys(fieldsOf(one)))
  return [...new Set(needed)].map((name) => String(fieldsOf(schemes[name]).name).toLowerCase())
}

function resolveIn(root: Json, value: unknown): Json {
  const fields = fieldsOf(value)
  if (typeof fields.$ref !== 'string') return fields
  const target = fields.$ref
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((at, segment) => fieldsOf(at)[segment], root)
  if (target === undefined) throw new Error(`the document refers to ${fields.$ref}, which it does not hold`)
  return resolveIn(root, target)
}

/** The members of an object; none for anything else. */
export function fieldsOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
