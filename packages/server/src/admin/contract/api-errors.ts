// The one shape of errors of the management API.
import type { ErrorDetails, KeelsonError } from '@keelson/core';
import { anyObject, object, optional, type Schema, text } from './schema.ts';

export const apiErrorSchema: Schema<{ readonly error: unknown }> = object({
  error: object({
    code: text('One of the codes of docs/errors.md.'),
    message: text('What is wrong.', { most: 10_000 }),
    hint: text('What to do.', { most: 10_000 }),
    details: optional(anyObject('Facts for programs, such as `field`, `limit` and `retry_after_ms`.')),
    request_id: text('To be named when asking for help; also in the header x-request-id.'),
  }),
});

export function renderApiError(error: KeelsonError, requestId: string): string {
  const { code, message, hint } = error;
  const details = renderDetails(error.details);
  return JSON.stringify({
    error: { code, message, hint, ...(details && { details }), request_id: requestId },
  });
}

function renderDetails(details: ErrorDetails): Record<string, unknown> | undefined {
  const entries = Object.entries(details).map(([name, value]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    value,
  ]);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
