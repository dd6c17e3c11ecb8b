/** JSON that a flag gives: on the line itself, in a file behind `@`, or on standard input. */
import { resolve } from 'node:path';
import { type Json, KeelsonError, parseJson } from '@keelson/core';
import type { Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { readInput } from '../../terminal/read-input.ts';
import { readTextFile } from './read-flow-file.ts';

/** As much as a run may be given. */
const mostMegabytes = 16;

/** Undefined where the flag was not given. */
export async function readJsonFlag(
  input: Input,
  flag: string,
  { folder }: Pick<Surroundings, 'folder'>,
): Promise<Json | undefined> {
  const said = input.text(flag);
  if (said === undefined) return undefined;
  const { text, name } = await readText(said, flag, folder);
  try {
    return parseJson(text, name);
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    throw new UsageError(error.message, { hint: hintFor(said, flag), cause: error });
  }
}

async function readText(said: string, flag: string, folder: string): Promise<{ text: string; name: string }> {
  if (said === '-') return { text: await readInput(mostMegabytes), name: 'what came on standard input' };
  if (!said.startsWith('@')) return { text: said, name: `\`--${flag}\`` };
  const path = said.slice(1);
  const text = await readTextFile(resolve(folder, path), path, mostMegabytes * 1024 * 1024);
  return { text: text.replace(/^\uFEFF/, ''), name: `\`${path}\`` };
}

/** Plain words are what people try first. */
function hintFor(said: string, flag: string): string {
  const isWords = /^[\p{L}\p{N}][^{}[\]"]*$/u.test(said);
  if (isWords)
    return `Text is JSON in double quotes: --${flag} '${JSON.stringify(said.slice(0, 60))}'. A file is \`--${flag} @FILE\`.`;
  return `Write JSON, \`--${flag} @FILE\` for a file with JSON in it, or \`--${flag} -\` for standard input.`;
}
