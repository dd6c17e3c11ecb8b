/** `keelson registry export`: the registry as Markdown, CSV or JSON. */
import { resolve } from 'node:path';
import { type ExportForm, exportRegistry } from '@keelson/core';
import { systemRandom, writeWhole } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { getRegistry } from '../../subject/open-registry.ts';

export const run: Run = async (input, surroundings) => {
  const registry = await getRegistry(input, surroundings);
  const wanted = input.list('provider');
  const cards = [...registry.cards.values()].filter(({ provider }) => wanted?.includes(provider) ?? true);
  const form = (input.text('format') ?? 'markdown') as ExportForm;
  const written = exportRegistry(cards, form);
  const output = input.text('output');
  if (output === undefined)
    return { data: asJson({ format: form, models: cards.length, text: written }), text: () => written };
  const path = resolve(surroundings.folder, output);
  await writeWhole(path, written, systemRandom);
  return {
    data: asJson({ format: form, models: cards.length, path }),
    text: () => `${cards.length} models were written to ${path}.\n`,
  };
};
