/**
 * Calls about what stays at a provider: files, batches, tuning jobs. An id leads back to the provider that gave it, and only for
 * the workspace that was given it; nothing else is ever asked for, so that no tenant reaches another's.
 */
import { isJsonObject, type Json, type JsonObject, KeelsonError } from '@keelson/core';
import { type BatchShare, measureBatch } from '../passing/index.ts';
import type { Provider } from '../providers/index.ts';
import type { Plan, Target } from '../routing/index.ts';
import type { Thing, Things } from '../storage/index.ts';
import type { Identity } from './asked-call.ts';
import type { CallState } from './call-state.ts';
import type { EngineParts } from './engine-parts.ts';
import type { ReadCall } from './open-call.ts';
import type { PassedCall } from './open-passed.ts';
import { isPlainBody } from './plain-body.ts';
import type { ThingOwner } from './seen-batch.ts';

/** The call with the provider that it is for. Throws `not_found` for whatever is not this workspace's. */
export async function locateThings(call: ReadCall, parts: EngineParts): Promise<ReadCall> {
  const { asked, passed } = call;
  if (passed?.endpoint.kind === undefined) return call;
  const { store, providers } = thingsOf(parts);
  const known: Thing[] = [];
  for (const id of idsIn(passed)) known.push(await findOwn(store, asked.identity.workspace, id));
  const names = new Set(known.map(({ provider }) => provider));
  if (names.size > 1) throw wrongProvider([...names].join('` and `'));
  const wanted = asked.wire.headers['x-keelson-provider'];
  const [name = wanted] = names;
  if (wanted !== undefined && name !== wanted) throw wrongProvider(`${name}\` and not at \`${wanted}`);
  const target = targetAt(name, providers);
  checkMayUse(asked.identity, target.provider);
  const batch = passed.endpoint.name === 'batches' ? await batchOf(passed, known, call, store) : undefined;
  return { ...call, passed: { ...passed, target, ...(batch && { batch }), ...(wanted && { wanted }) } };
}

function thingsOf({ things }: EngineParts): NonNullable<EngineParts['things']> {
  if (things !== undefined) return things;
  throw new KeelsonError('configuration_invalid', 'Files, batches and tuning jobs need a storage.');
}

/** In the path, and in the fields that refer to others. */
function idsIn({ variables, endpoint, content }: PassedCall): string[] {
  const inBody = (endpoint.refersTo ?? []).map((field) => content.fields[field]);
  return [variables.id, ...inBody].filter((id) => typeof id === 'string');
}

async function findOwn(store: Things, workspace: string, id: string): Promise<Thing> {
  const thing = await store.find(workspace, id);
  if (thing !== undefined) return thing;
  throw new KeelsonError('not_found', `Nothing is known here by the id \`${id.slice(0, 100)}\`.`, {
    hint: 'Name what was made through here by a key of the same workspace.',
  });
}

function wrongProvider(where: string): KeelsonError {
  return new KeelsonError('invalid_request', `What the request names lies at \`${where}\`.`, {
    hint: 'Name things of one provider, or leave `x-keelson-provider` out.',
  });
}

/** Of the first provider that speaks as OpenAI does, where none is named. */
function targetAt(name: string | undefined, providers: ReadonlyMap<string, Provider>): Target {
  const fit = [...providers.values()].filter((provider) => speechOf(provider) !== undefined);
  const provider = name === undefined ? fit[0] : fit.find((each) => each.name === name);
  const speech = provider && speechOf(provider);
  if (provider !== undefined && speech !== undefined)
    return { key: `${provider.name}:`, provider, model: '', speech, lane: 'pass-through' };
  const which =
    name === undefined
      ? 'No provider'
      : `The provider \`${name.slice(0, 100)}\` is not there, or not one that`;
  const others = fit.map((each) => `\`${each.name}\``).join(', ');
  throw new KeelsonError('invalid_request', `${which} has OpenAI’s files, batches and tuning jobs.`, {
    hint: others === '' ? 'Configure one.' : `Name one of these in \`x-keelson-provider\`: ${others}.`,
    details: { field: 'x-keelson-provider' },
  });
}

function speechOf({ form: { chat } }: Provider): Target['speech'] | undefined {
  const speech = chat.find(({ dialect }) => dialect === 'openai-chat');
  if (speech === undefined || !speech.base.includes('{model}')) return speech;
  return chat.find(({ dialect, base }) => dialect === 'openai-responses' && !base.includes('{model}'));
}

/** A batch may ask for every model of its provider. */
function checkMayUse({ models }: Identity, { name }: Provider): void {
  if (models === undefined || models.includes(`${name}:*`)) return;
  throw new KeelsonError('permission_denied', `This key may not use files and batches of \`${name}\`.`, {
    hint: `It must be allowed \`${name}:*\`, because a batch may ask for any model.`,
  });
}

/** What a new batch can use at most, and what those before it still can. */
async function batchOf(
  { way }: PassedCall,
  known: readonly Thing[],
  { asked }: ReadCall,
  store: Things,
): Promise<PassedCall['batch']> {
  if (way.thing !== 'create') return undefined;
  const open = await store.listOpen(asked.identity.workspace, 'batch');
  const others = open.flatMap(
    ({ measure }) => (measure as unknown as readonly BatchShare[] | undefined) ?? [],
  );
  const shares = known[0]?.measure as unknown as readonly BatchShare[] | undefined;
  return shares === undefined ? { others } : { shares, others };
}

export function planThings(target: Target): Plan {
  return {
    requested: '',
    targets: [target],
    dropped: [],
    // To make something twice is worse than to say that it failed.
    policy: { maxAttempts: 1, retries: 0, deadlineMs: 600_000, mayHedge: false, lossPolicy: 'allow' },
    escalations: {},
  };
}

/** What an answer of the provider means for what is known here; before its caller has it, so that the caller can go on at once. */
export async function keepThings(state: CallState): Promise<void> {
  const { call, winner, parts, asked } = state;
  const passed = call?.passed;
  const object = winner?.reading.whole ?? null;
  if (passed === undefined || winner === undefined || !isJsonObject(object)) return;
  const id = passed.variables.id ?? object.id;
  if (typeof id !== 'string') return;
  const { workspace } = asked.identity;
  const { thing: does } = passed.way;
  const { store } = thingsOf(parts);
  if (does === 'delete' && object.deleted === true) await store.remove(workspace, id);
  if (does !== 'create' && does !== 'get') return;
  const owner: ThingOwner = { identity: asked.identity, tags: asked.controls.tags };
  const base = {
    workspace,
    provider: winner.target.provider.name,
    owner: owner as unknown as Json,
    createdAt: parts.clock.now(),
  };
  if (does === 'get') await store.describe(workspace, id, object);
  else await store.keep({ ...base, id, object, ...(await madeOf(passed, parts)) });
  for (const file of filesOf(passed, object)) await store.keep({ ...base, id: file, kind: 'file' });
  if (passed.endpoint.kind === 'batch') state.seenBatch = { workspace, id, object };
}

async function madeOf(passed: PassedCall, parts: EngineParts): Promise<Pick<Thing, 'kind' | 'measure'>> {
  const measure = await measureOf(passed, parts);
  const kind = passed.endpoint.kind ?? 'file';
  return measure === undefined ? { kind } : { kind, measure: measure as unknown as Json };
}

/** Files that its provider made for it. */
function filesOf({ endpoint }: PassedCall, object: JsonObject): string[] {
  const told = (endpoint.tells ?? []).flatMap((field) => [object[field]].flat());
  return told.filter((file) => typeof file === 'string');
}

/** Of an input file for batches by its lines; of a batch, what its file said. */
async function measureOf(
  { endpoint, content, batch }: PassedCall,
  { clock }: EngineParts,
): Promise<readonly BatchShare[] | undefined> {
  if (endpoint.kind === 'batch') return batch?.shares;
  const { multipart, fields } = content;
  const file = multipart?.parts.find(({ fileName }) => fileName !== undefined);
  if (multipart === undefined || file === undefined || fields.purpose !== 'batch') return undefined;
  const bytes = multipart.bytes.subarray(file.start, file.end);
  return measureBatch(bytes, isPlainBody, () => clock.sleep(0));
}

const mostListed = 1000;
const usuallyListed = 20;

/** Lists are of what is known here: the provider's own would show what other tenants have. */
export async function answerList(
  { call, asked, caller, parts }: CallState,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { endpoint, wanted } = call?.passed as PassedCall;
  const { query } = asked.wire;
  const limit = readLimit(query.limit);
  const { store } = thingsOf(parts);
  const found: Thing[] = [];
  let after = query.after;
  for (let isMore = true; isMore && found.length <= limit; ) {
    const page = await store.list({
      workspace: asked.identity.workspace,
      kind: endpoint.kind ?? 'file',
      limit: limit + 1,
      isOldestFirst: query.order === 'asc',
      ...(wanted !== undefined && { provider: wanted }),
      ...(after !== undefined && { after }),
    });
    isMore = page.length > limit;
    after = page.at(-1)?.id;
    found.push(
      ...page.filter(({ object }) => query.purpose === undefined || object?.purpose === query.purpose),
    );
  }
  const data = found.slice(0, limit).map(({ object }) => object);
  const ids = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  caller.start(200, { 'content-type': 'application/json', ...headers });
  caller.end(JSON.stringify({ object: 'list', data, has_more: found.length > limit, ...ids }));
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return usuallyListed;
  if (/^[1-9]\d{0,5}$/.test(text)) return Math.min(Number(text), mostListed);
  throw new KeelsonError('invalid_request', '`limit` must be a whole number from 1.', {
    details: { field: 'limit' },
  });
}
