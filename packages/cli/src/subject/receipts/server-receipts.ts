/** Receipts of a gateway that is asked over its management API. */
import type { Json, ReceiptHead, ReceiptKey, ReceiptProof } from '@keelson/core';
import type { StatementDraft } from '@keelson/engine';
import type { Question, Server } from '../server/server.ts';
import type { ListedLine, ListWish, MakingWish, ReceiptRange, ReceiptSource } from './receipt-source.ts';

export function openServerReceipts(server: Server): ReceiptSource {
  return {
    name: server.url,
    isPartial: true,
    list: (wish) => listReceipts(server, '/receipts', wish),
    uncertified: async (wish) => {
      const receipts = await listReceipts(server, '/receipts/uncertified', wish);
      const first = await server.ask('GET', '/receipts/uncertified', {
        query: { ...placeOf(wish), limit: 1 },
      });
      return { receipts, total: Number(first.total) };
    },
    find: async (id) => {
      const found = await server.find(`/receipts/${encodeURIComponent(id)}`);
      return found === undefined ? undefined : proofOf(found);
    },
    lines: (range) => server.lines('/receipts/export', { query: { ...placeOf(range), ...timesOf(range) } }),
    heads: async ({ isLatest }) => {
      const heads: ReceiptHead[] = [];
      const query = { latest: isLatest ? 'true' : undefined };
      for await (const head of server.entries('/receipts/heads', query, pageSize))
        heads.push(head as unknown as ReceiptHead);
      return heads;
    },
    keys: async () => {
      const { data } = await server.ask('GET', '/receipts/keys');
      return (data as unknown as readonly { readonly key: ReceiptKey }[]).map(({ key }) => key);
    },
    draft: async (wish) => {
      const { receipt } = await server.ask('POST', '/receipts/preview', askedOf(wish));
      return receipt as unknown as StatementDraft;
    },
    issue: async (wish) => proofOf(await server.ask('POST', '/receipts/issue', askedOf(wish))),
    close: async () => {},
  };
}

function proofOf({ receipt, path, head }: Readonly<Record<string, Json>>): ReceiptProof {
  return { receipt, path, head } as unknown as ReceiptProof;
}

async function listReceipts(server: Server, path: string, wish: ListWish): Promise<ListedLine[]> {
  const times = path === '/receipts' ? timesOf(wish) : {};
  const lines: ListedLine[] = [];
  if (wish.limit === 0) return lines;
  const size = Math.min(pageSize, wish.limit);
  for await (const line of server.entries(path, { ...placeOf(wish), ...times }, size)) {
    lines.push(line as unknown as ListedLine);
    if (lines.length === wish.limit) break;
  }
  return lines;
}

const placeOf = ({ workspace, organisation }: ReceiptRange) => ({ workspace, organisation });

const timesOf = ({ from, to }: ReceiptRange) => ({
  from: from === undefined ? undefined : new Date(from).toISOString(),
  to: to === undefined ? undefined : new Date(to).toISOString(),
});

function askedOf(wish: MakingWish): Question {
  const { ids, isSinceLast, description, tags } = wish;
  const body = { receipt_ids: ids, since_last: isSinceLast, ...timesOf(wish), description, tags };
  return { query: placeOf(wish), body };
}

const pageSize = 1000;
