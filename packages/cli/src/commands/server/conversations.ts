/** `keelson server conversations`: those that a server keeps, or the messages of one. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { placeOf } from '../../subject/server/period.ts';
import { type Answer, openServer } from '../../subject/server/server.ts';
import type { Look } from '../../terminal/look.ts';
import { renderTable } from '../../terminal/table.ts';

const usualLimit = 50;

export const run: Run = async (input, surroundings) => {
  const [id] = input.words;
  const limit = input.number('limit') ?? usualLimit;
  const server = await openServer(input, surroundings);
  const path = id === undefined ? '/conversations' : `/conversations/${encodeURIComponent(id)}/messages`;
  const entries = await server.list(path, placeOf(input), limit);
  return {
    data: asJson(entries),
    text: (look) => (id === undefined ? renderList(entries, look) : renderMessages(entries, look)),
    notes: entries.length === limit && limit > 0 ? [`These are ${limit}; --limit shows more.`] : [],
  };
};

function renderList(entries: readonly Answer[], look: Look): string {
  if (entries.length === 0) return 'No conversations are kept.\n';
  const columns = [
    { title: 'CONVERSATION' },
    { title: 'UPDATED AT' },
    { title: 'MESSAGES', isNumber: true },
    { title: 'LOGGING' },
    { title: 'TITLE' },
  ];
  const rows = entries.map((one) => [
    String(one.id),
    String(one.updated_at),
    String(one.message_count),
    String(one.logging),
    String(one.title ?? ''),
  ]);
  return renderTable(columns, rows, look);
}

function renderMessages(entries: readonly Answer[], look: Look): string {
  if (entries.length === 0) return 'No messages are kept of it.\n';
  const rows = entries.map((one) => [String(one.seq), String(one.at), String(one.role), contentOf(one)]);
  return renderTable(
    [{ title: 'SEQ', isNumber: true }, { title: 'AT' }, { title: 'ROLE' }, { title: 'CONTENT' }],
    rows,
    look,
  );
}

function contentOf({ content, content_hash: hash }: Answer): string {
  if (content === undefined) return `(not kept; SHA-256 ${String(hash)})`;
  return typeof content === 'string' ? content : JSON.stringify(content);
}
