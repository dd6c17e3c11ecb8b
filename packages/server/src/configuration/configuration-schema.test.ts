/** The schema that is published is the one by which files are checked, and the page names every setting. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readConfigurationSchema } from './configuration-schema.ts';
import { settingRows } from './setting-rows.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

interface Schema {
  readonly properties: Readonly<Record<string, { readonly properties?: Readonly<Record<string, object>> }>>;
  readonly additionalProperties: boolean;
}

test('the file in the repository is the schema', async () => {
  const schema = await readConfigurationSchema();
  // After a change of the shape: `npm test -- configuration-schema -u`.
  await expect(`${JSON.stringify(schema, undefined, 2)}\n`).toMatchFileSnapshot(
    at('docs/keelson.config.schema.json'),
  );
});

test('what may be short may be short for editors too, and variables may stand for numbers', async () => {
  const schema = (await readConfigurationSchema()) as unknown as Schema;
  expect(schema.additionalProperties).toBe(false);
  expect(schema.properties.aliases).toMatchObject({
    additionalProperties: { anyOf: [{ type: 'object' }, { type: 'array' }] },
  });
  expect(schema.properties.server?.properties?.port).toMatchObject({
    anyOf: [{ type: 'integer', maximum: 65_535 }, { type: 'string' }],
  });
});

test('each setting has a field of the schema, a variable of the server and a row of the page', async () => {
  const { properties } = (await readConfigurationSchema()) as unknown as Schema;
  const page = readFileSync(at('docs/configuration.md'), 'utf8');
  for (const { path, variable, effect } of settingRows) {
    const [section = '', field = ''] = path.split('.');
    const fields = Object.keys((field === '' ? properties : properties[section]?.properties) ?? {});
    expect(fields).toContain(field === '' ? section : field);
    expect(page).toMatch(new RegExp(`^\\| \`${path}\` \\| \`${variable}\` \\| .* \\| ${effect}`, 'm'));
  }
  const rows = settingRows.length;
  const sections = ['server', 'database', 'log', 'metrics', 'cache', 'keys', 'flows', 'commands'];
  const fields = sections.flatMap((section) => Object.keys(properties[section]?.properties ?? {}));
  const alone = ['lockfile', 'profile', 'registry'];
  expect(Object.keys(properties)).toEqual(expect.arrayContaining(alone));
  expect(fields.length + alone.length).toBe(rows);
});
