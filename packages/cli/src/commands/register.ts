/** `keelson register`: asks a server for an organisation, a project in it and a key. */
import { asJson } from '../line/as-json.ts';
import type { Run, Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { UsageError } from '../line/usage-error.ts';
import { keepingSecret, tellSecret } from '../subject/server/secret-file.ts';
import { Server } from '../subject/server/server.ts';
import { getServerAddress } from '../subject/server/server-address.ts';
import { askLine, askYesOrNo, canAsk } from '../terminal/ask.ts';
import { renderFacts } from '../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const url = getServerAddress(input, surroundings);
  const server = new Server({ url, key: undefined, surroundings });
  const body = await readWish(input, surroundings, url);
  const { answer, secret, path } = await keepingSecret(input, surroundings, async () => {
    const given = await server.ask('POST', '/register', { body });
    return { answer: given, secret: String(given.api_key) };
  });
  const { api_key: _, ...rest } = answer;
  const facts: [string, string][] = [
    ['organisation', String(answer.organisation)],
    ['project', String(answer.workspace)],
    ['state', String(answer.state)],
    path === undefined ? ['key, shown once', secret] : ['key', `in ${path}`],
  ];
  return {
    data: asJson({ server: url, ...rest, ...tellSecret(secret, path) }),
    text: (look) => renderFacts(facts, look),
    notes: notesOn(url, String(answer.state), path),
  };
};

const questions = [
  ['email', 'Your address for mail:', 'email'],
  ['org', 'The name of your organisation:', 'organization'],
  ['project-name', 'The name of your first project:', 'project'],
] as const;

async function readWish(
  input: Input,
  { stopping }: Surroundings,
  url: string,
): Promise<Record<string, unknown>> {
  const mayAsk = !input.isOn('non-interactive') && canAsk();
  const wish: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const [flag, question, field] of questions) {
    const said = input.text(flag) ?? (mayAsk ? await askLine(question, stopping) : undefined);
    if (said) wish[field] = said;
    else missing.push(`--${flag}`);
  }
  const accepts =
    input.isOn('accept-terms') ||
    (mayAsk && missing.length === 0 && (await askYesOrNo(`Do you accept the terms of ${url}?`, stopping)));
  if (!accepts) missing.push('--accept-terms');
  if (missing.length === 0) return { ...wish, accept_terms: true };
  throw new UsageError(`To register, this is missing: ${missing.join(', ')}.`, {
    hint: 'Nothing was sent. On a terminal the command asks.',
  });
}

function notesOn(url: string, state: string, path: string | undefined): string[] {
  const where = path === undefined ? 'REFERENCE' : `file:${path}`;
  return [
    ...(state === 'active' ? [] : ['The key is good once the registration is confirmed or approved.']),
    `\`keelson server init --server ${url} --key ${where}\` writes it into your settings.`,
  ];
}
