// Credentials of providers: stored encrypted, weighed, rotated, checked and removed while calls go on. What is secret in them
// goes in and never comes out.
import { didYouMean, KeelsonError } from '@keelson/core';
import {
  type Clock,
  type CredentialContent,
  type CredentialRecord,
  checkCredential,
  type Engine,
  isReference,
  type ProviderCredentials,
  Secret,
  type Storage,
} from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  flag,
  integer,
  list,
  named,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  slicePage,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { checkWorkspace } from './keys.ts';
import { toOptionalTime, toTime } from './times.ts';

export interface CredentialRoutesDeps {
  readonly credentials: ProviderCredentials;
  readonly engine: Pick<Engine, 'providers'>;
  readonly storage: Pick<Storage, 'tenants'>;
  readonly clock: Pick<Clock, 'now' | 'sleep'>;
}

const chapter = 'Credentials';
const states = ['active', 'disabled'] as const;
const healths = ['unused', 'good', 'refused', 'cooling_down'] as const;

const name = text('What people call it; one of its kind for its provider and its workspace.', { least: 1 });
const weight = integer(
  'How often it is chosen against the others; 0 only when no other can be. 1 when left out.',
  { least: 0, most: 1000 },
);
const state = oneOf('Whether calls are sent with it.', states);
const mostOfSecret = 65_536;
const content = {
  key: optional(
    text('The key. Itself: no reference such as `env:NAME`.', {
      least: 1,
      most: mostOfSecret,
      pattern: '^[\\x21-\\x7e]+$',
      isSecret: true,
    }),
  ),
  secrets: optional(
    named(
      'In place of or beside a key, by the names of docs/providers.md, such as `secretAccessKey`.',
      text('A secret, itself.', { least: 1, most: mostOfSecret, isSecret: true }),
      { most: 20 },
    ),
  ),
  // Kept from the log like secrets: somebody will put one here.
  settings: optional(
    named(
      'What belongs to them and is none, such as `accessKeyId`. It is not shown again either.',
      text('A value.', { most: 2000, isSecret: true }),
      { most: 20 },
    ),
  ),
};

const credential = object({
  id: text('What it is called in addresses and records.'),
  organisation: text('Whose it is.'),
  workspace: optional(text('The only one that may use it; all of the organisation when left out.')),
  provider: text('The provider, by the name that its models begin with.'),
  name,
  weight,
  state,
  health: oneOf(
    'What its provider said of it last; while it is `cooling_down`, others are taken in its place.',
    healths,
  ),
  cool_down_until: optional(time('Until when others are taken in its place.')),
  last_used_at: optional(time('When it was last used, to some seconds.')),
  last_failed_at: optional(time('When it was last refused.')),
  last_failure: optional(text('Why, as a code of docs/errors.md.')),
  sealed_with: text('The id of the master key that it is encrypted with.'),
  created_at: time('When it was made.'),
  created_by: text('The key that made it.'),
  rotated_at: optional(time('When its secret was last replaced.')),
  rotated_by: optional(text('The key that replaced it.')),
});
const question = object({
  ...pageFields(['created_at', '-created_at']),
  provider: optional(text('Only those of this provider.')),
  state: optional(oneOf('Only those that are so.', states)),
});
const newCredential = object({
  provider: text('The provider, by the name that its models begin with.', { least: 1 }),
  name,
  weight: optional(weight),
  ...content,
});
const change = object({ name: optional(name), weight: optional(weight), state: optional(state) });
const check = object({
  ok: flag('Whether the provider takes it.'),
  is_key_checked: flag(
    'Whether anything was learnt of the key: some show their models to everybody, some show none.',
  ),
  models: optional(list('Models that it may ask for; the first thousand.', text('A model.', { most: 1000 }))),
  problem: optional(
    object({
      kind: oneOf('What is wrong.', [
        'wrong-key',
        'no-permission',
        'no-money',
        'unreachable',
        'not-this-api',
        'busy',
        'misconfigured',
      ]),
      message: text('What is wrong, in words.', { most: 10_000 }),
      hint: text('What to do about it.', { most: 10_000 }),
    }),
  ),
});
const resealed = object({
  resealed: integer('How many were encrypted anew.', { least: 0 }),
  failed: list(
    'Those that could not be opened; they are left as they were.',
    object({ id: text('Which.'), message: text('Why.', { most: 10_000 }) }),
    { most: 1_000_000 },
  ),
});

export function credentialRoutes(deps: CredentialRoutesDeps): readonly AnyApiRoute[] {
  return [
    listCredentials(deps),
    createCredential(deps),
    resealCredentials(deps),
    getCredential(deps),
    updateCredential(deps),
    rotateCredential(deps),
    checkOne(deps),
    removeCredential(deps),
  ];
}

function listCredentials({ credentials, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'listCredentials',
    method: 'GET',
    path: '/credentials',
    chapter,
    summary: 'Credentials of providers, in the order of their making',
    permission: 'credentials:read',
    query: question,
    answer: pageOf('Credentials.', credential),
    example: { query: { state: 'active', limit: 10 } },
    handle: async ({ query, where }) => {
      const { sort, provider, state: wanted, ...place } = query;
      const all = await credentials.list({ ...where, ...defined({ provider }) });
      const found = all.filter((one) => wanted === undefined || one.state === wanted);
      const isDescending = sort === '-created_at';
      const page = slicePage(found, { ...defined(place), isDescending }, (one) => [one.createdAt, one.id]);
      return { ...page, data: page.data.map((one) => showCredential(one, clock.now())) };
    },
  });
}

function createCredential({ credentials, engine, storage, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'createCredential',
    method: 'POST',
    path: '/credentials',
    chapter,
    summary: 'Stores a credential of a provider',
    description:
      'For the workspace that is named, or without one for all of the organisation. Calls are sent with it at once here, and within seconds on every other replica. What is secret in it is encrypted and never shown again.',
    permission: 'credentials:write',
    body: newCredential,
    answer: credential,
    isMaking: true,
    action: 'credentials.create',
    example: { body: { provider: 'openai', name: 'main', key: 'sk-of-the-vendor', weight: 2 } },
    handle: async ({ body, where, caller }) => {
      checkProviderName(body.provider, engine);
      const { organisation, workspace } = where;
      if (workspace === undefined) await checkOrganisation(storage, organisation);
      else await checkWorkspace(storage, organisation, workspace);
      const made = await credentials.create({
        ...where,
        provider: body.provider,
        name: body.name,
        content: contentOf(body),
        ...defined({ weight: body.weight }),
        by: caller.keyId,
      });
      return showCredential(made, clock.now());
    },
  });
}

function getCredential({ credentials, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'getCredential',
    method: 'GET',
    path: '/credentials/{id}',
    chapter,
    summary: 'One credential',
    permission: 'credentials:read',
    answer: credential,
    example: {},
    handle: async (call) => showCredential(await findCredential(call, credentials), clock.now()),
  });
}

function updateCredential({ credentials, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'updateCredential',
    method: 'PATCH',
    path: '/credentials/{id}',
    chapter,
    summary: 'Changes name, weight or state of a credential',
    permission: 'credentials:write',
    body: change,
    answer: credential,
    action: 'credentials.update',
    example: { body: { weight: 0, state: 'disabled' } },
    handle: async (call) => {
      const { id } = await findCredential(call, credentials);
      return showCredential(await credentials.change(id, defined(call.body)), clock.now());
    },
  });
}

function rotateCredential({ credentials, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'rotateCredential',
    method: 'POST',
    path: '/credentials/{id}/rotate',
    chapter,
    summary: 'Another secret in place of that of a credential',
    description:
      'The old one is gone at once, and so is what was known of it. It is whole: nothing of the old stays.',
    permission: 'credentials:write',
    body: object(content),
    answer: credential,
    action: 'credentials.rotate',
    example: { body: { key: 'sk-of-the-vendor-too' } },
    handle: async (call) => {
      const { id } = await findCredential(call, credentials);
      const rotated = await credentials.rotate(id, { content: contentOf(call.body), by: call.caller.keyId });
      return showCredential(rotated, clock.now());
    },
  });
}

function checkOne({ credentials, engine, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'checkCredential',
    method: 'POST',
    path: '/credentials/{id}/check',
    chapter,
    summary: 'Asks the provider whether it takes a credential',
    description: 'It asks for the list of models, which costs nothing, and waits ten seconds at most.',
    permission: 'credentials:write',
    answer: check,
    action: 'credentials.check',
    example: {},
    handle: async (call) => {
      const { id, provider, state: now } = await findCredential(call, credentials);
      if (now === 'disabled') {
        throw new KeelsonError('conflict', 'The credential is disabled, so nothing is asked with it.', {
          hint: 'Set its `state` to `active` first.',
        });
      }
      checkProviderName(provider, engine);
      const target = engine.providers.get(provider) as NonNullable<ReturnType<typeof engine.providers.get>>;
      const { ok, isKeyChecked, models, problem } = await checkCredential(target, id, { clock });
      return { ok, is_key_checked: isKeyChecked, models: models?.slice(0, 1000), problem };
    },
  });
}

function removeCredential({ credentials, clock }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'removeCredential',
    method: 'DELETE',
    path: '/credentials/{id}',
    chapter,
    summary: 'Forgets a credential, and shows it a last time',
    permission: 'credentials:write',
    answer: credential,
    action: 'credentials.remove',
    example: {},
    handle: async (call) => {
      const found = await findCredential(call, credentials);
      await credentials.remove(found.id);
      return showCredential({ ...found, state: 'disabled' }, clock.now());
    },
  });
}

function resealCredentials({ credentials }: CredentialRoutesDeps): AnyApiRoute {
  return route({
    name: 'resealCredentials',
    method: 'POST',
    path: '/credentials/reseal',
    chapter,
    summary: 'Encrypts all credentials with the newest master key',
    description:
      'Those of every organisation. It may be stopped and begun again; when none failed, older master keys may go.',
    permission: 'credentials:write',
    level: 'installation',
    answer: resealed,
    action: 'credentials.reseal',
    example: {},
    handle: async () => {
      const { resealed: count, failed } = await credentials.reseal();
      return { resealed: count, failed: failed.map(({ id, error }) => ({ id, message: error.message })) };
    },
  });
}

/** What stands elsewhere is not told apart from what is not there. */
async function findCredential(
  { params, where }: Pick<ApiCall<unknown, unknown>, 'params' | 'where'>,
  credentials: ProviderCredentials,
): Promise<CredentialRecord> {
  const found = await credentials.find(params.id ?? '');
  const isThere =
    found.organisation === where.organisation &&
    (where.workspace === undefined || found.workspace === where.workspace);
  if (isThere) return found;
  throw new KeelsonError('not_found', `There is no credential \`${found.id}\`.`);
}

function checkProviderName(provider: string, { providers }: CredentialRoutesDeps['engine']): void {
  if (providers.has(provider)) return;
  const names = [...providers.keys()];
  throw new KeelsonError('invalid_request', `There is no provider \`${provider.slice(0, 64)}\` here.`, {
    hint: didYouMean(provider, names) ?? `Those that are here: ${names.join(', ')}.`,
    details: { field: 'body.provider' },
  });
}

async function checkOrganisation({ tenants }: Pick<Storage, 'tenants'>, organisation: string): Promise<void> {
  const found = await tenants.findOrganisation(organisation);
  if (found !== undefined && found.archivedAt === undefined) return;
  throw new KeelsonError('not_found', `There is no organisation \`${organisation.slice(0, 64)}\`.`, {
    hint: 'GET /api/v1/organisations lists them; POST makes one.',
    details: { field: 'query.organisation' },
  });
}

type Content = ValueOf<ReturnType<typeof object<typeof content>>>;

/** Whoever may store a credential here may not therefore read the server's own environment, files and vaults. */
function contentOf({ key, secrets = {}, settings = {} }: Content): CredentialContent {
  for (const [field, value] of [['key', key ?? ''], ...Object.entries(secrets)] as const) {
    if (!isReference(value)) continue;
    throw new KeelsonError('invalid_request', `\`${field.slice(0, 64)}\` is a reference to a secret.`, {
      hint: 'Send the secret itself; only settings of the server take references.',
      details: { field: field === 'key' ? 'body.key' : 'body.secrets' },
    });
  }
  const sealed = Object.entries(secrets).map(([field, value]) => [field, new Secret(value)] as const);
  return {
    ...(key !== undefined && { key: new Secret(key) }),
    secrets: Object.fromEntries(sealed),
    settings,
  };
}

function showCredential(record: CredentialRecord, now: number): ValueOf<typeof credential> {
  const { coolDownUntil, lastUsedAt, lastFailedAt, lastFailure, rotatedAt, rotatedBy } = record;
  const isCooling = coolDownUntil !== undefined && coolDownUntil > now;
  return {
    id: record.id,
    organisation: record.organisation,
    workspace: record.workspace,
    provider: record.provider,
    name: record.name,
    weight: record.weight,
    state: record.state,
    health: healthOf(record, isCooling),
    cool_down_until: isCooling ? toTime(coolDownUntil) : undefined,
    last_used_at: toOptionalTime(lastUsedAt),
    last_failed_at: toOptionalTime(lastFailedAt),
    last_failure: lastFailure,
    sealed_with: record.sealedWith,
    created_at: toTime(record.createdAt),
    created_by: record.createdBy,
    rotated_at: toOptionalTime(rotatedAt),
    rotated_by: rotatedBy,
  };
}

function healthOf(
  { lastUsedAt = 0, lastFailedAt = 0, lastFailure }: CredentialRecord,
  isCooling: boolean,
): (typeof healths)[number] {
  if (isCooling) return 'cooling_down';
  if (lastFailure !== undefined && lastFailedAt >= lastUsedAt) return 'refused';
  return lastUsedAt === 0 ? 'unused' : 'good';
}
