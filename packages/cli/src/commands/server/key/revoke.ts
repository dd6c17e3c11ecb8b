/** `keelson server key revoke`: ends a key for good, after asking. */
import { asJson } from '../../../line/as-json.ts';
import type { Run } from '../../../line/command-spec.ts';
import { placeOf } from '../../../subject/server/period.ts';
import { openServer } from '../../../subject/server/server.ts';
import { confirm } from '../../../terminal/confirm.ts';
import { plain } from '../../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const id = input.word(0);
  const server = await openServer(input, surroundings);
  const [path, query] = [`/keys/${encodeURIComponent(id)}`, placeOf(input)];
  const { name } = await server.ask('GET', path, { query });
  const question = `End the key ${String(name)} (${id}) for good?`;
  if (!(await confirm(question, { isSure: input.isOn('yes'), surroundings })))
    return { data: { revoked: null }, exitCode: 1, text: () => 'Nothing was revoked.\n' };
  const key = await server.ask('POST', `${path}/revoke`, { query });
  return {
    data: asJson({ revoked: key }),
    text: () => `${plain(String(name))} (${id}) is refused from now on.\n`,
  };
};
