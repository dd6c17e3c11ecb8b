/** A flow file as a command is given it: named on the line, or on standard input. What is in it is read by others. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { readInput } from '../../terminal/read-input.ts';

export interface FlowFile {
  /** As it was written on the line. */
  readonly name: string;
  readonly text: string;
}

/** More than a flow may have, so that what is too long is told by who knows how long one may be. */
const mostBytes = 2 * 1024 * 1024;
const fromInput = '-';

/** A word with a slash or an ending of its own is a file; anything else is the name of a flow that is kept. */
export const isFlowFile = (word: string): boolean =>
  word === fromInput || /[\\/]/.test(word) || /\.(ya?ml|json)$/i.test(word);

async function readFlowFile(name: string, folder: string): Promise<FlowFile> {
  if (name === fromInput) return { name: 'standard input', text: await readInput(2) };
  return { name, text: await readTextFile(resolve(folder, name), name, mostBytes) };
}

/** Never more of it than is wanted: nobody knows what a name leads to. */
export async function readTextFile(path: string, name: string, most: number): Promise<string> {
  const file = await open(path);
  try {
    if ((await file.stat()).isDirectory())
      throw new KeelsonError('configuration_invalid', `\`${name}\` is a folder, and not a file.`, {
        hint: 'Name a file in it.',
      });
    const bytes = Buffer.alloc(most + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      ({ bytesRead: read } = await file.read(bytes, length, bytes.length - length));
    if (length > most)
      throw new KeelsonError('request_too_large', `\`${name}\` is longer than ${most / 1024 / 1024} MB.`, {
        hint: 'Give less, or keep the bulk elsewhere and name where it is.',
      });
    return decodeText(bytes.subarray(0, length), name);
  } finally {
    await file.close();
  }
}

function decodeText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw noText(name, cause);
  }
}

const noText = (name: string, cause: unknown): KeelsonError =>
  new KeelsonError('configuration_invalid', `\`${name}\` is no text in UTF-8.`, {
    hint: 'Save it as UTF-8.',
    cause,
  });

/** One after the other: only one of them can be standard input. */
export async function readFlowFiles(names: readonly string[], folder: string): Promise<FlowFile[]> {
  const files: FlowFile[] = [];
  for (const name of new Set(names)) files.push(await readFlowFile(name, folder));
  return files;
}
