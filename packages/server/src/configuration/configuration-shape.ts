/**
 * What a configuration file may hold, and the same as a JSON schema for editors and other programs. What only the engine knows,
 * such as which models there are, is checked elsewhere.
 */
import { didYouMean, KeelsonError } from '@keelson/core';
import {
  aliasShape,
  aliasTargetShape,
  budgetShape,
  isReference,
  parseReference,
  providerForms,
} from '@keelson/engine';
import { z } from 'zod';
import { isOrigin, parseProxies } from '../http/index.ts';

/** Objects that say which of their fields is not one, and what was probably meant. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  const known = Object.keys(shape);
  const tell = (key: string): string =>
    `has no field \`${key}\`. ${didYouMean(key, known) ?? `Known are ${known.join(', ')}.`}`;
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? (issue.keys as string[]).map(tell).join(' It ') : undefined,
  });
}

const text = z.string().min(1).max(1000);
const seconds = z.int().min(0).max(3600);

const kinds = 'env:NAME, file:PATH, cmd:..., vault:path#field, aws-sm:NAME or gcp-sm:...';

/** Where a secret is, in place of the secret. */
const secret = z
  .string()
  .regex(/^(?:env|file|cmd|vault|aws-sm|gcp-sm|keyring):/, {
    error: `must name where the secret is, and not hold it: ${kinds}`,
    abort: true,
  })
  .check(({ value, issues }) => {
    const wrong = problemWithReference(value);
    if (wrong !== undefined) issues.push({ code: 'custom', input: value, message: wrong });
  })
  .describe(`Where the secret is: ${kinds}.`);

function problemWithReference(reference: string): string | undefined {
  try {
    parseReference(reference);
    return undefined;
  } catch (error) {
    if (!KeelsonError.is(error)) throw error;
    return `is no usable reference: ${error.message} ${error.hint}`;
  }
}

/** The address of a database, which is a secret where it holds a password. */
const databaseAddress = z.string().refine(
  (value) => {
    if (isReference(value)) return problemWithReference(value) === undefined;
    const address = URL.parse(value);
    return address !== null && address.password === '' && !address.searchParams.has('password');
  },
  { error: `must be an address without a password, or name where the address is: ${kinds}` },
);

const addressRule =
  'must be an address that begins with https:// or http://, without user, password and query';

const server = strict({
  host: text,
  port: z.int().min(0).max(65_535),
  workers: z.int().min(1).max(64),
  data: text.describe(
    'The folder for everything that outlives the process; a relative path begins at the folder of this file.',
  ),
  stopSeconds: seconds,
  stopNoticeSeconds: seconds,
  trustedProxies: z
    .array(
      z.string().refine((value) => !value.includes(',') && !('wrong' in parseProxies([value])), {
        error: 'must be an address or a network, such as 10.0.0.0/8',
      }),
    )
    .max(1000),
  corsOrigins: z
    .array(
      z.string().refine(isOrigin, {
        error: 'must be an origin such as https://app.example.com, without a slash at the end, or *',
      }),
    )
    .max(1000),
  checkProviders: z.boolean(),
  registration: z.enum(['closed', 'open', 'verified', 'approved']),
  url: z.string().refine(isWebAddress, { error: addressRule }).describe('Where commands find the gateway.'),
  key: secret.describe(`The key by which commands call the gateway: ${kinds}.`),
  strictCost: z.boolean(),
}).partial();

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, 'must be the name of a header');
const milliseconds = z.int().min(1).max(86_400_000);

const provider = strict({
  form: z.string().refine((name) => providerForms.has(name), {
    error: ({ input }) =>
      `names no form. ${didYouMean(String(input), providerForms.keys()) ?? 'docs/providers.md lists them.'}`,
  }),
  baseUrl: z.string().refine(isWebAddress, { error: addressRule }),
  key: secret,
  secrets: z.record(text, secret).describe('What authentication needs besides or in place of a key.'),
  settings: z.record(text, z.string().max(1000)),
  headers: z
    .record(headerName, z.string().max(8192))
    .check(({ value, issues }) => {
      for (const [header, said] of Object.entries(value)) {
        const message = problemWithHeader(header, said);
        if (message !== undefined) issues.push({ code: 'custom', input: value, path: [header], message });
      }
    })
    .describe('Added to every call.'),
  timeouts: strict({
    connectMs: milliseconds,
    firstByteMs: milliseconds,
    betweenChunksMs: milliseconds,
    totalMs: milliseconds,
  }).partial(),
  maxSockets: z.int().min(1).max(65_536),
  maxWaiting: z.int().min(0).max(1_000_000),
  maxAnswerBytes: z.int().min(1).max(4_294_967_296),
  sendTraceIds: z.boolean(),
  allowMetadataAddresses: z.boolean(),
}).partial();

function isWebAddress(value: string): boolean {
  const address = URL.parse(value.replace(/\{\w+\}/g, 'x'));
  if (address === null || !/^https?:$/.test(address.protocol)) return false;
  return [address.username, address.password, address.search, address.hash].every((part) => part === '');
}

/** Headers that are secrets by their name. */
const secretHeader = /authorization|cookie|token|secret|password|key/i;

function problemWithHeader(header: string, said: string): string | undefined {
  if (!secretHeader.test(header)) return undefined;
  if (isReference(said)) return problemWithReference(said);
  return `must name where the secret is, and not hold it: ${kinds}`;
}

export type ProviderEntry = z.output<typeof provider>;

const shape = strict({
  $schema: z.string().max(1000),
  server,
  lockfile: text.describe(
    'The keelson.lock that aliases come from; a relative path begins at the folder of this file. The nearest one upwards when left out.',
  ),
  profile: text.describe('The profile of the lockfile for whoever names none.'),
  registry: text.describe('Where cards of models come from: `bundled`, file:///folder or https://host/path.'),
  database: strict({ url: databaseAddress }).partial(),
  log: strict({
    level: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
    bodies: z.enum(['none', 'errors', 'all']).describe('Whose prompts and answers are kept.'),
    retentionDays: z.int().min(0).max(36_500).describe('0 keeps records for ever.'),
  }).partial(),
  metrics: strict({ access: z.enum(['off', 'key', 'open']), key: secret }).partial(),
  cache: strict({
    store: z.enum(['off', 'memory', 'database', 'redis']),
    megabytes: z.int().min(1).max(65_536),
    redisUrl: databaseAddress,
  }).partial(),
  keys: strict({ first: secret, receipts: secret, master: secret })
    .partial()
    .describe(
      'The first key of callers, the key that signs receipts, and the key that encrypts credentials.',
    ),
  flows: strict({
    hosts: z
      .array(
        z
          .string()
          .regex(
            /^(?:\[[\da-f:.]+\]|[^\s/@?#*:[\],]+)(?::\d{1,5})?$/i,
            'must be a host, such as search.internal or search.internal:9200',
          ),
      )
      .max(1000)
      .describe('Hosts inside the network that requests of flows may ask.'),
  }).partial(),
  commands: strict({ output: z.enum(['text', 'json']) })
    .partial()
    .describe('How commands of the command line answer.'),
  providers: z.record(
    z.string().regex(/^[\w.-]{1,100}$/, 'must be a name of letters, digits and any of `._-`'),
    provider,
  ),
  aliases: z.record(z.string().max(200), aliasShape),
  budgets: z.array(strict(budgetShape.shape)).max(10_000),
}).partial();

export const configurationShape = shape.check(({ value, issues }) => {
  for (const [name, { form }] of Object.entries(value.providers ?? {})) {
    if (form !== undefined || providerForms.has(name)) continue;
    const near = didYouMean(name, providerForms.keys()) ?? 'docs/providers.md lists them.';
    const message = `is the name of no form, so it needs a \`form\`. ${near}`;
    issues.push({ code: 'custom', input: value, path: ['providers', name], message });
  }
  if (value.cache?.store === 'redis' && value.cache.redisUrl === undefined) {
    const message = 'is `redis`, which needs `cache.redisUrl`';
    // It may be in a variable.
    issues.push({
      code: 'custom',
      input: value,
      path: ['cache', 'store'],
      message,
      params: { unless: 'KEELSON_REDIS_URL' },
    });
  }
});

export type ConfigurationContent = z.output<typeof shape>;

/** For editors, and for whoever else wants to know it without us. */
export function renderConfigurationSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(shape, {
    io: 'output',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if ((zodSchema as unknown) === aliasTargetShape) addShort(jsonSchema, { type: 'string', minLength: 1 });
      else if ((zodSchema as unknown) === aliasShape) {
        const { targets } = (jsonSchema.properties ?? {}) as Record<string, z.core.JSONSchema.BaseSchema>;
        addShort(jsonSchema, structuredClone(targets ?? {}));
      } else if (['number', 'integer', 'boolean'].includes(String(jsonSchema.type)))
        addShort(jsonSchema, { type: 'string', pattern: '\\$\\{' });
    },
  });
  return { $schema, title: 'Keelson configuration', ...schema };
}

/** Something else that may stand there as well. */
function addShort(schema: z.core.JSONSchema.BaseSchema, other: z.core.JSONSchema.BaseSchema): void {
  const whole = { ...schema };
  for (const field of Object.keys(schema)) delete schema[field];
  schema.anyOf = [whole, other];
}
