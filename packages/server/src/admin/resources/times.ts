// Times as the management API writes them: RFC 3339 outside, milliseconds since 1970 inside.

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
