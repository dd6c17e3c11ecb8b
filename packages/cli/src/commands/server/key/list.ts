/** `keelson server key list`: the keys of a server, without their secrets. */
import { asJson } from '../../../line/as-json.ts';
import type { Run } from '../../../line/command-spec.ts';
import { placeOf } from '../../../subject/server/period.ts';
import { openServer } from '../../../subject/server/server.ts';
import { renderTable } from '../../../terminal/table.ts';

const usualLimit = 200;

export const run: Run = async (input, surroundings) => {
  const server = await openServer(input, surroundings);
  const limit = input.number('limit') ?? usualLimit;
  const keys = await server.list('/keys', { ...placeOf(input), state: input.text('state') }, limit);
  return {
    data: asJson(keys),
    text: (look) => {
      if (keys.length === 0) return 'No keys.\n';
      const columns = ['KEY', 'NAME', 'PROJECT', 'STATE', 'MAY', 'LAST USED'].map((title) => ({ title }));
      const rows = keys.map((key) => [
        String(key.id),
        String(key.name),
        String(key.workspace),
        String(key.state),
        String(key.role ?? (Array.isArray(key.scopes) ? key.scopes.join(', ') : '')),
        String(key.last_used_at ?? 'never'),
      ]);
      return renderTable(columns, rows, look);
    },
    notes: keys.length === limit && limit > 0 ? [`These are ${limit}; --limit shows more.`] : [],
  };
};
