// Loads the bundle with V8's code caches, which halves the time that a command needs to start. The build copies this file
// beside the bundle. Modules and caches each stand one after the other in a file of their own, since opening a hundred
// small files would cost what the caches save. A cache from another Node version is refused by V8 itself; the module
// then compiles as usual.
'use strict'
const { openSync, readFileSync, readSync, writeFileSync } = require('node:fs')
const { Module, createRequire } = require('node:module')
const { join, posix } = require('node:path')
const { Script } = require('node:vm')

/** A file of parts and the index that says where each begins and how long it is. */
function openParts(name) {
  const path = join(__dirname, name)
  try {
    const index = JSON.parse(readFileSync(`${path}.json`, 'latin1'))
    const file = openSync(path, 'r')
    return (part) => {
      const place = index[part]
      if (place === undefined) return undefined
      const bytes = Buffer.allocUnsafeSlow(place[1])
      readSync(file, bytes, 0, place[1], place[0])
      return bytes
    }
  } catch {
    return () => undefined
  }
}

function writeParts(name, parts) {
  const index = {}
  let offset = 0
  for (const [part, bytes] of parts) {
    index[part] = [offset, bytes.length]
    offset += bytes.length
  }
  writeFileSync(join(__dirname, name), Buffer.concat(parts.map(([, bytes]) => bytes)))
  writeFileSync(join(__dirname, `${name}.json`), JSON.stringify(index))
}

const source = openParts('bundle.bin')
const cached = openParts('bundle.cache')
const native = createRequire(__filename)
const loaded = new Map()

/** A module of the bundle, by its name in there. */
function load(name) {
  const known = loaded.get(name)
  if (known !== undefined) return known.module.exports
  const text = source(name)
  if (text === undefined) throw new Error(`crosstape's bundle lacks ${name}: run npm run build`)
  const filename = join(__dirname, name)
  // The bundle is plain ASCII.
  const script = new Script(Module.wrap(text.latin1Slice()), { filename, cachedData: cached(name) })
  const module = { exports: {} }
  loaded.set(name, { module, script })
  const folder = posix.dirname(name)
  const requireHere = (id) => (id.startsWith('.') ? load(posix.join(folder, id)) : native(id))
  Object.assign(requireHere, native)
  script.runInThisContext()(module.exports, requireHere, module, filename, join(__dirname, folder))
  return module.exports
}

module.exports = {
  execute: (options) => load('main.cjs').execute({ root: join(__dirname, '..'), ...options }),
  load,
  writeParts,
  /** Keeps what has been compiled so far. */
  writeCodeCache: () =>
    writeParts(
      'bundle.cache',
      [...loaded].map(([name, { script }]) => [name, script.createCachedData()]),
    ),
}
