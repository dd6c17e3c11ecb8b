/** Secrets in files, as orchestrators mount them: the whole content, without one line break at its end. */
import { constants, type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { maxSecretBytes, type SecretSource, secretError } from '../secret-source.ts';

export interface FileSourceSettings {
  /** Where paths begin that do not begin at the root. */
  readonly folder: string;
}

export function createFileSource({ folder }: FileSourceSettings): SecretSource {
  return {
    read: async ({ locator, label }) => {
      let file: FileHandle;
      try {
        // A pipe without a writer would hold us up for ever.
        file = await open(resolve(folder, locator), constants.O_RDONLY | constants.O_NONBLOCK);
      } catch (cause) {
        throw secretError(label, 'cannot be opened', 'Check the path, and who may read the file.', cause);
      }
      try {
        return { value: withoutLineBreak(await readBounded(file, label)) };
      } finally {
        await file.close();
      }
    },
  };
}

export function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

async function readBounded(file: FileHandle, label: string): Promise<string> {
  if (!(await file.stat()).isFile()) {
    throw secretError(label, 'is no file', 'Name a file with nothing but the secret in it.');
  }
  const buffer = new Uint8Array(maxSecretBytes + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, null);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) break;
  }
  if (length > maxSecretBytes) {
    throw secretError(
      label,
      `is longer than ${maxSecretBytes} bytes`,
      'Name a file with nothing but the secret in it.',
    );
  }
  return decodeText(buffer.subarray(0, length), label);
}

/** Whatever is no text would be sent as something else than it is. */
export function decodeText(bytes: Uint8Array, label: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw secretError(label, 'is no text', 'Keep it as UTF-8 text, such as base64.', cause);
  }
}
