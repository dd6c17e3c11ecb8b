/** `keelson registry draft`: a change of a registry, drafted out of facts, for somebody to review. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isBundled } from '@keelson/core';
import { createRegistryFolder, draftRegistryFile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { registryFolder } from '../../subject/registry-folder.ts';
import { renderReview } from '../../subject/render-review.ts';
import { today } from '../../subject/writing.ts';

export const run: Run = async (input, surroundings) => {
  const provider = input.word(0);
  const place = registryFolder(input, surroundings);
  const request = {
    provider,
    factsPath: resolve(surroundings.folder, demand(input, 'facts', 'the file of facts')),
    source: {
      name: demand(input, 'source', 'where the facts were read'),
      date: readDay(input.text('date') ?? today()),
    },
  };
  const isNew = isBundled(provider) && !existsSync(join(place.folder, provider, 'models.json'));
  // Without facts nothing is begun.
  if (isNew && existsSync(request.factsPath)) {
    await createRegistryFolder(place, [provider]);
    surroundings.note(`\`${provider}\` begins in ${place.folder} as Keelson brings it along.`);
  }
  const review = await draftRegistryFile(place, request);
  return {
    data: asJson({ folder: place.folder, ...review }),
    text: (look) => renderReview(review, look),
    notes: [`\`keelson registry review ${provider}\` is where somebody decides; until then nothing changes.`],
  };
};

function demand(input: Input, flag: string, what: string): string {
  const value = input.text(flag)?.trim();
  if (value) return value;
  throw new UsageError(`\`--${flag}\` is missing: ${what}.`, {
    hint: '`keelson registry draft --help` has an example.',
  });
}

function readDay(day: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day))) return day;
  throw new UsageError(`\`${day.slice(0, 40)}\` is no day.`, { hint: 'Write it as 2026-11-21.' });
}
