/** Reads `[[usage: input=10 cacheRead=5 output=7]]`: counts by the names of the canonical usage. */
import { parseAssignments, refuseScript } from '../notation/index.ts';
import type { ScriptedUsage } from './script.ts';

export const usageNames: readonly (keyof ScriptedUsage)[] = [
  'input',
  'cacheRead',
  'cacheWrite',
  'cacheWrite5m',
  'cacheWrite1h',
  'inputAudio',
  'inputImage',
  'output',
  'reasoning',
  'outputAudio',
];

export function parseUsage(text: string): ScriptedUsage {
  const usage: Record<string, number> = {};
  for (const [name, value] of parseAssignments(text, 'the usage')) {
    if (!usageNames.some((known) => known === name)) {
      throw refuseScript(
        `\`${name}\` is no count of usage; use ${usageNames.join(', ')}.`,
        usageNames.join(', '),
      );
    }
    if (!/^\d{1,12}$/.test(value))
      throw refuseScript(`\`${name}=${value}\` in the usage must be a whole number.`);
    usage[name] = Number(value);
  }
  checkSums(usage);
  return usage;
}

/** Totals include their parts, so no part may be larger. */
function checkSums({ input, output, ...parts }: ScriptedUsage): void {
  const writes = parts.cacheWrite ?? (parts.cacheWrite5m ?? 0) + (parts.cacheWrite1h ?? 0);
  if (writes < (parts.cacheWrite5m ?? 0) + (parts.cacheWrite1h ?? 0)) {
    throw refuseScript(
      '`cacheWrite` includes `cacheWrite5m` and `cacheWrite1h` and must not be less than these.',
    );
  }
  if (input !== undefined && input < (parts.cacheRead ?? 0) + writes) {
    throw refuseScript('`input` includes all cache counts and must not be less than these together.');
  }
  if (output !== undefined && output < (parts.reasoning ?? 0) + (parts.outputAudio ?? 0)) {
    throw refuseScript('`output` includes `reasoning` and `outputAudio` and must not be less than these.');
  }
}
