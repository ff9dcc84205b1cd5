import { flattenJson } from '../format/json-text.ts'

/** One field that is not the same. Values are JSON text; null means that the field is not there. */
export interface Difference {
  readonly field: string
  readonly recorded: string | null
  readonly actual: string | null
}

// What a difference costs decides where it is shown: what is traded, for how much and which way comes first.
const MONEY =
  /price|count|quantity|size|amount|notional|cost|fee|balance|filled|remaining|side|action|outcome|ticker|market|token|expir|time_?in_?force|ordertype|reduce|post_?only/i

/**
 * Compares two texts field by field when both are JSON, else as a whole. Members in another order are the same; numbers
 * are compared as they are written. Fields whose last name is in `volatile` are left out.
 */
export function compareTexts(
  recorded: string,
  actual: string,
  options: { readonly at: string; readonly volatile?: ReadonlySet<string> },
): readonly Difference[] {
  if (recorded === actual) return []
  const before = flattenJson(recorded)
  const after = flattenJson(actual)
  if (before === null || after === null)
    return [{ field: options.at, recorded: shortened(recorded), actual: shortened(actual) }]
  const fields = new Set([...before.keys(), ...after.keys()])
  const differences = [...fields].flatMap((field) => {
    const [was, is] = [before.get(field) ?? null, after.get(field) ?? null]
    if (was === is || options.volatile?.has(lastName(field)) === true) return []
    return [
      { field: field === '' ? options.at : `${options.at}.${field}`, recorded: shorten(was), actual: shorten(is) },
    ]
  })
  return moneyFirst(differences)
}

/** Compares the parameters of two queries by name. */
export function compareQueries(recorded: URLSearchParams, actual: URLSearchParams): readonly Difference[] {
  const names = new Set([...recorded.keys(), ...actual.keys()])
  return [...names].flatMap((name) => {
    const [was, is] = [valuesOf(recorded, name), valuesOf(actual, name)]
    return was === is ? [] : [{ field: `query.${name}`, recorded: was, actual: is }]
  })
}

function valuesOf(query: URLSearchParams, name: string): string | null {
  return query.has(name) ? query.getAll(name).join(',') : null
}

export function moneyFirst(differences: readonly Difference[]): readonly Difference[] {
  const rank = ({ field }: Difference): number => (MONEY.test(field) ? 0 : 1)
  return [...differences].sort((a, b) => rank(a) - rank(b))
}

function lastName(field: string): string {
  const names = field.split('.').filter((name) => !/^\d+$/.test(name))
  return names.at(-1) ?? field
}

function shorten(text: string | null): string | null {
  return text === null ? null : shortened(text)
}

function shortened(text: string): string {
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`
}
