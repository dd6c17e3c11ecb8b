// Statements over many receipts: what one would say, making it, and what none covers yet. Also receipts that others bring, and the public
// keys in the forms that other programs take. Which receipts are meant and what they add up to, the engine says.
import { KeelsonError, type ReceiptKey } from '@keelson/core';
import {
  draftStatement,
  type Engine,
  issueStatement,
  proveReceipt,
  publicKeyForms,
  type StatementDeps,
  type StatementWish,
  type Storage,
  storeReceiptCopy,
} from '@keelson/engine';
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
  nullable,
  object,
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
  listedReceipt,
  placesOf,
  proofFields,
  showListed,
  showProof,
  unknownReceipt,
  wholeOf,
} from './receipt-schemas.ts';
import { optionalTimeOf } from './times.ts';

export interface StatementRoutesDeps {
  readonly storage: Pick<Storage, 'receipts' | 'tenants'>;
  readonly engine: Pick<Engine, 'receipts' | 'newId'>;
  readonly clock: StatementDeps['clock'];
}

const mostIds = 20_000;
const wishFields = {
  receipt_ids: optional(
    list('These receipts, by their ids or by those of their calls.', text('An id.', { least: 1 }), {
      most: mostIds,
    }),
  ),
  from: optional(time('Those of a period: its first moment.')),
  to: optional(time('The first moment after the period.')),
  since_last: optional(flag('All that no statement covers yet.')),
  description: optional(text('What it is for; signed with it.', { least: 1, most: 2000 })),
  tags: optional(
    list('Words to find it by; signed with it.', text('A tag.', { least: 1, most: 100 }), { most: 32 }),
  ),
};
const wish = object(wishFields);
const laterWish = object({
  log_ids: optional(list('The same as `receipt_ids`.', text('An id.', { least: 1 }), { most: mostIds })),
  start_date: optional(time('The same as `from`.')),
  end_date: optional(time('The same as `to`.')),
  since_last_receipt: optional(flag('The same as `since_last`.')),
  description: wishFields.description,
  tags: wishFields.tags,
});
const made = object({ id: text('What it is called.'), ...proofFields });
const preview = object({
  receipt: anyObject('The receipt as it would be, but for its id and its time.'),
});
const uncertified = object({
  data: list('Receipts, the newest first.', listedReceipt),
  next_cursor: nullable(text('Where the next page begins; null on the last one.', { most: 1000 })),
  total: integer('How many there are in all.'),
});
const { limit, cursor } = pageFields(['-made_at']);
const listQuestion = object({ limit, cursor });
const publicKeys = object({
  keys: list('JSON Web Keys, as in RFC 7517, with their validity beside.', anyObject('A key.')),
});

export function statementRoutes(deps: StatementRoutesDeps): readonly AnyApiRoute[] {
  return [
    storeReceipt(deps),
    issueReceipt(deps),
    generateReceipt(deps),
    previewReceipt(deps),
    listUncertified(deps),
    listCovered(deps),
    showPem(deps),
    showJwk(deps),
    showPublicKeys(deps),
  ];
}

function issueReceipt(deps: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'issueReceipt',
    method: 'POST',
    path: '/receipts/issue',
    chapter,
    summary: 'Makes a statement over many receipts',
    description:
      'It is a receipt itself, of the kind `batch`: with what all of them add up to, by model and by alias, signed as a whole and chained like all others. Choose by `receipt_ids`, by `from` and `to`, or with `since_last`.',
    permission: 'receipts:write',
    body: wish,
    answer: made,
    isMaking: true,
    action: 'receipts.issue',
    example: { body: { since_last: true, description: 'November', tags: ['finance'] } },
    handle: async (call: ApiCall<unknown, ValueOf<typeof wish>>) => issue(deps, await wishOf(call, deps)),
  });
}

function generateReceipt(deps: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'generateReceipt',
    method: 'POST',
    path: '/receipts/generate',
    chapter,
    summary: 'The same as `issue`, by the names that LLMRing has for it',
    permission: 'receipts:write',
    body: laterWish,
    answer: made,
    isMaking: true,
    action: 'receipts.generate',
    example: { body: { start_date: '2026-01-01T00:00:00Z', end_date: '2099-01-01T00:00:00Z' } },
    handle: async (call: ApiCall<unknown, ValueOf<typeof laterWish>>) => {
      const { log_ids, start_date, end_date, since_last_receipt, ...rest } = call.body;
      const body = {
        ...rest,
        receipt_ids: log_ids,
        from: start_date,
        to: end_date,
        since_last: since_last_receipt,
      };
      return issue(deps, await wishOf({ ...call, body }, deps));
    },
  });
}

async function issue(deps: StatementRoutesDeps, asked: StatementWish): Promise<ValueOf<typeof made>> {
  const proof = await issueStatement(statementDeps(deps), asked);
  return { id: proof.receipt.receipt_id, ...showProof(proof) };
}

function statementDeps({ storage, engine, clock }: StatementRoutesDeps): StatementDeps {
  const { receipts: issuer } = engine;
  if (issuer === undefined) {
    throw new KeelsonError('configuration_invalid', 'This server issues no receipts.', {
      hint: 'Open its engine with a storage and with keys for receipts.',
    });
  }
  return { storage: storage.receipts, issuer, clock, newId: () => engine.newId() };
}

async function wishOf(
  call: ApiCall<unknown, ValueOf<typeof wish>>,
  { storage }: StatementRoutesDeps,
): Promise<StatementWish> {
  const { organisation, workspace } = call.where;
  const { receipt_ids: ids, from, to, since_last: isSinceLast, description, tags } = call.body;
  const about = workspace === undefined ? { workspace: wholeOf(organisation), organisation } : { workspace };
  return {
    ...about,
    ...defined({ ids, from: optionalTimeOf(from), to: optionalTimeOf(to), description, tags }),
    ...(isSinceLast === true && { isSinceLast }),
    workspaces: await placesOf(call, storage),
    by: call.caller.keyId,
  };
}

function previewReceipt(deps: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'previewReceipt',
    method: 'POST',
    path: '/receipts/preview',
    chapter,
    summary: 'What a statement would say, without making it',
    permission: 'receipts:read',
    body: wish,
    answer: preview,
    example: { body: { from: '2026-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' } },
    handle: async (call: ApiCall<unknown, ValueOf<typeof wish>>) => ({
      receipt: { ...(await draftStatement(deps.storage.receipts, await wishOf(call, deps))) },
    }),
  });
}

function listUncertified({ storage }: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'listUncertifiedReceipts',
    method: 'GET',
    path: '/receipts/uncertified',
    chapter,
    summary: 'Receipts that no statement covers yet, the newest first',
    permission: 'receipts:read',
    query: listQuestion,
    answer: uncertified,
    example: { query: { limit: 10 } },
    handle: async (call) => {
      const workspaces = await placesOf(call, storage);
      const [before] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const where = { workspaces, isUncovered: true };
      const [{ receipts, hasMore }, total] = await Promise.all([
        storage.receipts.list({ ...where, limit: limitOf(call.query), ...defined({ before }) }),
        storage.receipts.count(where),
      ]);
      const last = receipts.at(-1)?.id;
      const next_cursor = hasMore && last !== undefined ? encodeCursor([last]) : null;
      return { data: receipts.map(showListed), next_cursor, total };
    },
  });
}

function listCovered({ storage }: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'listCoveredReceipts',
    method: 'GET',
    path: '/receipts/{id}/logs',
    chapter,
    summary: 'The receipts that a statement covers, in the order of their ids; of any other receipt, itself',
    permission: 'receipts:read',
    query: listQuestion,
    answer: pageOf('Receipts.', listedReceipt),
    example: {},
    handle: async (call) => {
      const { id = '' } = call.params;
      const proof = await proveReceipt(storage.receipts, id);
      const workspaces = await placesOf(call, storage);
      if (proof === undefined || !workspaces.includes(proof.receipt.workspace)) throw unknownReceipt(id);
      const { receipt } = proof;
      const ids: readonly string[] = receipt.kind === 'batch' ? receipt.receipts.ids : [id];
      const [after = ''] = decodeCursor(call.query.cursor, ['string']) ?? [];
      const rest = ids.filter((each) => each > after);
      const page = rest.slice(0, limitOf(call.query));
      const last = page.at(-1);
      const next_cursor = rest.length > page.length && last !== undefined ? encodeCursor([last]) : null;
      return { data: (await storage.receipts.locate(page)).map(showListed), next_cursor };
    },
  });
}

function storeReceipt(deps: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'storeReceipt',
    method: 'POST',
    path: '/receipts',
    chapter,
    summary: 'Keeps a receipt that a client has made',
    description:
      'Such as that of an LLMRing client: it is kept exactly as it was brought, in a receipt of the kind `stored`, whose signature says that it was here then. Whether its own signature is right is for whoever knows the key of its client.',
    permission: 'receipts:write',
    body: anyObject('The receipt; at most 64 kB.'),
    answer: made,
    isMaking: true,
    action: 'receipts.store',
    example: {
      body: { receipt_id: 'a-client-made-it', provider: 'openai', model: 'gpt-5-mini', prompt_tokens: 12 },
    },
    handle: async (call: ApiCall<unknown, Readonly<Record<string, unknown>>>) => {
      const { body: brought, caller, where } = call;
      checkBrought(brought);
      const workspace = where.workspace ?? caller.workspace;
      const proof = await storeReceiptCopy(statementDeps(deps), { brought, workspace, by: caller.keyId });
      return { id: proof.receipt.receipt_id, ...showProof(proof) };
    },
  });
}

const longestBrought = 64 * 1024;

function checkBrought(brought: Readonly<Record<string, unknown>>): void {
  const { length } = JSON.stringify(brought);
  if (length > longestBrought) {
    throw new KeelsonError(
      'request_too_large',
      `A receipt that is brought has at most ${longestBrought} bytes.`,
      {
        details: { limit: longestBrought },
      },
    );
  }
  if (typeof brought.receipt_id === 'string' || typeof brought.id === 'string') return;
  throw new KeelsonError('invalid_request', 'What was sent is no receipt: it has no `receipt_id`.', {
    hint: 'Send the receipt itself as the body.',
    details: { field: 'body.receipt_id' },
  });
}

function showPem({ storage, clock }: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'getPublicKeyPem',
    method: 'GET',
    path: '/receipts/public-key.pem',
    chapter,
    summary: 'The public key that heads are signed with now, as PEM',
    streams: ['application/x-pem-file'],
    example: {},
    handle: async () => {
      const { pem } = publicKeyForms(await currentKey(storage, clock.now()));
      return { contentType: 'application/x-pem-file', fileName: 'public-key.pem', lines: oneLine(pem) };
    },
  });
}

function showJwk({ storage, clock }: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'getPublicKeyJwk',
    method: 'GET',
    path: '/receipts/public-key.jwk',
    chapter,
    summary: 'The public key that heads are signed with now, as a JSON Web Key',
    answer: anyObject('The key.'),
    example: {},
    handle: async () => ({ ...publicKeyForms(await currentKey(storage, clock.now())).jwk }),
  });
}

function showPublicKeys({ storage }: StatementRoutesDeps): AnyApiRoute {
  return route({
    name: 'listPublicKeys',
    method: 'GET',
    path: '/receipts/public-keys.json',
    chapter,
    summary: 'All public keys that heads were ever signed with, as a set of JSON Web Keys',
    answer: publicKeys,
    example: {},
    handle: async () => ({
      keys: (await storage.receipts.listKeys()).map((key) => ({
        ...publicKeyForms(key).jwk,
        valid_from: key.valid_from,
        ...(key.valid_to !== undefined && { valid_to: key.valid_to }),
      })),
    }),
  });
}

async function currentKey({ receipts }: Pick<Storage, 'receipts'>, now: number): Promise<ReceiptKey> {
  const keys = await receipts.listKeys();
  const key = keys.findLast(({ valid_to: end = Number.POSITIVE_INFINITY }) => now < end) ?? keys.at(-1);
  if (key !== undefined) return key;
  throw new KeelsonError('not_found', 'This installation has no key for receipts yet.', {
    hint: 'The first start of a server makes one.',
  });
}

async function* oneLine(text: string): AsyncGenerator<string> {
  yield text;
}
