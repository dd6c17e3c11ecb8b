/** `keelson cache clear`: empties caches, after asking. */

import { asJson } from '../../line/as-json.ts';
import { codeFolder, registryFolder } from '../../line/cache-folder.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { forgetAnswers } from '../../subject/answer-keeping.ts';
import { emptyFolder } from '../../subject/cache-folders.ts';
import { confirm } from '../../terminal/confirm.ts';

type Kind = 'answers' | 'registry' | 'code';

const all: readonly Kind[] = ['answers', 'registry', 'code'];

export const run: Run = async (input, surroundings) => {
  const kinds = chooseKinds(input);
  const workspaces = input.list('workspace') ?? 'all';
  const whose = workspaces === 'all' ? '' : ` of ${workspaces.join(', ')}`;
  if (!(await confirm(`Clear ${kinds.join(', ')}${whose}?`, { isSure: input.isOn('yes'), surroundings })))
    return { data: { cleared: null }, exitCode: 1, text: () => 'Nothing was cleared.\n' };
  const cleared: Partial<Record<Kind, number>> = {};
  for (const kind of kinds) cleared[kind] = await clear(kind, workspaces, surroundings);
  return {
    data: asJson({ cleared }),
    text: () => kinds.map((kind) => `${kind}: ${cleared[kind]} removed\n`).join(''),
  };
};

function chooseKinds(input: Input): readonly Kind[] {
  const named = all.filter((kind) => input.words.includes(kind));
  if (!input.isOn('workspace')) return named.length === 0 ? all : named;
  if (named.every((kind) => kind === 'answers')) return ['answers'];
  throw new UsageError('Only answers belong to a workspace.', {
    hint: 'Leave out `--workspace`, or name only `answers`.',
  });
}

function clear(
  kind: Kind,
  workspaces: readonly string[] | 'all',
  surroundings: Surroundings,
): Promise<number> {
  const { environment } = surroundings;
  if (kind === 'answers') return forgetAnswers(surroundings, workspaces);
  return emptyFolder(kind === 'registry' ? registryFolder(environment) : codeFolder(environment));
}
