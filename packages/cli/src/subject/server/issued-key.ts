/** A key that a server has made: its secret on the output once, or in a file. */
import { isJsonObject } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Outcome, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { renderFacts } from '../../terminal/table.ts';
import { keepingSecret, tellSecret } from './secret-file.ts';
import type { Answer } from './server.ts';

interface Telling {
  readonly input: Input;
  readonly surroundings: Surroundings;
}

export async function issueAndTell(
  { input, surroundings }: Telling,
  issue: () => Promise<Answer>,
): Promise<Outcome> {
  const { answer, secret, path } = await keepingSecret(input, surroundings, async () => {
    const made = await issue();
    return { answer: made, secret: String(made.secret) };
  });
  const key = isJsonObject(answer.key) ? answer.key : {};
  const facts: [string, string][] = [
    ['key', `${String(key.name)} (${String(key.id)})`],
    ['project', String(key.workspace)],
    ['role', String(key.role ?? (Array.isArray(key.scopes) ? key.scopes.join(', ') : ''))],
    path === undefined ? ['secret, shown once', secret] : ['secret', `in ${path}`],
  ];
  return {
    data: asJson({ key, ...tellSecret(secret, path) }),
    text: (look) => renderFacts(facts, look),
  };
}
