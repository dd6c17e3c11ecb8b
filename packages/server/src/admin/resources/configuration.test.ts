// The configuration through the management API: shown, checked, put in force, taken back; and one with a mistake changes nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit, openConfigurationKit } from '../__fixtures__/index.ts';

const first = 'aliases:\n  fast:\n    - simulator:fast\nserver:\n  cors: https://one.example\n';

let files: Awaited<ReturnType<typeof openConfigurationKit>>;
let kit: ApiKit;
beforeAll(async () => {
  files = await openConfigurationKit('{}\n', {
    environment: { KEELSON_SIMULATOR_URL: 'http://127.0.0.1:1' },
  });
  kit = await openApiKit({ parts: { configuration: files.live } });
});
afterAll(async () => {
  await kit.close();
  await files.close();
});

test('a configuration is checked, put in force, shown with its origins, and taken back', async () => {
  const text = 'aliases:\n  fast:\n    - simulator:fast\n';
  const checked = await kit.done('POST /configuration/check', { body: { text } });
  expect(checked).toMatchObject({ state: 'right', problems: [] });
  expect(files.read()).toBe('{}\n');

  const put = await kit.done('PUT /configuration', { body: { text } });
  expect(put.changes.map(({ path }: { path: string }) => path)).toContain('aliases.fast');
  expect(files.read()).toBe(text);
  const shown = await kit.done('GET /configuration');
  expect(shown).toMatchObject({ file: files.file, text, problems: [] });
  expect(shown.values).toContainEqual(expect.objectContaining({ path: 'aliases.fast' }));

  const history = await kit.done('GET /configuration/history');
  expect(history.data.map(({ number }: { number: number }) => number)).toEqual([2, 1]);
  await kit.done('POST /configuration/roll-back', { body: { number: 1 } });
  expect(files.read()).toBe('{}\n');
  expect((await kit.done('POST /configuration/reload')).changes).toEqual([]);
  const { entries } = await kit.storage.audit.page({ organisation: '*' });
  expect(entries.map(({ action }) => action)).toEqual([
    'configuration.reload',
    'configuration.roll-back',
    'configuration.put',
  ]);
});

test('one mistake changes nothing and is named with its line', async () => {
  const before = files.read();
  const text = 'aliases:\n  fast:\n    - simulator:fast\nalisaes: {}\n';
  const refused = await kit.ask('PUT /configuration', { body: { text } });
  expect(refused.status).toBe(400);
  expect(refused.body.error.message).toMatch(/keelson\.config\.yaml:4:\d+/);
  expect(refused.body.error.message).toContain('alisaes');
  expect(files.read()).toBe(before);
  const { state, problems } = await kit.done('POST /configuration/check', { body: { text } });
  expect([state, problems[0].line]).toEqual(['wrong', 4]);
});

test('whoever comes second is told, and only who runs the installation may ask', async () => {
  const late = await kit.ask('PUT /configuration', { body: { text: first, expected: '0'.repeat(64) } });
  expect(late.status).toBe(409);
  const admin = await kit.newKey({ role: 'owner', reach: 'organisation' });
  for (const what of ['GET /configuration', 'POST /configuration/reload']) {
    expect((await kit.ask(what, { key: admin })).status).toBe(403);
  }
  expect((await kit.done('GET /configuration/schema')).properties).toHaveProperty('aliases');
});
