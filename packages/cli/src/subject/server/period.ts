/** The period that a question to a server is about: `--from` and `--to`. */
import type { Input } from '../../line/input.ts';
import { UsageError } from '../../line/usage-error.ts';
import { readTime } from '../receipts/read-times.ts';

export interface Period {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export function readPeriod(input: Input): Period {
  const [from, to] = [readTime(input, 'from'), readTime(input, 'to')];
  if (from !== undefined && to !== undefined && from >= to)
    throw new UsageError('`--to` must be after `--from`.', {
      hint: 'The first is the first moment, the second the first one after it.',
    });
  return { from, to };
}

export const timesOf = ({ from, to }: Period) => ({
  from: from === undefined ? undefined : new Date(from).toISOString(),
  to: to === undefined ? undefined : new Date(to).toISOString(),
});

export const placeOf = (input: Input) => ({
  workspace: input.text('workspace'),
  organisation: input.text('organisation'),
});

/** Billionths of a dollar as dollars, without ever being a float. */
export function dollarsOf(nanoDollars: unknown): string {
  const [, sign = '', digits = '0'] = /^(-?)(\d+)$/.exec(String(nanoDollars)) ?? [];
  const whole = digits.padStart(10, '0');
  const cents = whole.slice(-9).replace(/0{1,7}$/, '');
  return `${sign}$${whole.slice(0, -9)}.${cents}`;
}
