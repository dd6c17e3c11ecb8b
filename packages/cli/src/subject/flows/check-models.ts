/** Whether a flow can be run here at all: one that asks models needs a provider with a key. */
import { KeelsonError } from '@keelson/core';
import type { FlowDesk, NamedFlow } from './flow-desk.ts';

/** Told before anything is begun: a run that finds nobody to ask has failed for good. */
export async function checkModels(
  desk: Pick<FlowDesk, 'estimate' | 'hasProviders'>,
  { flow, version }: NamedFlow,
): Promise<void> {
  if (desk.hasProviders) return;
  const { calls } = await desk.estimate({ flow, ...(version !== undefined && { version }) });
  if (calls.max === 0) return;
  throw new KeelsonError(
    'provider_authentication_failed',
    `The flow \`${flow}\` asks models, and no provider has a key here.`,
    {
      hint: 'Set one, such as ANTHROPIC_API_KEY or OPENAI_API_KEY (`keelson providers` lists all). Nothing was begun.',
    },
  );
}
