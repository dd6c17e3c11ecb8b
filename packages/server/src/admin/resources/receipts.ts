// Receipts with all that proves them: lists, one with its path and its signed head, the heads and keys of the installation, exports, and
// a check of what somebody brings. What a receipt is, core says; nothing of a proof is written anew here.
import {
  checkStatements,
  KeelsonError,
  type ReceiptHead,
  type ReceiptKey,
  verifyExport,
  verifyReceipt,
} from '@keelson/core';
import { exportReceipts, nodeCrypto, proveReceipt, publicKeyForms, type Storage } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  anyObject,
  decodeCursor,
  encodeCursor,
  flag,
  integer,
  limitOf,
  list,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import {
  receiptChapter as chapter,
  hashText,
  listedReceipt,
  placesOf,
  receiptProof,
  showListed,
  showProof,
  signedHead,
  unknownReceipt,
} from './receipt-schemas.ts';
import { checkPeriod, optionalTimeOf } from './times.ts';

export interface ReceiptRoutesDeps {
  readonly storage: Pick<Storage, 'receipts' | 'tenants'>;
}

const period = {
  from: optional(time('Only those of then or later.')),
  to: optional(time('Only those of before then.')),
};
const { limit, cursor } = pageFields(['-made_at']);
const question = object({ limit, cursor, ...period });
const headsQuestion = object({
  limit,
  cursor,
  log: optional(text('Only those of this log.', { least: 1 })),
  latest: optional(flag('Only the newest of each log: what to publish as an anchor.')),
});
const key = object({
  key: object(
    {
      key_id: hashText('The SHA-256 of its bytes.'),
      public_key: text('`ed25519:` and the bytes in base64url.'),
      valid_from: integer('Milliseconds since 1970.'),
      valid_to: optional(integer('Milliseconds since 1970, not included.')),
    },
    'As `verifyReceipt` takes it.',
  ),
  pem: text('The same as PEM.', { most: 1000 }),
  jwk: anyObject('The same as a JSON Web Key.'),
});
const keys = object({ data: list('By the beginning of their validity.', key) });
const exportQuestion = object({
  ...period,
  everything: optional(
    flag('Those of all organisations, in whole batches; only for whoever runs the installation.'),
  ),
});

const verifying = object({
  proof: optional(anyObject('One receipt with its path and head, as it was given here.')),
  lines: optional(
    list('Or an export, a text for each line.', text('A line.', { most: 1_000_000 }), { most: 20_000 }),
  ),
  keys: optional(
    list(
      'Public keys from a source that you trust; those of this installation when left out.',
      anyObject('A key.'),
      {
        most: 100,
      },
    ),
  ),
  is_whole: optional(
    flag('Whether the export must begin with the first batch of every log and leave out no receipt.'),
  ),
});
const verdict = object({
  is_valid: flag('Whether nothing is wrong.'),
  faults: list(
    'What is wrong, and where.',
    object({
      problem: text('One of the problems of docs/receipts.md.'),
      where: text('The part that is wrong.', { most: 1000 }),
      message: text('For people.', { most: 1000 }),
      log: optional(text('The log.', { most: 1000 })),
      seq: optional(integer('The batch.')),
      index: optional(integer('The place in the batch.')),
    }),
  ),
  more_faults: integer('Faults beyond those that are listed.'),
  receipts: integer('Receipts that were looked at.'),
  batches: integer('Batches that were looked at.'),
  keys_from: oneOf('Whose keys were believed.', ['caller', 'installation']),
});

export function receiptRoutes(deps: ReceiptRoutesDeps): readonly AnyApiRoute[] {
  return [
    listReceipts(deps),
    listHeads(deps),
    listKeys(deps),
    exportAll(deps),
    verify(deps),
    getReceipt(deps),
  ];
}

function listReceipts({ storage }: ReceiptRoutesDeps): AnyApiRoute {
  return route({
    name: 'listReceipts',
    method: 'GET',
    path: '/receipts',
    chapter,
    summary: 'Receipts, the newest first',
    permission: 'receipts:read',
    query: question,
    answer: pageOf('Receipts.', listedReceipt),
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const { query } = call;
      checkPeriod(query);
      const [before] = decodeCursor(query.cursor, ['string']) ?? [];
      const { receipts, hasMore } = await storage.receipts.list({
        workspaces: await placesOf(call, storage),
        limit: limitOf(query),
        ...defined({ before, from: optionalTimeOf(query.from), to: optionalTimeOf(query.to) }),
      });
      const last = receipts.at(-1)?.id;
      return {
        data: receipts.map(showListed),
        next_cursor: hasMore && last !== undefined ? encodeCursor([last]) : null,
      };
    },
  });
}

function getReceipt({ storage }: ReceiptRoutesDeps): AnyApiRoute {
  return route({
    name: 'getReceipt',
    method: 'GET',
    path: '/receipts/{id}',
    chapter,
    summary: 'One receipt with its proof',
    description:
      'What is answered is what `verifyReceipt` of @keelson/core takes, with keys from a source that you trust: no server is needed to verify it.',
    permission: 'receipts:read',
    answer: receiptProof,
    example: {},
    handle: async (call) => {
      const { id = '' } = call.params;
      const found = /^rcpt_[0-9a-f]{32}$/.test(id) ? await proveReceipt(storage.receipts, id) : undefined;
      const workspaces = found === undefined ? [] : await placesOf(call, storage);
      if (found === undefined || !workspaces.includes(found.receipt.workspace)) throw unknownReceipt(id);
      return showProof(found);
    },
  });
}

function listHeads({ storage: { receipts } }: ReceiptRoutesDeps): AnyApiRoute {
  return route({
    name: 'listReceiptHeads',
    method: 'GET',
    path: '/receipts/heads',
    chapter,
    summary: 'The signed heads of all batches, in the order of logs and numbers',
    description: 'They name nobody. Publish the newest ones where nobody can change them later.',
    permission: 'receipts:read',
    query: headsQuestion,
    answer: pageOf('Heads.', signedHead),
    example: { query: { latest: true } },
    handle: async ({ query }) => {
      const [log = '', seq = 0] = decodeCursor(query.cursor, ['string', 'number']) ?? [];
      const most = limitOf(query);
      const found = await readHeads(receipts, { ...query, after: { log, seq }, most: most + 1 });
      const data = found.slice(0, most);
      const last = data.at(-1);
      const hasMore = found.length > most && last !== undefined;
      return { data, next_cursor: hasMore ? encodeCursor([last.log, last.seq]) : null };
    },
  });
}

interface HeadsWish {
  readonly log?: string | undefined;
  readonly latest?: boolean | undefined;
  readonly after: { readonly log: string; readonly seq: number };
  readonly most: number;
}

/** So many, or more. */
async function readHeads(
  receipts: Storage['receipts'],
  { log: only, latest, after, most }: HeadsWish,
): Promise<ReceiptHead[]> {
  const found: ReceiptHead[] = [];
  for (const log of await receipts.listLogs()) {
    if (found.length >= most) break;
    if (log < after.log || (only !== undefined && log !== only)) continue;
    const begin = log === after.log ? after.seq + 1 : 1;
    const newest = latest ? ((await receipts.findSeqs(log, {}))?.last ?? 0) : begin;
    if (newest >= begin) found.push(...(await receipts.listHeads(log, newest)));
  }
  return found;
}

function listKeys({ storage: { receipts } }: ReceiptRoutesDeps): AnyApiRoute {
  return route({
    name: 'listReceiptKeys',
    method: 'GET',
    path: '/receipts/keys',
    chapter,
    summary: 'The public keys that heads are signed with',
    permission: 'receipts:read',
    answer: keys,
    example: {},
    handle: async () => ({ data: (await receipts.listKeys()).map(showKey) }),
  });
}

function showKey(one: ReceiptKey): ValueOf<typeof key> {
  return { key: one, ...publicKeyForms(one) };
}

function exportAll({ storage }: ReceiptRoutesDeps): AnyApiRoute {
  return route({
    name: 'exportReceipts',
    method: 'GET',
    path: '/receipts/export',
    chapter,
    summary: 'All receipts of a time, with all that proves them',
    description:
      'Lines of canonical JSON for `verifyExport` of @keelson/core. The heads of all batches are there, and of the receipts those that may be seen.',
    permission: 'receipts:read',
    query: exportQuestion,
    streams: ['application/x-ndjson'],
    example: { query: { from: '2026-01-01T00:00:00Z' } },
    handle: async (call) => {
      const { query, caller } = call;
      checkPeriod(query);
      if (query.everything && !caller.may('receipts:read', { organisation: '' })) {
        throw new KeelsonError(
          'permission_denied',
          'The key may not read the receipts of all organisations.',
          {
            hint: 'Leave `everything` out.',
          },
        );
      }
      const wish = defined({ from: optionalTimeOf(query.from), to: optionalTimeOf(query.to) });
      const workspace = query.everything ? undefined : await placesOf(call, storage);
      const lines = exportReceipts(storage.receipts, { ...wish, ...(workspace && { workspace }) });
      return { contentType: 'application/x-ndjson', fileName: 'receipts.jsonl', lines: withEnds(lines) };
    },
  });
}

async function* withEnds(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

function verify({ storage: { receipts } }: ReceiptRoutesDeps): AnyApiRoute {
  return route({
    name: 'verifyReceipts',
    method: 'POST',
    path: '/receipts/verify',
    chapter,
    summary: 'Verifies a receipt or an export',
    description:
      'As everybody can without us, with `verifyReceipt` and `verifyExport` of @keelson/core; longer exports than fit here are verified there.',
    permission: 'receipts:read',
    body: verifying,
    answer: verdict,
    example: {
      body: {
        lines: ['{"format":"keelson-receipts","version":1}', '{"batches":0,"receipts":0,"type":"end"}'],
      },
    },
    handle: async ({ body }: ApiCall<unknown, ValueOf<typeof verifying>>) => {
      const given = body.keys as readonly ReceiptKey[] | undefined;
      const trusted = given ?? (await receipts.listKeys());
      const keysFrom = given === undefined ? ('installation' as const) : ('caller' as const);
      return { ...(await verdictOf(body, trusted)), keys_from: keysFrom };
    },
  });
}

async function verdictOf(
  { proof: one, lines, is_whole: isWhole = false }: ValueOf<typeof verifying>,
  trusted: readonly ReceiptKey[],
): Promise<Omit<ValueOf<typeof verdict>, 'keys_from'>> {
  if ((one === undefined) === (lines === undefined)) {
    throw new KeelsonError('invalid_request', 'Send either `proof` or `lines`.', {
      hint: '`proof` is one receipt as GET /receipts/{id} gives it, `lines` an export.',
      details: { field: 'body' },
    });
  }
  const shared = { keys: trusted, crypto: nodeCrypto };
  if (lines === undefined) {
    const { isValid, faults } = await verifyReceipt(one as never, shared);
    return { is_valid: isValid, faults, more_faults: 0, receipts: 1, batches: 1 };
  }
  const whole = { mayStartLate: !isWhole, mayBePartial: !isWhole };
  const said = await verifyExport(lines, { ...shared, ...whole });
  const { moreFaults, receipts, batches, statements } = said;
  const stated = await checkStatements(lines, statements, { crypto: nodeCrypto, mayBePartial: !isWhole });
  const faults = [...said.faults, ...stated.faults];
  return { is_valid: faults.length === 0, faults, more_faults: moreFaults, receipts, batches };
}
