// The script for bash, in a real bash that has the command on its path.
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findKeelson, keelson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

let folder = '';
beforeAll(async () => {
  folder = makeFolder();
  const program = join(folder, 'keelson');
  writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" "${findKeelson()}" "$@"\n`);
  chmodSync(program, 0o755);
  writeFileSync(join(folder, 'script.bash'), (await keelson(['completion', 'bash'])).out);
}, 120_000);
afterAll(() => removeFolder(folder));

function completeInBash(...words: string[]): string[] {
  const line = `. ./script.bash; COMP_WORDS=(keelson ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _keelson; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const env = { PATH: `${folder}:${process.env.PATH}`, HOME: folder };
  return execFileSync('bash', ['-c', line], { cwd: folder, env, encoding: 'utf8' }).trim().split('\n');
}

test('bash is offered what may come next', () => {
  expect(completeInBash('lock', 'mig')).toEqual(['migrate']);
  expect(completeInBash('info', 'anthropic:claude-haiku-4')).toContain('anthropic:claude-haiku-4-5');
});
