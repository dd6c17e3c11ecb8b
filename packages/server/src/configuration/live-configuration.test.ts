/** What a running server makes of another configuration: all of it or nothing, whatever happens to the file meanwhile. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables in files are written so.
import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@keelson/engine';
import { afterEach, expect, test, vi } from 'vitest';
import { type LiveKit, openKit, plain } from './__fixtures__/live-kit.ts';
import { describeProblem } from './problem.ts';

const open: LiveKit[] = [];

afterEach(async () => {
  for (const kit of open.splice(0).toReversed()) await kit.close();
});

async function start(...settings: Parameters<typeof openKit>): Promise<LiveKit> {
  const kit = await openKit(...settings);
  open.push(kit);
  return kit;
}

/** Until it is so, half a second after the other. */
async function becomes(kit: LiveKit, check: () => unknown): Promise<void> {
  const look = (): unknown => {
    kit.tick();
    return check();
  };
  await expect.poll(look, { interval: 20, timeout: 10_000 }).toBe(true);
}

/** For what must not happen. */
async function pass(kit: LiveKit): Promise<void> {
  for (let beat = 0; beat < 6; beat++) {
    kit.tick();
    await systemClock.sleep(15);
  }
}

const toldOf = ({ live }: LiveKit): string => live.current().problems.map(describeProblem).join('\n');
const aliasesOf = ({ engine }: LiveKit): readonly string[] => engine.routing.aliases;
const limitOf = ({ engine }: LiveKit): number | undefined => engine.limits?.budgets[0]?.limit;

test('a file that is saved is in force a moment later, with all that may change', async () => {
  const kit = await start(plain);
  expect(aliasesOf(kit)).toContain('chat');
  expect(limitOf(kit)).toBe(5);
  kit.write(
    plain
      .replace('level: warn', 'level: info, bodies: errors, retentionDays: 7')
      .replace('chat: [simulator:a]', 'talk: [local:a]')
      .replace('limit: 5', 'limit: 9')
      .replace(
        'providers:',
        'server: { corsOrigins: ["https://a.example"], port: 4999 }\nproviders:\n  local: { form: ollama }',
      ),
  );
  await becomes(kit, () => aliasesOf(kit).includes('talk'));
  await becomes(kit, () => limitOf(kit) === 9);
  expect(aliasesOf(kit)).not.toContain('chat');
  expect([...kit.engine.providers.keys()].toSorted()).toEqual(['local', 'simulator']);
  expect(kit.settings).toMatchObject({
    corsOrigins: ['https://a.example'],
    logBodies: 'errors',
    retentionDays: 7,
  });
  // What cannot change goes on as it was, and is named.
  expect(kit.settings.port).toBe(4100);
  expect(kit.live.current().waiting).toEqual([
    { path: 'server.port', before: 4100, after: 4999, takesEffect: 'after a restart' },
  ]);
  expect(kit.lines.join()).toContain('The configuration was changed.');
});

test('one error changes nothing, and says which line', async () => {
  const kit = await start(plain);
  const text = plain
    .replace('limit: 5', 'limit: 9')
    .replace('simulator:a', 'simulatr:a')
    .replace('level: warn', 'level: info');
  kit.write(text);
  await becomes(kit, () => toldOf(kit) !== '');
  expect(toldOf(kit)).toMatch(
    /keelson\.config\.yaml:6:10: `aliases\.chat\.targets\[0\]\.model` names `simulatr:a`.*Did you mean `simulator`\?$/,
  );
  expect(limitOf(kit)).toBe(5);
  expect(kit.settings.logLevel).toBe('warn');
  expect(await kit.live.history()).toHaveLength(1);
  const said = kit.lines.length;
  await pass(kit);
  expect(kit.lines).toHaveLength(said);
  kit.write(text.replace('simulatr', 'simulator'));
  await becomes(kit, () => limitOf(kit) === 9);
  expect(toldOf(kit)).toBe('');
});

test('a file that is empty, cut off, gone, too long or unreadable changes nothing', async () => {
  const kit = await start(plain);
  const spoil: readonly [RegExp, () => void][] = [
    [/is empty/, () => kit.write('')],
    [/cannot be read/, () => kit.write(plain.slice(0, plain.indexOf('simulator:a]') + 5))],
    [/is not there any more/, () => rmSync(kit.file)],
    [/is longer than 256 kB/, () => kit.write('#'.repeat(100_000_000))],
    [/is no UTF-8 text/, () => writeFileSync(kit.file, Buffer.from([0x6c, 0xff, 0xfe]))],
  ];
  for (const [told, run] of spoil) {
    run();
    await becomes(kit, () => told.test(toldOf(kit)));
    expect(aliasesOf(kit)).toContain('chat');
    expect(limitOf(kit)).toBe(5);
  }
  rmSync(kit.file);
  mkdirSync(kit.file);
  await becomes(kit, () => /is no file/.test(toldOf(kit)));
  rmSync(kit.file, { recursive: true });
  kit.write(plain.replace('limit: 5', 'limit: 6'));
  await becomes(kit, () => limitOf(kit) === 6);
});

test('a file that is being written is left alone until it is quiet', async () => {
  const kit = await start(plain);
  const whole = plain.replace('limit: 5', 'limit: 7');
  const seen = new Set<string>();
  for (let length = 0; length <= whole.length; length += 40) {
    kit.write(whole.slice(0, length));
    kit.tick();
    await systemClock.sleep(10);
    seen.add(toldOf(kit));
  }
  kit.write(whole);
  await becomes(kit, () => limitOf(kit) === 7);
  expect([...seen]).toEqual(['']);
});

test('a file that was exchanged behind a link is found', async () => {
  const kit = await start(plain);
  const other = join(kit.folder, 'other.yaml');
  writeFileSync(other, plain.replace('limit: 5', 'limit: 8'));
  rmSync(kit.file);
  symlinkSync(other, kit.file);
  await becomes(kit, () => limitOf(kit) === 8);
});

test('a text is checked without any change, and tells what would be', async () => {
  const kit = await start(plain);
  const outcome = await kit.live.check(plain.replace('limit: 5', 'limit: 9').replace('  chat:', '  talk:'));
  expect(outcome).toMatchObject({
    state: 'applied',
    changes: [
      { path: 'aliases.chat', before: ['simulator:a'], takesEffect: 'at once' },
      { path: 'budgets.all', before: { limit: 5 }, after: { limit: 9 } },
      { path: 'aliases.talk', after: ['simulator:a'] },
    ],
  });
  const refused = await kit.live.check('log: { levle: info }\n');
  expect(refused).toMatchObject({ state: 'refused', problems: [{ path: 'log', line: 1, column: 8 }] });
  expect(limitOf(kit)).toBe(5);
  expect(kit.read()).toBe(plain);
});

test('budgets are checked with the aliases and windows that they need', async () => {
  const kit = await start(plain);
  const told = async (budget: string): Promise<string> => {
    const outcome = await kit.live.check(plain.replace(/ {2}- \{ id: all.*\n/, `  - ${budget}\n`));
    return 'problems' in outcome ? outcome.problems.map(describeProblem).join() : '';
  };
  const money =
    'id: b, scope: workspace, subject: default, measure: money, window: day, limit: "1", policy: downgrade';
  expect(await told(`{ ${money}, alias: nobody }`)).toMatch(/:8:5: `budgets\.b` sends calls to `nobody`/);
  expect(await told(`{ ${money}, alias: chat }`)).toBe('');
  expect(
    await told('{ id: all, scope: workspace, subject: default, measure: requests, window: hour, limit: 1 }'),
  ).toMatch(/:8:5: `budgets\.all` cannot be kept: .*cannot become another kind/);
});

test('a text that is sent is written to the file, kept in the history, and can be taken back', async () => {
  const kit = await start(plain);
  chmodSync(kit.file, 0o640);
  const changed = plain.replace('limit: 5', 'limit: 9');
  const digest = kit.live.current().digest ?? '';
  expect(await kit.live.apply(changed, 'key_1', { expected: digest })).toMatchObject({ state: 'applied' });
  expect(kit.read()).toBe(changed);
  expect(limitOf(kit)).toBe(9);
  await expect(kit.live.apply(plain, 'key_2', { expected: digest })).rejects.toMatchObject({
    code: 'conflict',
  });
  await pass(kit);
  const history = await kit.live.history();
  expect(history.map(({ number, by }) => [number, by])).toEqual([
    [2, 'key_1'],
    [1, 'file'],
  ]);
  expect(history[0]).toMatchObject({ text: changed, changes: [{ path: 'budgets.all' }] });
  expect(await kit.live.rollBackTo(1, 'key_3')).toMatchObject({ state: 'applied' });
  expect(kit.read()).toBe(plain);
  expect(limitOf(kit)).toBe(5);
  expect((await kit.live.history()).map(({ by }) => by)).toEqual(['key_3', 'key_1', 'file']);
  await expect(kit.live.rollBackTo(99, 'key_3')).rejects.toMatchObject({ code: 'not_found' });
  expect(readdirSync(kit.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('of two texts that are sent at once, one after the other is in force, and the file is the last', async () => {
  const kit = await start(plain);
  const texts = [6, 7, 8].map((limit) => plain.replace('limit: 5', `limit: ${limit}`));
  const outcomes = await Promise.all(texts.map((text, at) => kit.live.apply(text, `key_${at}`)));
  expect(outcomes.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
  expect(kit.read()).toBe(texts[2]);
  expect(limitOf(kit)).toBe(8);
  expect(await kit.live.history()).toHaveLength(4);
});

test('what fails while it is put in force is taken back, the file included', async () => {
  const kit = await start(plain);
  const limits = kit.engine.limits;
  if (limits === undefined) throw new Error('There are no limits.');
  const failing = vi.spyOn(limits, 'apply').mockRejectedValueOnce(new Error('The database is away.'));
  const changed = plain.replace('limit: 5', 'limit: 9').replace('  chat:', '  talk:');
  await expect(kit.live.apply(changed, 'key_1')).rejects.toThrow('The database is away.');
  expect(failing).toHaveBeenCalledTimes(2);
  failing.mockRestore();
  expect(aliasesOf(kit)).toContain('chat');
  expect(kit.read()).toBe(plain);
  expect(limitOf(kit)).toBe(5);
  expect(await kit.live.history()).toHaveLength(1);
  // The disk is what fails.
  rmSync(kit.file);
  expect(await kit.live.apply(changed, 'key_1')).toMatchObject({
    state: 'failed',
    problems: [{ message: 'is not there.', file: kit.file }],
  });
  expect(aliasesOf(kit)).toContain('chat');
  expect(limitOf(kit)).toBe(5);
  expect(await kit.live.history()).toHaveLength(1);
});

test('a secret is read anew, is never shown, and one that cannot be read changes nothing', async () => {
  const text = `${plain.replace('simulator: {', 'simulator: { key: "file:/NOWHERE/key",')}`;
  const kit = await start(plain, { environment: { OPENAI_API_KEY: 'canary-of-the-environment' } });
  const secret = join(kit.folder, 'key');
  writeFileSync(secret, 'canary-of-the-file');
  const good = text.replace('/NOWHERE/key', secret);
  kit.write(good);
  await becomes(kit, () => toldOf(kit) === '' && kit.live.current().text === good);
  const before = kit.engine.providers.get('simulator');
  await kit.live.reload('key_1');
  expect(kit.engine.providers.get('simulator')).toBe(before);
  writeFileSync(secret, 'canary-that-is-new');
  await kit.live.reload('key_1');
  expect(kit.engine.providers.get('simulator')).not.toBe(before);
  kit.write(text);
  await becomes(kit, () =>
    /`providers\.simulator\.key` cannot be read: .*file:\/NOWHERE\/key/.test(toldOf(kit)),
  );
  expect(toldOf(kit)).toMatch(/:4:\d+: /);
  const { values } = kit.live.current();
  expect(values.find(({ path }) => path === 'providers.openai')).toMatchObject({
    value: 'env:OPENAI_API_KEY',
    origin: { layer: 'environment', name: 'OPENAI_API_KEY' },
  });
  expect(values.find(({ path }) => path === 'providers.simulator')).toMatchObject({
    value: { key: `file:${secret}` },
    origin: { layer: 'project file', file: kit.file, line: 4, column: 3 },
  });
  const all = JSON.stringify([kit.live.current(), await kit.live.history(), kit.lines]);
  expect(all).not.toContain('canary');
});

test('whoever sends a text can neither bring in a command nor learn what variables hold', async () => {
  const kit = await start(plain, { environment: { HIDDEN: 'canary-of-the-environment' } });
  const command = await kit.live.apply(plain.replace('simulator: {', 'simulator: { key: "cmd:id",'), 'key_1');
  expect(command).toMatchObject({
    state: 'refused',
    problems: [{ path: 'providers.simulator.key', line: 4 }],
  });
  const curious = plain
    .replace('log: {', 'server: { host: "${HIDDEN}" }\nlog: {')
    .replace('simulator:a', '${HIDDEN}');
  const outcomes = [
    await kit.live.check(curious),
    await kit.live.check(plain.replace('log: {', 'server: { host: "${HIDDEN}" }\nlog: {')),
  ];
  expect(outcomes.map(({ state }) => state)).toEqual(['refused', 'applied']);
  expect(JSON.stringify(outcomes)).not.toContain('canary');
});

test('several processes on one database write down each change once', async () => {
  const first = await start(plain);
  const second = await start(plain, { folder: first.folder, storage: first.storage });
  first.write(plain.replace('limit: 5', 'limit: 6'));
  await Promise.all(
    [first, second].map((kit) => becomes(kit, () => kit.live.current().text?.includes('limit: 6'))),
  );
  expect(await first.live.history()).toHaveLength(2);
  await second.live.apply(plain, 'key_1');
  await becomes(first, () => first.live.current().text === plain);
  expect((await first.live.history()).map(({ by }) => by)).toEqual(['key_1', 'file', 'file']);
});

test('without a file there is nothing to change, and all is as variables say', async () => {
  const kit = await start(plain);
  rmSync(kit.file);
  const { loadStart } = await import('./open-configuration.ts');
  const readText = (): undefined => undefined;
  const settings = { folder: kit.folder, homeFolder: kit.folder, clock: systemClock, readText };
  const without = await loadStart({ ...settings, environment: { KEELSON_PORT: '4300' } });
  expect(without.settings.port).toBe(4300);
  expect(without.file).toBeUndefined();
  await expect(loadStart({ ...settings, environment: { KEELSON_CONFIG: 'none.yaml' } })).rejects.toThrow(
    /KEELSON_CONFIG is `.*none\.yaml`, which is not there/,
  );
  for (const name of ['keelson.config.yml', 'keelson.config.json'])
    writeFileSync(join(kit.folder, name), '{}');
  await expect(loadStart({ ...settings, environment: {} })).rejects.toThrow(/There are .*yml.* and .*json/);
});
