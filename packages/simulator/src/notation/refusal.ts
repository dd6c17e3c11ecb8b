/** The error for a script that cannot be carried out: always the caller's, always naming the words it is about. */
import { KeelsonError } from '@keelson/core';

export function refuseScript(message: string, expected?: string): KeelsonError {
  const details = { field: 'script', ...(expected !== undefined && { expected }) };
  const hint = 'The README of packages/simulator lists all keywords and faults.';
  return new KeelsonError('invalid_request', message, { details, hint });
}
