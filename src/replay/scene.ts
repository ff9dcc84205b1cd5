import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeSession } from '../capture/compose/write-session.ts'
import type { Composition } from '../cli/compose/compose-session.ts'
import { ToolkitError } from '../domain/errors.ts'
import type { Scene } from './types.ts'

export class ComposedScene implements Scene {
  constructor(private readonly composition: Composition) {}

  get name(): string {
    return this.composition.recording.session
  }

  get dropped(): readonly string[] {
    return this.composition.dropped
  }

  get recording(): Composition['recording'] {
    return this.composition.recording
  }

  write(captureDir: string): string {
    const directory = join(captureDir, this.name)
    if (existsSync(directory)) {
      throw new ToolkitError({
        code: 'SESSION_NAME_TAKEN',
        category: 'usage',
        message: `${directory} is there already. It was not touched.`,
      })
    }
    writeSession(directory, this.composition.session)
    return directory
  }
}

/** What is inside a scene. Only `composeScene` makes them, since only it proves that they can be. */
export function requireScene(scene: Scene): ComposedScene {
  if (scene instanceof ComposedScene) return scene
  throw new ToolkitError({ code: 'SCENE_UNKNOWN', category: 'usage', message: 'A scene comes from composeScene.' })
}
