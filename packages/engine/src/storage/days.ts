/** Days in UTC, and the bounds of a day among ids: a call belongs to the day that its id was made in. */
import { KeelsonError } from '@keelson/core';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function startOfDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs;
}

/** What all ids made at this time or later are not below. */
export function idBound(ms: number): string {
  const hex = Math.max(0, Math.floor(ms)).toString(16).padStart(12, '0').slice(-12);
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

export function timeOfId(id: string): number {
  if (!uuid.test(id)) {
    throw new KeelsonError('internal_error', 'The id of a call is no UUID of version 7.', {
      details: { field: 'id' },
    });
  }
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** `20261121`, as it stands in the names of tables. */
export function dayName(day: number): string {
  return new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The start of the day that a name says. */
export function parseDayName(name: string): number {
  return Date.parse(`${name.slice(0, 4)}-${name.slice(4, 6)}-${name.slice(6, 8)}T00:00:00Z`);
}
