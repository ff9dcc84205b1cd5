import { createHash } from 'node:crypto'
import { BASE, type Call, type Found, findOperation } from './find-operation.ts'
import { type CallGap, callGaps, errorShapes, patterns, type StatusGap, statusGaps } from './known-gaps.ts'
import type { Answer, Exchange } from './observer.ts'
import type { Document, Json, Operation, Parameter } from './openapi.ts'
import { type Problem, parameterValue, Validator } from './validator.ts'

export interface Violation extends Problem {
  readonly side: 'request' | 'answer'
  /** Id of the operation, or the call itself when the document has none for it. */
  readonly operation: string
  /** Of the answer. */
  readonly status: number | null
  /** The call, and what of the body shows it. */
  readonly sample: string
}

/** What a run exercised of one operation. */
export interface Exercise {
  /** Requests of our client. */
  asked: number
  /** Answers of the sandbox by status. */
  readonly statuses: Map<number, number>
  /** Different exchanges among them. */
  distinct: number
}

const OUR_CLIENT = /^crosstape\//

/** Holds requests of our client and answers of the sandbox against the document. */
export class Checker {
  readonly exercises = new Map<string, Exercise>()
  private readonly violations = new Map<string, { violation: Violation; count: number }>()
  private readonly seen = new Set<string>()
  private readonly used = new Set<StatusGap | CallGap>()
  private readonly validators: Readonly<Record<Violation['side'], Validator>>

  constructor(readonly document: Document) {
    this.validators = {
      request: new Validator(document.schemas, patterns.request),
      answer: new Validator(document.schemas, patterns.answer),
    }
  }

  take(exchange: Exchange): void {
    const call = callOf(exchange)
    const operation = findOperation(this.document, call)
    const isOurs = OUR_CLIENT.test(exchange.headers['user-agent'] ?? '')
    const exercise = operation === null ? null : this.count(operation.operation.id, isOurs, exchange)
    if (!this.isNew(exchange, isOurs)) return
    if (exercise !== null) exercise.distinct++
    const report = (side: Violation['side'], problems: readonly Problem[]): void =>
      this.report({ exchange, side, name: operation?.operation.id ?? `${call.method} ${call.path}` }, problems)
    if (isOurs) report('request', operation === null ? [notDeclared] : this.requestProblems(operation, exchange))
    if (exchange.answer === null) return
    if (operation === null) report('answer', this.strayProblems(call, exchange.answer))
    else report('answer', this.answerProblems(operation.operation, exchange.answer))
  }

  /** Each fault once, with how many different exchanges showed it. */
  found(): readonly { readonly violation: Violation; readonly count: number }[] {
    return [...this.violations.values()]
  }

  /** Rows of the tables of known differences that nothing needed. */
  staleGaps(): readonly (StatusGap | CallGap)[] {
    return [...statusGaps, ...callGaps].filter((gap) => !this.used.has(gap))
  }

  private isNew({ method, target, body, answer }: Exchange, isOurs: boolean): boolean {
    // Long lists are most of what is seen: their digests are kept, not they.
    const key = createHash('sha1')
      .update(JSON.stringify([isOurs, method, target, body, answer]))
      .digest('base64')
    if (this.seen.has(key)) return false
    this.seen.add(key)
    return true
  }

  private count(id: string, isOurs: boolean, { answer }: Exchange): Exercise {
    const exercise = this.exercises.get(id) ?? { asked: 0, statuses: new Map(), distinct: 0 }
    this.exercises.set(id, exercise)
    if (isOurs) exercise.asked++
    if (answer !== null) exercise.statuses.set(answer.status, (exercise.statuses.get(answer.status) ?? 0) + 1)
    return exercise
  }

  private requestProblems({ operation, values }: Found, exchange: Exchange): readonly Problem[] {
    const query = new URL(exchange.target, 'http://kalshi').searchParams
    const missing = operation.signedBy.filter((header) => exchange.headers[header] === undefined)
    return [
      ...missing.map((header) => ({ pointer: `header ${header}`, message: 'is missing' })),
      ...this.parameterProblems(operation, 'path', (name) => values.get(name) ?? []),
      ...this.parameterProblems(operation, 'query', (name) => query.getAll(name)),
      ...[...new Set(query.keys())]
        .filter((name) => !operation.parameters.some((one) => one.place === 'query' && one.name === name))
        .map((name) => ({ pointer: `query ${name}`, message: 'is not a parameter' })),
      ...this.bodyProblems(operation, exchange),
    ]
  }

  private parameterProblems(
    operation: Operation,
    place: string,
    given: (name: string) => readonly string[],
  ): readonly Problem[] {
    const problemsOf = ({ name, required, schema }: Parameter): readonly Problem[] => {
      const texts = given(name)
      if (texts.length === 0) return required ? [{ pointer: '', message: 'is missing' }] : []
      return this.validators.request.problems(schema, parameterValue(this.validators.request.typeOf(schema), texts))
    }
    return operation.parameters
      .filter((parameter) => parameter.place === place)
      .flatMap((one) => problemsOf(one).map((found) => ({ ...found, pointer: `${place} ${one.name}${found.pointer}` })))
  }

  private bodyProblems({ body }: Operation, exchange: Exchange): readonly Problem[] {
    if (exchange.body === '') return body?.required === true ? [{ pointer: 'body', message: 'is missing' }] : []
    if (body === null) return [{ pointer: 'body', message: 'is not expected' }]
    if (!isJsonType(exchange.headers['content-type'])) return [{ pointer: 'body', message: 'is not sent as JSON' }]
    return this.jsonProblems('request', body.schema, exchange.body)
  }

  private answerProblems(operation: Operation, answer: Answer): readonly Problem[] {
    const { status } = answer
    const problems: Problem[] = []
    if (!operation.answers.has(status) && !this.isKnownStatus(operation.id, status)) {
      problems.push({ pointer: '', message: `status ${status} is not declared` })
    }
    if (status >= 400) return [...problems, ...this.errorProblems(answer)]
    const schema = operation.answers.get(status) ?? null
    if (schema === null) {
      return answer.body === ''
        ? problems
        : [...problems, { pointer: '', message: 'has a body where none is declared' }]
    }
    return [...problems, ...this.contentProblems(schema, answer)]
  }

  /** An answer to something that the document does not have. */
  private strayProblems({ method, path }: Call, answer: Answer): readonly Problem[] {
    const gap = callGaps.find((one) => one.call.test(`${method} ${path}`))
    if (gap === undefined || gap.status !== answer.status) return [notDeclared]
    this.used.add(gap)
    return this.errorProblems(answer)
  }

  private isKnownStatus(operation: string, status: number): boolean {
    const gap = statusGaps.find(
      (one) => one.status === status && (one.operations === 'all' || one.operations.includes(operation)),
    )
    if (gap !== undefined) this.used.add(gap)
    return gap !== undefined
  }

  private errorProblems(answer: Answer): readonly Problem[] {
    const shapes = errorShapes.filter(({ statuses }) => statuses === null || statuses.includes(answer.status))
    const tries = shapes.map(({ schema }) => this.contentProblems(schema, answer))
    const first = tries[0] ?? []
    return tries.some((problems) => problems.length === 0)
      ? []
      : [{ pointer: '', message: 'is none of the error bodies' }, ...first]
  }

  private contentProblems(schema: Json, answer: Answer): readonly Problem[] {
    if (!isJsonType(answer.contentType))
      return [{ pointer: '', message: `is sent as ${answer.contentType || 'nothing'}` }]
    return this.jsonProblems('answer', schema, answer.body)
  }

  private jsonProblems(side: Violation['side'], schema: Json, text: string): readonly Problem[] {
    try {
      return this.validators[side].problems(schema, JSON.parse(text))
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      return [{ pointer: '', message: 'is not JSON' }]
    }
  }

  private report(
    of: { readonly exchange: Exchange; readonly side: Violation['side']; readonly name: string },
    problems: readonly Problem[],
  ): void {
    const { exchange, side, name } = of
    const status = side === 'answer' ? (exchange.answer?.status ?? null) : null
    for (const problem of problems) {
      const key = JSON.stringify([side, name, status, problem])
      const known = this.violations.get(key)
      if (known !== undefined) known.count++
      else {
        const text = side === 'answer' ? exchange.answer?.body : exchange.body
        const sample = `${exchange.method} ${exchange.target} ${text ?? ''}`
        this.violations.set(key, { count: 1, violation: { side, operation: name, status, ...problem, sample } })
      }
    }
  }
}

const notDeclared: Problem = { pointer: '', message: 'is no operation of the document' }

function callOf({ method, target }: Exchange): Call {
  return { method, path: target.replace(/[?#].*$/s, '').slice(BASE.length) }
}

function isJsonType(contentType: string | undefined): boolean {
  return /^application\/json(;|$)/i.test(contentType ?? '')
}
