/** `keelson flow cancel`: ends a run for good. */
import { KeelsonError } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withFlows } from '../../subject/flows/open-flows.ts';

const says = {
  cancelled: 'is cancelled',
  asked: 'was told to end; whoever works on it ends it',
} as const;

export const run: Run = async (input, surroundings) => {
  const id = input.word(0);
  const { answer, state } = await withFlows(input, surroundings, async (desk) => {
    await desk.getRun(id);
    const told = await desk.cancel(id, input.text('reason'));
    return { answer: told, state: (await desk.getRun(id)).state };
  });
  if (answer === 'over')
    throw new KeelsonError('conflict', `The run \`${id}\` was over already: it is ${state}.`, {
      hint: 'Nothing was changed.',
    });
  return { data: asJson({ id, answer, state }), text: () => `The run ${id} ${says[answer]}.\n` };
};
