/** `keelson registry review`: what a draft would change, and the approval of a person. */
import type { DraftReview } from '@keelson/core';
import { approveDraftFile, reviewDraftFile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { registryFolder } from '../../subject/registry-folder.ts';
import { renderReview } from '../../subject/render-review.ts';
import { today } from '../../subject/writing.ts';
import { askYesOrNo, canAsk } from '../../terminal/ask.ts';
import { createLook } from '../../terminal/look.ts';
import { isTerminal, writeAside } from '../../terminal/write-out.ts';

export const run: Run = async (input, surroundings) => {
  const provider = input.word(0);
  const place = registryFolder(input, surroundings);
  const review = await reviewDraftFile(place, provider);
  const { isApproved, isShown } = await decide(review, input, surroundings);
  const models = input.list('models');
  if (isApproved)
    await approveDraftFile(place, provider, {
      by: whoApproves(input, surroundings),
      on: today(),
      review: review.digest,
      ...(models !== undefined && { models }),
    });
  const next = isApproved
    ? `Approved: \`keelson registry promote ${provider}\` publishes it.`
    : 'Nothing was approved. --accept-all does so without asking.';
  return {
    data: asJson({ folder: place.folder, ...review, approved: isApproved }),
    text: (look) => (isShown ? '' : renderReview(review, look)),
    exitCode: isApproved ? 0 : 1,
    notes: [next],
  };
};

interface Decision {
  readonly isApproved: boolean;
  /** Whoever was asked has seen it already. */
  readonly isShown: boolean;
}

async function decide(
  review: DraftReview,
  input: Input,
  { stopping, environment }: Surroundings,
): Promise<Decision> {
  if (review.models.length === 0) return { isApproved: false, isShown: false };
  if (input.isOn('accept-all') || input.isOn('yes')) return { isApproved: true, isShown: false };
  if (input.isOn('json') || !canAsk()) return { isApproved: false, isShown: false };
  const look = createLook({ isTerminal: isTerminal('errors'), when: input.text('color'), environment });
  writeAside(renderReview(review, look));
  return { isApproved: await askYesOrNo('Approve all of it?', stopping), isShown: true };
}

function whoApproves(input: Input, { environment }: Surroundings): string {
  const { USER = '', LOGNAME = '', USERNAME = '' } = environment;
  const by = [input.text('by') ?? '', USER, LOGNAME, USERNAME].map((name) => name.trim());
  const found = by.find((name) => name !== '');
  if (found !== undefined) return found;
  throw new UsageError('It is not known who approves this.', { hint: 'Say it with --by NAME.' });
}
