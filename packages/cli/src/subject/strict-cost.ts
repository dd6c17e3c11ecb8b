/** Whether somebody demands that every cost is known, and which providers cost nothing. */
import { providerForms } from '@keelson/engine';
import type { Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';

const off: ReadonlySet<string> = new Set(['', '0', 'false', 'off', 'no']);

export function isCostStrict(input: Input, { environment }: Surroundings): boolean {
  const { KEELSON_STRICT_COST: own, LLMRING_STRICT_COST: other } = environment;
  return input.isOn('strict-cost') || !off.has((own || other || '').toLowerCase());
}

/** What runs on one's own machine. */
export const isFreeProvider = (name: string): boolean => providerForms.get(name)?.isLocal === true;
