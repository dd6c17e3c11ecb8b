/** A file on disk as a source of prompts; the one place of the SDK that needs Node. */
import { readFile, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { type FileOptions, file, type KeelsonFile } from '../file.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.wav': 'audio/wav',
  '.mp3': 'audio/mpeg',
  '.mp4': 'video/mp4',
  '.txt': 'text/plain',
  '.md': 'text/markdown',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.json': 'application/json',
};

/**
 * Read when it is first used, and again when it has changed since.
 *
 * @example
 * const invoice = fileAt('./invoice.pdf');
 * await keelson.chat({ model: 'pdf_reader', prompt: [invoice, 'What is the sum?'] });
 */
export function fileAt(path: string, options: FileOptions = {}): KeelsonFile {
  const mediaType = mediaTypes[extname(path).toLowerCase()];
  const source = {
    name: basename(path),
    ...(mediaType !== undefined && { mediaType }),
    version: () => reading(path, async () => versionOf(path)),
    read: () => reading(path, async () => new Uint8Array(await readFile(path))),
  };
  return file(source, options);
}

/** The number of the file as well: another may have been put in its place within the same moment. */
async function versionOf(path: string): Promise<string> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  return [size, mtimeNs, ctimeNs, ino].join('-');
}

async function reading<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): KeelsonError {
  const { code = 'no more' } = cause as { readonly code?: string };
  return new KeelsonError(
    'invalid_request',
    `The file \`${path}\` cannot be read: the system says ${code}.`,
    {
      hint: 'Check the path and its permissions.',
      details: { field: 'prompt' },
      cause,
    },
  );
}
