/** Hours and days in UTC, and how days are called. */
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

/** The Monday. */
export function startOfWeek(ms: number): number {
  const day = startOfDay(ms);
  // The first day of 1970 was a Thursday.
  return day - ((day / dayMs + 3) % 7) * dayMs;
}

export function startOfMonth(ms: number): number {
  const date = new Date(ms);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** `20261121`, as it stands in the names of tables. */
export function dayName(day: number): string {
  return new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The start of the day that a name says. */
export function parseDayName(name: string): number {
  return Date.parse(`${name.slice(0, 4)}-${name.slice(4, 6)}-${name.slice(6, 8)}T00:00:00Z`);
}
