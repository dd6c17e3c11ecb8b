/** The time in ids, and its bounds among them: a call belongs to the day that its id was made in. */
import { KeelsonError } from '@keelson/core';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

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
