import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { projectRoot } from '../../scripts/source-options.ts'

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })

/** The checked-in schema of a command's `--json` result, e.g. `trade place`, or `error`. */
function schemaOf(command: string): object {
  const file = `${projectRoot}/test/surface/schemas/${command.replaceAll(' ', '-')}.json`
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Everything about a command's output that its schema does not allow. Empty when it fits. */
export function schemaProblems(command: string, output: string): readonly string[] {
  const validate = ajv.compile(schemaOf(command))
  if (validate(JSON.parse(output))) return []
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`)
}
