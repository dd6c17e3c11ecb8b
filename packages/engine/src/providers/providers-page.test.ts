// docs/providers.md repeats what the forms say; this holds the two together and, asked to, writes the page.
import { bundledProviders } from '@keelson/core';
import { expect, test } from 'vitest';
import { type ProviderForm, providerForms } from './index.ts';

const page = new URL('../../../../docs/providers.md', import.meta.url).pathname;

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(' ');

function authenticationOf({ authentication: kind }: ProviderForm): string {
  switch (kind.kind) {
    case 'none':
      return 'none';
    case 'header':
      return `\`${kind.name}${kind.prefix === undefined ? '' : `: ${kind.prefix.trim()}`}\`${kind.isOptional === true ? ', if any' : ''}`;
    case 'query':
      return `query \`${kind.name}\``;
    case 'aws':
      return 'SigV4, or a bearer key';
    case 'azure':
      return '`api-key`, or an Entra token';
    case 'google':
      return 'a token of Google, or `x-goog-api-key`';
  }
}

function variablesOf({ environment }: ProviderForm): string {
  const { key = [], address = [], settings, secrets, files, meant = [] } = environment;
  const others = [settings, secrets, files].flatMap((group) => Object.values(group ?? {}).flat());
  return code([...new Set([...key, ...address, ...others, ...meant])]);
}

function formatsOf({ chat, embed, rerank }: ProviderForm): string {
  const others = [embed, rerank].flatMap((speech) => (speech === undefined ? [] : [speech.dialect]));
  return code([...chat.map(({ dialect }) => dialect), ...others]);
}

function rowOf(form: ProviderForm): string {
  const address = form.address === undefined ? 'yours' : code([form.address]);
  const cells = [
    code([form.name]),
    form.label,
    formatsOf(form),
    authenticationOf(form),
    variablesOf(form),
    address,
  ];
  return `| ${cells.join(' | ')} |`.replace(/ {2,}/g, ' ');
}

test('the page holds one row for every form, made of it', async () => {
  const head = '| name | vendor | formats | authentication | environment | address |';
  const rows = [...providerForms.values()].map(rowOf);
  const table = [head, '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
  const { readFileSync } = await import('node:fs');
  const text = readFileSync(page, 'utf8');
  const [before = '', rest = ''] = text.split('<!-- forms -->\n');
  const [, after = ''] = rest.split('<!-- end of forms -->');
  await expect(`${before}<!-- forms -->\n${table}\n<!-- end of forms -->${after}`).toMatchFileSnapshot(page);
});

test('a form that names another place in the registry names one that is there', () => {
  const named = [...providerForms.values()].flatMap(({ registry }) =>
    registry === undefined ? [] : [registry],
  );
  expect(named.length).toBeGreaterThan(0);
  expect(bundledProviders).toEqual(expect.arrayContaining(named));
});
