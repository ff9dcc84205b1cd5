import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { fieldsOf, type Json } from './openapi.ts'

/** What is wrong with a value, and where. */
export interface Problem {
  /** JSON pointer; places in lists are `*`, so that a hundred rows with one fault are one fault. */
  readonly pointer: string
  readonly message: string
}

/** Schema members that say something about values; the others (`description`, `example`, `x-…`) say it to people. */
const kept = new Set(['type', 'enum', 'format', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems'])

/**
 * Validates against OpenAPI 3.0 schemas, made stricter in two ways. An object that lists its members has no others.
 * And named schemas may get a pattern where the document says in prose only what their text looks like.
 */
export class Validator {
  private readonly ajv = new Ajv({ allErrors: true, strict: false })
  private readonly compiled = new Map<Json, ValidateFunction>()

  constructor(
    private readonly schemas: Readonly<Record<string, Json>>,
    private readonly patterns: Readonly<Record<string, string>>,
  ) {
    this.ajv.addFormat('date-time', (text) => RFC_3339.test(text) && !Number.isNaN(Date.parse(text)))
    this.ajv.addFormat('uuid', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i)
    this.ajv.addFormat('int32', { type: 'number', validate: (value) => Math.abs(value) <= 2 ** 31 })
    this.ajv.addFormat('int64', { type: 'number', validate: Number.isSafeInteger })
    this.ajv.addFormat('double', { type: 'number', validate: Number.isFinite })
    const definitions = Object.entries(schemas).map(([name, schema]) => [name, this.convert(schema, name)])
    this.ajv.addSchema({ definitions: Object.fromEntries(definitions) }, 'document')
  }

  problems(schema: Json, value: unknown): readonly Problem[] {
    const validate = this.compiled.get(schema) ?? this.ajv.compile(this.convert(schema))
    this.compiled.set(schema, validate)
    return validate(value) ? [] : (validate.errors ?? []).map(problemOf)
  }

  /** The JSON type that a schema asks for, through references. */
  typeOf(schema: Json): unknown {
    if (typeof schema.$ref === 'string') return this.typeOf(this.schemas[nameIn(schema.$ref)] ?? {})
    return Array.isArray(schema.allOf) ? this.typeOf(fieldsOf(schema.allOf[0])) : schema.type
  }

  private convert(schema: Json, name?: string): Json {
    if (typeof schema.$ref === 'string') {
      const target = nameIn(schema.$ref)
      // Beside a reference, `nullable` is all that counts.
      if (schema.nullable !== true) return { $ref: `document#/definitions/${target}` }
      return this.convert({ ...this.schemas[target], nullable: true }, target)
    }
    const parts = schema.allOf
    if (Array.isArray(parts)) {
      // One part is how OpenAPI 3.0 hangs a description on a reference. Closing objects over several is another matter.
      if (parts.length !== 1) throw new Error('allOf with more than one schema is not understood')
      return this.convert({ ...fieldsOf(parts[0]), ...(schema.nullable === true ? { nullable: true } : {}) })
    }
    if (['oneOf', 'anyOf', 'not'].some((word) => word in schema)) throw new Error('only plain schemas are understood')
    return this.convertPlain(schema, name)
  }

  private convertPlain(schema: Json, name?: string): Json {
    const result: Record<string, unknown> = Object.fromEntries(
      Object.entries(schema).filter(([word]) => kept.has(word)),
    )
    const pattern = name === undefined ? undefined : this.patterns[name]
    if (pattern !== undefined) result.pattern = pattern
    if (schema.properties !== undefined) {
      const members = Object.entries(fieldsOf(schema.properties))
      result.properties = Object.fromEntries(members.map(([member, one]) => [member, this.convert(fieldsOf(one))]))
      result.additionalProperties = false
    }
    if (Array.isArray(schema.required)) result.required = schema.required
    if (schema.items !== undefined) result.items = this.convert(fieldsOf(schema.items))
    if (typeof schema.additionalProperties === 'boolean') result.additionalProperties = schema.additionalProperties
    else if (schema.additionalProperties !== undefined)
      result.additionalProperties = this.convert(fieldsOf(schema.additionalProperties))
    if (schema.nullable === true) allowNull(result)
    return result
  }
}

function nameIn(reference: string): string {
  return reference.slice('#/components/schemas/'.length)
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

function allowNull(schema: Record<string, unknown>): void {
  if (schema.type !== undefined) schema.type = [schema.type, 'null']
  // The document of the socket names it among the values, too.
  if (Array.isArray(schema.enum)) schema.enum = [...new Set([...schema.enum, null])]
}

function problemOf(error: ErrorObject): Problem {
  const pointer = error.instancePath.replace(/\/\d+(?=\/|$)/g, '/*')
  switch (error.keyword) {
    case 'additionalProperties':
      return { pointer: `${pointer}/${error.params.additionalProperty}`, message: 'is not in the schema' }
    case 'required':
      return { pointer: `${pointer}/${error.params.missingProperty}`, message: 'is missing' }
    case 'enum':
      return { pointer, message: `must be one of ${error.params.allowedValues.map(String).join(', ')}` }
    default:
      return { pointer, message: error.message ?? error.keyword }
  }
}

/** Text of a query or path parameter as the value that its schema is about; the text itself where it cannot be one. */
export function parameterValue(type: unknown, texts: readonly string[]): unknown {
  const [text = ''] = texts
  switch (type) {
    case 'array':
      return texts
    case 'integer':
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    default:
      return text
  }
}
