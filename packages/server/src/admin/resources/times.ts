// Times as the management API writes them: RFC 3339 outside, milliseconds since 1970 inside.
import { KeelsonError } from '@keelson/core';

/** Of a text that the schema has let through. */
export function timeOf(text: string): number {
  return Date.parse(text);
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function toOptionalTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : toTime(ms);
}

export function optionalTimeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : timeOf(text);
}

/** Throws `invalid_request` for a period that ends before it begins. */
export function checkPeriod({
  from,
  to,
}: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): void {
  if (from === undefined || to === undefined || timeOf(from) < timeOf(to)) return;
  throw new KeelsonError('invalid_request', '`query.to` must be after `query.from`.', {
    hint: '`from` is the first moment of the period, `to` the first one after it.',
    details: { field: 'query.to' },
  });
}
