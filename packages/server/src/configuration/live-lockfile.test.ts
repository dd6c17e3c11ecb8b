/** A lockfile under a running server: its aliases hold, a change of it holds a moment later, and a broken one changes nothing. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@keelson/engine';
import { afterEach, expect, test } from 'vitest';
import { SettingError } from '../http/index.ts';
import { type LiveKit, openKit } from './__fixtures__/live-kit.ts';

const lock = `version = 1
[profiles.default.aliases]
quick = ["simulator:a", "simulator:b"]
[profiles.dev]
inherits = "default"
[profiles.dev.aliases]
quick = ["simulator:c"]
`;
const configuration = 'providers:\n  simulator: { baseUrl: "http://127.0.0.1:1" }\n';

const folders: string[] = [];
const open: LiveKit[] = [];

afterEach(async () => {
  for (const kit of open.splice(0)) await kit.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function makeFolder(text: string): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-lockfile-'));
  folders.push(folder);
  const path = join(folder, 'keelson.lock');
  writeFileSync(path, text);
  return { folder, path };
}

async function start(
  folder: string,
  text = configuration,
  environment: Readonly<Record<string, string>> = {},
): Promise<LiveKit> {
  const kit = await openKit(text, { folder, environment });
  open.push(kit);
  return kit;
}

const targetsOf = ({ engine }: LiveKit, profile?: string) =>
  engine.routing
    .describeAliases(profile)
    .map(({ name, targets }) => [name, ...targets.map(({ model }) => model)]);

async function becomes(kit: LiveKit, check: () => boolean): Promise<void> {
  const look = (): boolean => {
    kit.tick();
    return check();
  };
  await expect.poll(look, { interval: 20, timeout: 10_000 }).toBe(true);
}

test('its aliases take the place of those that nobody wrote, in every profile', async () => {
  const { folder } = makeFolder(lock);
  const kit = await start(folder);
  expect(targetsOf(kit)).toEqual([['quick', 'simulator:a', 'simulator:b']]);
  expect(targetsOf(kit, 'dev')).toEqual([['quick', 'simulator:c']]);
  const other = await start(folder, configuration, { KEELSON_PROFILE: 'dev' });
  expect(targetsOf(other)).toEqual([['quick', 'simulator:c']]);
});

test('the configuration says how the models of an alias are tried, and has aliases of its own', async () => {
  const { folder } = makeFolder(lock);
  const aliases = 'aliases:\n  quick: { strategy: cheapest, retries: 3 }\n  own: [simulator:z]\n';
  const kit = await start(folder, configuration + aliases);
  const [quick, own] = kit.engine.routing.describeAliases();
  expect(quick).toMatchObject({ name: 'quick', strategy: 'cheapest', policy: { retries: 3 } });
  expect(quick?.targets).toHaveLength(2);
  expect(own).toMatchObject({ name: 'own', targets: [{ model: 'simulator:z' }] });
});

test.each([
  ['quick: [simulator:z]', 'stands in the lockfile as well'],
  ['slow: { retries: 3 }', 'no profile of the lockfile has this alias'],
])('%s is refused at its place', async (entry, says) => {
  const { folder } = makeFolder(lock);
  const error = await start(folder, `${configuration}aliases:\n  ${entry}\n`).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SettingError);
  expect((error as Error).message).toMatch(/keelson\.config\.yaml:4:\d+/);
  expect((error as Error).message).toContain(says);
});

test('what is saved holds a moment later, and its digest is told', async () => {
  const { folder, path } = makeFolder(lock);
  const kit = await start(folder);
  const before = kit.engine.routing.lockfile?.digest;
  writeFileSync(path, lock.replace('"simulator:a", ', ''));
  await becomes(kit, () => kit.engine.routing.lockfile?.digest !== before);
  expect(targetsOf(kit)).toEqual([['quick', 'simulator:b']]);
  // With the next change of the configuration too.
  kit.write(`${configuration}aliases:\n  own: [simulator:z]\n`);
  await becomes(kit, () => kit.engine.routing.aliases.includes('own'));
  expect(targetsOf(kit)).toEqual([
    ['quick', 'simulator:b'],
    ['own', 'simulator:z'],
  ]);
});

test('one that is broken, or names a profile away, or is gone, changes nothing and is told with its line', async () => {
  const { folder, path } = makeFolder(lock);
  const kit = await start(folder, configuration, { KEELSON_PROFILE: 'dev' });
  const says = (told: string) => becomes(kit, () => kit.lines.join().includes(told));
  writeFileSync(path, lock.replace('quick =', 'quick ='.replace('=', '')));
  await says('keelson.lock:3:');
  writeFileSync(path, lock.replaceAll('dev', 'other'));
  await says('has no profile `dev`');
  rmSync(path);
  await says('The lockfile is gone');
  expect(targetsOf(kit)).toEqual([['quick', 'simulator:c']]);
  writeFileSync(path, lock.replace('simulator:c', 'simulator:d'));
  await becomes(kit, () => JSON.stringify(targetsOf(kit)).includes('simulator:d'));
});

test.each([
  ['version = 1\n[profiles.default]\nalises = 1\n', {}, 'Did you mean `aliases`?'],
  ['version = 2\n', {}, 'version'],
  [lock, { KEELSON_PROFILE: 'dve' }, 'Did you mean `dev`?'],
  [lock, { KEELSON_LOCKFILE: '/nowhere/keelson.lock' }, 'There is no lockfile `/nowhere/keelson.lock`'],
])('a start with %j %j says what is wrong', async (text, environment, says) => {
  const { folder } = makeFolder(text);
  const error = await start(folder, configuration, environment as Record<string, string>).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SettingError);
  expect((error as Error).message).toContain(says);
});

test('nobody reads half of a lockfile that is written slowly', async () => {
  const { folder, path } = makeFolder(lock);
  const kit = await start(folder);
  writeFileSync(path, lock.slice(0, 40));
  kit.tick();
  writeFileSync(path, lock.replace('"simulator:a"', '"simulator:n"'));
  await becomes(kit, () => JSON.stringify(targetsOf(kit)).includes('simulator:n'));
  await systemClock.sleep(1);
  expect(kit.lines.join()).not.toContain('cannot be used');
});
