/** Flows over a real database, with models that answer what a test says, and workers that notice quickly. */
import type { AnyBlock, CallModel } from '@keelson/core';
import { type BlockEnvironment, createEnvironment } from '../../blocks/index.ts';
import { type Clock, createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { createSigner, parseMasterKeys, Secret } from '../../secrets/index.ts';
import type { Storage } from '../../storage/index.ts';
import type { FlowCode, Flows } from '../flows.ts';
import { openFlows } from '../open-flows.ts';

export { inRun } from '../../blocks/__fixtures__/index.ts';

export const identity = { keyId: 'key_test', workspace: 'w' } as const;
export const quick = { leaseMs: 600, pollMs: 20, graceMs: 100 } as const;

interface TestFlowsSettings extends Partial<BlockEnvironment> {
  readonly code?: FlowCode;
  readonly flows?: readonly AnyBlock[];
}

/** Answers what it was asked, for a thousand nano-dollars. */
const echo: CallModel = async ({ prompt, onText }) => {
  onText?.(prompt);
  return { text: prompt, inputTokens: 10, outputTokens: 5, nanoDollars: 1000 };
};

const prices = { nanoDollarsPerInputToken: 10, nanoDollarsPerOutputToken: 20, contextTokens: 8000 };

export function openTestFlows(storage: Storage, settings: TestFlowsSettings = {}): Flows {
  const { code, flows, ...parts } = settings;
  const clock: Clock = parts.clock ?? systemClock;
  const environment = createEnvironment({ callModel: echo, findModel: () => prices, ...parts });
  return openFlows({
    storage,
    clock,
    log: silentLog,
    newId: createIds(clock, systemRandom),
    signer: createSigner(parseMasterKeys(new Secret('5a'.repeat(32))), 'approvals'),
    host: 'here',
    environmentOf: () => environment,
    code: { ...code, ...(flows !== undefined && { flows }) },
  });
}
