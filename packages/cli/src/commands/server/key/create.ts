/** `keelson server key create`: a key of the server, whose secret is told once. */
import type { Run } from '../../../line/command-spec.ts';
import { readTime } from '../../../subject/receipts/read-times.ts';
import { issueAndTell } from '../../../subject/server/issued-key.ts';
import { placeOf } from '../../../subject/server/period.ts';
import { openServer } from '../../../subject/server/server.ts';

export const run: Run = async (input, surroundings) => {
  const expires = readTime(input, 'expires');
  const server = await openServer(input, surroundings);
  const scopes = input.list('scope');
  const body = {
    name: input.word(0),
    scopes,
    role: input.text('role') ?? (scopes === undefined ? 'project' : undefined),
    models: input.list('model'),
    expires_at: expires === undefined ? undefined : new Date(expires).toISOString(),
  };
  return issueAndTell({ input, surroundings }, () =>
    server.ask('POST', '/keys', { query: placeOf(input), body }),
  );
};
