// Quirks keep a caller's bytes from passing untouched, so no form may have one that says nothing.
import { dialects, embedDialects, rerankDialects } from '@keelson/core';
import { expect, test } from 'vitest';
import { providerForms } from './index.ts';

const known: Readonly<Record<string, { readonly quirks: object }>> = {
  ...dialects,
  ...embedDialects,
  ...rerankDialects,
};

const quirks = [...providerForms.values()].flatMap(({ name, chat, embed, rerank }) =>
  [...chat, embed, rerank].flatMap((speech) =>
    speech?.quirks === undefined ? [] : [[name, speech.dialect, speech.quirks] as const],
  ),
);

test.each(quirks)('%s differs from %s in everything that it says of it', (_, dialect, own) => {
  const usual = Object.entries(known[dialect]?.quirks ?? {});
  expect(usual.length).toBeGreaterThan(0);
  expect(Object.keys(own).length).toBeGreaterThan(0);
  const same = Object.entries(own).filter(([name, value]) =>
    usual.some(([field, original]) => field === name && original === value),
  );
  expect(same).toEqual([]);
});
