/** A guide as a test runs it: its files are written, its commands run in order, and what each of them says is told beside what the page says. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { keelson } from './run-keelson.ts';

const root = resolve(import.meta.dirname, '../../../..');
const blockForm = /^```(\w+)(?: (\S+))?\n(.*?)^```$/gms;
const commandForm = /^\$ ((?:[A-Z_]+=\S+ )*)keelson (.*?)(?: +# ends with (\d+))?\n((?:(?!\$ ).*\n)*)/gm;

export interface GuideStep {
  readonly line: string;
  readonly code: number | null;
  readonly told: string;
  readonly expectedCode: number;
  readonly expected: string;
}

/** A block `toml NAME` or `json NAME` is a file; a block `console` holds lines `$ keelson …`, each with all that it answers. */
export async function runGuide(page: string, folder: string, env: Readonly<Record<string, string>>): Promise<GuideStep[]> {
  const steps: GuideStep[] = [];
  const text = readFileSync(resolve(root, page), 'utf8');
  for (const [, kind, name, body = ''] of text.matchAll(blockForm)) {
    if (name !== undefined) writeFileSync(join(folder, name), body);
    if (kind !== 'console') continue;
    for (const [, variables = '', line = '', code = '0', expected = ''] of body.matchAll(commandForm)) {
      const own = Object.fromEntries(variables.split(' ').filter(Boolean).map((each) => each.split('=')));
      const words = (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
      const ran = await keelson(words, { folder, env: { ...env, ...own } });
      const told = (ran.out + ran.err).replaceAll(`${folder}/`, '');
      steps.push({ line, code: ran.code, told, expectedCode: Number(code), expected });
    }
  }
  return steps;
}
