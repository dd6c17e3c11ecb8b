/** A length of time as people write it on a line: `30s`, `5m`, `2h`, `3d`, or seconds alone. */
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds; undefined where the flag was not given. */
export function readDuration(input: Input, flag: string): number | undefined {
  const said = input.text(flag);
  if (said === undefined) return undefined;
  const [, count = '0', unit = 's'] = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(said) ?? [];
  const ms = Number(count) * (units[unit] ?? 0);
  if (ms > 0) return ms;
  throw new UsageError(`\`--${flag}\` cannot be \`${said.slice(0, 60)}\`.`, {
    hint: 'Write a time such as 30s, 5m, 2h or 3d.',
  });
}
