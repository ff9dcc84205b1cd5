import { flattenJson, JsonSyntaxError, walkJson } from '../format/json-text.ts'

/** Values of a JSON text as they stand in it, quotes included. */
type Raw = string

/**
 * Ids of this run for those of the tape. Each side keeps its own: a program finds the ids that it chose in the answers,
 * and the tape finds its own in the requests.
 */
export class IdTranslation {
  #live = new Map<Raw, Raw>()
  #recorded = new Map<Raw, Raw>()

  /** Learns from a request that stands for a recorded one which ids stand for which. */
  learn(recorded: string, live: string, isId: (field: string) => boolean): void {
    const [was, is] = [flattenJson(recorded), flattenJson(live)]
    if (was === null || is === null) return
    for (const [path, recordedValue] of was) {
      const liveValue = is.get(path)
      if (liveValue !== undefined && isId(lastName(path))) this.pair(lastName(path), recordedValue, liveValue)
    }
  }

  /** Values of JSON: strings stand for themselves under any name, numbers under their own name only. */
  pair(name: string, recorded: Raw, live: Raw): void {
    if (recorded === live) return
    this.#live.set(keyOf(name, recorded), live)
    this.#recorded.set(keyOf(name, live), recorded)
  }

  /** A recorded text as this run expects it. */
  toLive(text: string): string {
    return this.#live.size === 0 ? text : replaced(text, this.#live)
  }

  /** A text of this run as the tape has it. */
  toRecorded(text: string): string {
    return this.#recorded.size === 0 ? text : replaced(text, this.#recorded)
  }

  /** The same for path and query. */
  urlToRecorded(url: URL): URL {
    if (this.#recorded.size === 0) return url
    const translated = new URL(url)
    translated.pathname = url.pathname
      .split('/')
      .map((part) => this.#wordToRecorded(part))
      .join('/')
    for (const [name, value] of url.searchParams) {
      const recorded = this.#wordToRecorded(value)
      if (recorded !== value) translated.searchParams.set(name, recorded)
    }
    return translated
  }

  #wordToRecorded(word: string): string {
    const recorded = this.#recorded.get(JSON.stringify(word))
    return recorded === undefined ? word : String(JSON.parse(recorded))
  }
}

function keyOf(name: string, raw: Raw): string {
  return raw.startsWith('"') ? raw : `${name}=${raw}`
}

/** Other values for some of a JSON text; everything else stays as it is written. A text that is not JSON stays whole. */
function replaced(text: string, values: ReadonlyMap<string, Raw>): string {
  const cuts: { readonly start: number; readonly end: number; readonly by: Raw }[] = []
  try {
    walkJson(text, {
      enter: () => true,
      leaf: (path, start, end) => {
        const by = values.get(keyOf(lastName(path.join('.')), text.slice(start, end)))
        if (by !== undefined) cuts.push({ start, end, by })
      },
    })
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text
    throw error
  }
  let out = ''
  let from = 0
  for (const { start, end, by } of cuts) {
    out += text.slice(from, start) + by
    from = end
  }
  return out + text.slice(from)
}

function lastName(path: string): string {
  return path.split('.').findLast((name) => !/^\d+$/.test(name)) ?? path
}
