/** `keelson server key rotate`: a new key in place of another; both are good for a while. */
import type { Run } from '../../../line/command-spec.ts';
import { issueAndTell } from '../../../subject/server/issued-key.ts';
import { placeOf } from '../../../subject/server/period.ts';
import { openServer } from '../../../subject/server/server.ts';

export const run: Run = async (input, surroundings) => {
  const server = await openServer(input, surroundings);
  const path = `/keys/${encodeURIComponent(input.word(0))}/rotate`;
  const body = { overlap_seconds: input.number('overlap') };
  return issueAndTell({ input, surroundings }, () =>
    server.ask('POST', path, { query: placeOf(input), body }),
  );
};
