// The scripts for bash, zsh and fish, each in the real shell on a real terminal: somebody types, presses Tab, and Enter.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasTerminal, typeInto } from '../__fixtures__/pseudo-terminal.ts';
import { findKeelson, keelson, keelsonJson, makeFolder, removeFolder } from '../__fixtures__/run-keelson.ts';

let folder = '';
beforeAll(async () => {
  folder = makeFolder();
  // What would be run is told instead, so that it shows what the shell made of the line.
  const program = join(folder, 'keelson');
  writeFileSync(
    program,
    `#!/bin/sh\nif [ "$1" = __complete ]; then exec "${process.execPath}" "${findKeelson()}" "$@"; fi\nprintf 'RAN'; printf '<%s>' "$@"; echo\n`,
  );
  chmodSync(program, 0o755);
  mkdirSync(join(folder, 'work'));
  writeFileSync(
    join(folder, 'work/keelson.lock'),
    'version = 1\n[profiles.default.aliases]\nquickest = ["openai:gpt-5.4-mini"]\n[profiles.staging]\ninherits = "default"\n',
  );
  writeFileSync(join(folder, 'work/some.lock'), '');
  const shells = ['bash', 'zsh', 'fish'];
  const scripts = await Promise.all(shells.map((shell) => keelson(['completion', shell])));
  for (const [at, shell] of shells.entries())
    writeFileSync(join(folder, `script.${shell}`), scripts[at]!.out);
}, 120_000);
afterAll(() => removeFolder(folder));

const lines: readonly (readonly [typed: string, ran: string])[] = [
  ['lock mig', '<lock><migrate>'],
  ['models list --prov', '<models><list><--provider>'],
  ['explain quick', '<explain><quickest>'],
  ['aliases --profile st', '<aliases><--profile><staging>'],
  ['models list --provider anthr', '<models><list><--provider><anthropic>'],
  ['models list --provider=anthr', '<models><list><--provider=anthropic>'],
  ['info anthropic:claude-haiku-4-5-2', '<info><anthropic:claude-haiku-4-5-20251001>'],
  [
    'bind x openai:o3,anthropic:claude-haiku-4-5-2',
    '<bind><x><openai:o3,anthropic:claude-haiku-4-5-20251001>',
  ],
  ['config get prof', '<config><get><profile>'],
  ['lock check --lockfile some', '<lock><check><--lockfile><some.lock>'],
];

test('a name that a shell would run is not offered to it', async () => {
  const own = makeFolder();
  const names = ['plain', 'a$(b)', 'a;b', 'a`b`', "a'b", 'a&b', 'a>b'];
  const aliases = names.map((name) => `"${name}" = ["openai:gpt-5.4-mini"]\n`).join('');
  writeFileSync(join(own, 'keelson.lock'), `version = 1\n[profiles.default.aliases]\n${aliases}`);
  const { data } = await keelsonJson(['aliases'], { folder: own });
  const { out } = await keelson(['__complete', '--', 'explain', ''], { folder: own });
  removeFolder(own);
  expect(JSON.stringify(data)).toContain('a$(b)');
  expect(out).toBe('plain\n');
});

const prompt = 'ready> ';
const starts: Readonly<Record<string, { readonly program: readonly string[]; readonly first: string }>> = {
  bash: {
    program: ['bash', '--norc', '--noprofile', '-i'],
    first: `bind 'set enable-bracketed-paste off'; . ../script.bash; PS1='ready''> '\r`,
  },
  zsh: {
    program: ['zsh', '-f', '-i'],
    first: `autoload -U compinit && compinit -u -D; . ../script.zsh; PS1='ready''> '\r`,
  },
  fish: {
    program: ['fish', '--no-config', '-i'],
    first: `source ../script.fish; function fish_prompt; echo -n 'ready''> '; end\r`,
  },
};

const missing = (shell: string): string | undefined => {
  if (!hasTerminal) return 'there is no `script` of util-linux here';
  return spawnSync(shell, ['-c', 'true']).status === 0 ? undefined : `there is no ${shell} here`;
};

describe.each(Object.keys(starts))('%s', (shell) => {
  const why = missing(shell);
  if (why !== undefined) {
    if (process.env.KEELSON_TEST_NEEDS_SHELLS)
      throw new Error(`Completion in ${shell} must be tested, and ${why}.`);
    console.warn(`Completion in ${shell} is not tested: ${why}.`);
  }

  test.skipIf(why !== undefined)(
    'completes commands, flags, names out of lockfile and registry, and files',
    async () => {
      const { program, first } = starts[shell]!;
      const { screen } = await typeInto(program, {
        folder: join(folder, 'work'),
        env: { PATH: `${folder}:${process.env.PATH}`, HOME: folder, LANG: 'C.UTF-8' },
        typed: [
          ['', first],
          ...lines.map(([typed]) => [prompt, `keelson ${typed}\t\r`] as const),
          [prompt, 'exit\r'],
        ],
      });
      const ran = [...screen.matchAll(/RAN(<.*>)/g)].map(([, words]) => words);
      expect(ran).toEqual(lines.map(([, words]) => words));
    },
    60_000,
  );
});
