/**
 * Whatever is asked of any operation, by whomever: never a failure of ours, never a stack, never a row of another tenant. The
 * questions are made of the operations' own schemas, with every field sometimes wrong.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiKit, openApiKit, openConfigurationKit, ownerKey } from './__fixtures__/index.ts';
import { type AnyApiRoute, type JsonSchema, questionOf } from './contract/index.ts';

const hostile = [
  "' or 1=1 --",
  '"; drop table keys; --',
  '../../etc/passwd',
  '%00',
  '%',
  '_',
  'jndi:ldap://x',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  '\u202e',
  '😀',
  'x'.repeat(300),
  '-1',
  '1e999',
  '99999999999999999999',
];
/** Of the other organisation; in no answer to anybody of the first. */
const foreign = 'only-of-acme';

let kit: ApiKit;
let files: Awaited<ReturnType<typeof openConfigurationKit>>;
let routes: readonly AnyApiRoute[];
/** By whom it is asked: who runs the installation, an owner of one organisation, a developer, a caller, nobody. */
let askers: (string | null)[];
let ids: string[];

beforeAll(async () => {
  files = await openConfigurationKit('{}\n');
  const registration = { mode: 'approved', mostPerHour: 10_000 } as const;
  kit = await openApiKit({ parts: { configuration: files.live, registration }, runsFlows: true });
  routes = kit.routes;
  await kit.done('POST /organisations', { body: { id: 'acme', name: foreign } });
  const query = { organisation: 'acme' };
  await kit.done('POST /workspaces', { body: { id: 'acme-one', name: foreign }, query });
  const there = { ...query, workspace: 'acme-one' };
  const { key } = await kit.done('POST /keys', { body: { name: foreign }, query: there });
  const aliases = [{ name: foreign, models: ['a:b'] }];
  await kit.done('POST /profiles/default/aliases', { body: { aliases }, query: there });
  const talk = { title: foreign, logging: 'full', messages: [{ role: 'user', content: foreign }] };
  const { conversation } = await kit.done('POST /conversations/log', { body: talk, query: there });
  const flow = { flow: 'a-name', entry: 'say', nodes: { say: { kind: 'pass', input: foreign } } };
  await kit.done('PUT /flows/a-name', { body: { flow }, query: there });
  const run = { body: { flow: 'a-name', payload: foreign, key: foreign }, query: there };
  const { id: foreignRun } = await kit.done('POST /runs', run);
  const say = { ...flow, nodes: { say: { kind: 'wait-for', event: 'fast' } } };
  await kit.done('PUT /flows/a-name', { body: { flow: say } });
  const { id: ownRun } = await kit.done('POST /runs', { body: { flow: 'a-name' } });
  await kit.done('PUT /profiles/default/aliases/fast', { body: { models: ['a:b'] } });
  const owner = await kit.newKey({ role: 'owner', reach: 'organisation' });
  askers = [
    ...[ownerKey, owner, await kit.newKey({ role: 'developer' })],
    ...[await kit.newKey({ role: 'project' }), await kit.newKey(), null],
  ];
  const own = await kit.done('GET /keys');
  const mine = await kit.done('POST /conversations', { body: { logging: 'full' } });
  ids = [
    conversation.id,
    mine.id,
    foreignRun,
    ownRun,
    'a-name',
    key.id,
    ...own.data.map(({ id }: { id: string }) => id),
    'acme',
    'acme-one',
    'default',
  ];
});
afterAll(async () => {
  await kit.close();
  await files.close();
});

const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...hostile, null, true, 0, -1, 1.5, Number.MAX_VALUE, [], {}),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Mostly what the schema asks for, sometimes something else. */
function anyOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 14, arbitrary: good(schema) }, { weight: 1, arbitrary: odd });
}

function good(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { type, enum: names, items, properties, required = [], minimum, maximum, format } = schema;
  const [first] = typeof type === 'string' ? [type] : (type ?? ['string']);
  if (names !== undefined) return fc.constantFrom(...names);
  switch (first) {
    case 'integer':
      return fc.integer({ min: Math.max(minimum ?? 0, -1e9), max: Math.min(maximum ?? 100, 1e9) });
    case 'number':
      return fc.double({ min: minimum ?? 0, max: maximum ?? 100, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(anyOf(items ?? {}), { maxLength: 3 });
    case 'object':
      return fc
        .record(
          Object.fromEntries(
            Object.entries(properties ?? {}).map(([name, field]) => [
              name,
              required.includes(name) ? anyOf(field) : seldom(anyOf(field)),
            ]),
          ),
        )
        .map((fields) =>
          Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
        );
    default:
      if (format === 'date-time') return fc.constantFrom('2026-01-31T12:00:00Z', '2099-01-01T00:00:00Z');
      return fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom('default', 'acme-one', 'a-name', 'fast') },
        fc.constantFrom(...hostile),
        fc.string({ maxLength: 20 }),
      );
  }
}

/** One wrong field hides what is behind the others. */
function seldom(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function ask(route: AnyApiRoute, question: Question): Promise<{ status: number; text: string }> {
  const { place, query, body, asker } = question;
  const path = route.path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(place));
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, textOf(value)]),
  );
  const answer = await kit.app.inject({
    method: route.method,
    url: `/api/v1${path}?${search}`,
    headers: {
      ...(asker !== null && { authorization: `Bearer ${asker}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { payload: JSON.stringify(body) ?? '' }),
  });
  return { status: answer.statusCode, text: answer.body };
}

interface Question {
  readonly place: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly asker: string | null;
}

/** How often each operation is asked; together a few seconds. */
const asks = 40;

describe('whatever is asked', () => {
  test('no operation fails, and none tells of another organisation', { timeout: 120_000 }, async () => {
    const statuses = new Map<number, number>();
    for (const route of routes) {
      // It never ends by itself.
      if (route.streams?.includes('text/event-stream')) continue;
      const question = fc.record({
        place: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...ids) }, fc.constantFrom(...hostile)),
        query: anyOf(questionOf(route)).map((query) =>
          typeof query === 'object' && query !== null && !Array.isArray(query) ? query : {},
        ) as fc.Arbitrary<Record<string, unknown>>,
        body: route.body === undefined ? fc.constant(undefined) : anyOf(route.body.json),
        asker: fc.oneof({ weight: 2, arbitrary: fc.constant(ownerKey) }, fc.constantFrom(...askers)),
      });
      await fc.assert(
        fc.asyncProperty(question, async (asked) => {
          const { status, text } = await ask(route, asked);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          const what = `${route.method} ${route.path} ${JSON.stringify(asked)}: ${status} ${text.slice(0, 500)}`;
          expect(status, what).toBeLessThan(500);
          expect(text, what).not.toMatch(/\n\s+at |node:internal|SQLITE|kysely|syntax error/);
          if (asked.asker !== ownerKey && !JSON.stringify(asked).includes(foreign))
            expect(text, what).not.toContain(foreign);
          if (status >= 400) expect(Object.keys(JSON.parse(text).error), what).toContain('hint');
        }),
        { numRuns: asks },
      );
    }
    // Wrong questions alone would prove little.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(routes.length);
    expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404]));
  });
});
