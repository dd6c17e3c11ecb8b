/** Writes a file whole or not at all: under another name beside it first, which a failure or Ctrl-C takes away again. */
import { open, rename, rm } from 'node:fs/promises';
import { KeelsonError } from '@keelson/core';

const bufferedBytes = 256 * 1024;

export interface FileSettings {
  readonly stopping: AbortSignal;
  /** Of a new file; readable by everybody when left out. */
  readonly mode?: number;
  readonly onLine?: () => void;
}

export async function writeFileWhole(
  path: string,
  parts: AsyncIterable<string> | Iterable<string>,
  { stopping, mode = 0o644, onLine }: FileSettings,
): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  const file = await open(draft, 'w', mode);
  try {
    let waiting = '';
    for await (const part of parts) {
      if (stopping.aborted) throw stopped(path);
      waiting += part;
      onLine?.();
      if (waiting.length < bufferedBytes) continue;
      await file.writeFile(waiting);
      waiting = '';
    }
    if (stopping.aborted) throw stopped(path);
    await file.writeFile(waiting);
    await file.sync();
    await file.close();
    await rename(draft, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(draft, { force: true });
    throw error;
  }
}

function stopped(path: string): KeelsonError {
  return new KeelsonError('cancelled', `Stopped; \`${path}\` was not written.`, {
    hint: 'What was there before is still there.',
  });
}
