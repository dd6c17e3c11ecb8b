/** The example of every operation, sent as it stands in the description to a server where there is something to see: it works. */
import { loadBundledRegistry } from '@keelson/core';
import { type Simulator, startSimulator } from '@keelson/simulator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit, openConfigurationKit } from './__fixtures__/index.ts';
import type { AnyApiRoute } from './contract/index.ts';
import type { RegistrationSettings, Verification } from './registration/index.ts';

let simulator: Simulator;
let kit: ApiKit;
let files: Awaited<ReturnType<typeof openConfigurationKit>>;
let made = 0;
const sent: Verification[] = [];

beforeAll(async () => {
  simulator = await startSimulator();
  const registry = await loadBundledRegistry(['openai']);
  files = await openConfigurationKit('{}\n', { environment: { KEELSON_SIMULATOR_URL: simulator.url } });
  const registration: RegistrationSettings = {
    mode: 'verified',
    mostPerHour: 100,
    send: async (message) => void sent.push(message),
  };
  const parts = { configuration: files.live, registration };
  kit = await openApiKit({
    parts,
    vendor: simulator.url,
    engine: () => ({ registry, logBodies: 'all' }),
    runsFlows: true,
  });
  expect(await kit.call(await kit.newKey())).toBe(200);
  await kit.done('PUT /profiles/default/aliases/fast', { body: { models: ['openai:gpt-5-mini'] } });
  const registered = { organization: 'Someone', project: 'else', accept_terms: true };
  for (const name of ['one', 'two']) {
    const email = `${name}@example.com`;
    await kit.done('POST /register', { body: { ...registered, email, organization: name }, key: null });
  }
});
afterAll(async () => {
  await kit.close();
  await files.close();
  await simulator.close();
});

const wait = (flow: string, node: object) => ({ flow, entry: 'hello', nodes: { hello: node } });
/** Of operations that nothing new would do for: what they name. */
const prepared = new Map<string, Readonly<Record<string, string>>>();
let token = '';

async function prepareRuns(): Promise<void> {
  const nodes = { pass: { kind: 'pass' }, ask: { kind: 'approve' } };
  for (const [flow, node] of [...Object.entries(nodes), ['greet-no-more', nodes.pass]] as const)
    await kit.done(`PUT /flows/${flow}`, { body: { flow: wait(flow, node) } });
  const over = await kit.done('POST /runs', { body: { flow: 'pass' } });
  prepared.set('replayRun', { id: over.id });
  const state = async () => (await kit.done(`GET /runs/${over.id}`)).state;
  await expect.poll(state, { timeout: 20_000 }).toBe('completed');
  const waits = [
    'cancelRun',
    'signalRun',
    'resolveRun',
    'supplyRunResult',
    'decideApproval',
    'decideByToken',
  ];
  for (const name of waits)
    prepared.set(name, { id: (await kit.done('POST /runs', { body: { flow: 'ask' } })).id });
  const open = async () => (await kit.done('GET /approvals')).data;
  await expect.poll(async () => (await open()).length, { timeout: 20_000 }).toBe(waits.length);
  const [last, one] = await open();
  prepared.set('decideApproval', { id: one.id });
  token = last.token;
}

/** What the path names: something new where it can be made, else the last of the list. */
async function paramsOf(route: AnyApiRoute): Promise<Readonly<Record<string, string>>> {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0) return {};
  const known = prepared.get(route.name) ?? route.example?.params;
  if (known !== undefined && names.every((name) => name in known)) return known;
  const folder = `/${route.path.split('/')[1]}`;
  const maker = kit.routes.find(({ method, path }) => method === 'POST' && path === folder);
  const found =
    maker === undefined ? (await kit.done(`GET ${folder}`)).data.at(-1) : await makeAnother(maker);
  const named = names.map((name) => [name, String(found[name] ?? found.id)]);
  return { ...Object.fromEntries(named), ...route.example?.params };
}

/** Names that may be there once only are given a number. */
async function makeAnother({ path, example }: AnyApiRoute): Promise<Record<string, unknown>> {
  made += 1;
  const body = structuredClone(example?.body ?? {}) as Record<string, unknown>;
  for (const name of ['id', 'name']) if (typeof body[name] === 'string') body[name] = `${body[name]}-${made}`;
  const answer = await kit.done(`POST ${path}`, { body });
  const [inner] = Object.values(answer).filter((value) => typeof value === 'object' && value !== null);
  return answer.id === undefined ? (inner as Record<string, unknown>) : answer;
}

/** Understood, and refused because the run is neither stopped nor cut off: for that a worker would have to die. */
const ofDeadWorkers: ReadonlySet<string> = new Set(['resolveRun', 'supplyRunResult']);

test('every example works', { timeout: 60_000 }, async () => {
  await prepareRuns();
  const stored = async () => [(await kit.done('GET /receipts')).data, (await kit.done('GET /calls')).data];
  await expect
    .poll(async () => (await stored()).map(({ length }) => length), { timeout: 10_000 })
    .toEqual([1, 1]);
  for (const route of kit.routes) {
    if (route.streams?.includes('text/event-stream')) continue;
    const params = await paramsOf(route);
    const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(params[name] ?? ''),
    );
    const { query = {}, body: shown } = route.example ?? {};
    // What was sent to somebody cannot stand in a description.
    const sentTokens: Record<string, string | undefined> = {
      confirmRegistration: sent.at(-1)?.token,
      decideByToken: token,
    };
    const own = sentTokens[route.name];
    const body = own === undefined ? shown : { ...(shown as object), token: own };
    const { status, text } = await kit.ask(`${route.method} ${path}`, { query, body });
    if (ofDeadWorkers.has(route.name)) expect(status, `${route.name}: ${text}`).toBe(409);
    else expect(status, `${route.name}: ${text}`).toBeLessThan(300);
  }
});

test('every operation has an example and a summary, and every change a name in the audit log', () => {
  for (const { name, method, example, action, permission, summary, isRecord } of kit.routes) {
    expect(example, `${name} has no example`).toBeDefined();
    expect(summary, name).toMatch(/^[A-Z].{5,}[^.]$/);
    const isQuestion = method === 'GET' || permission?.endsWith(':read');
    if (!isQuestion && !isRecord) expect(action, `${name} changes something`).toBeDefined();
  }
  expect(new Set(kit.routes.map(({ name }) => name)).size).toBe(kit.routes.length);
});
