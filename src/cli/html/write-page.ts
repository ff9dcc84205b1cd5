import { writeFile } from 'node:fs/promises'
import type { Recording } from '../../capture/read/recording.ts'
import type { Story } from '../../capture/story/story.ts'
import { ToolkitError } from '../../domain/errors.ts'

/**
 * Writes the page about a recording, over an older one. The page's code is loaded for it alone.
 * @throws ToolkitError of category `usage` when the file cannot be written.
 */
export async function writePage(file: string, recording: Recording, story: Story): Promise<void> {
  const { recordingPage } = await import('./page.ts')
  try {
    await writeFile(file, recordingPage(recording, story))
  } catch (error) {
    throw new ToolkitError({
      code: 'PAGE_NOT_WRITTEN',
      category: 'usage',
      message: `The page cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}.`,
      facts: { file },
      suggestions: ['Name a file in a folder that you can write: --html session.html'],
      cause: error,
    })
  }
}
