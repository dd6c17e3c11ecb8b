/** An error in a vendor's words, without the secrets in them. */
import { KeelsonError } from '@keelson/core';
import type { Redactor } from './redactor.ts';

/** The same error where it holds none. */
export function redactError(error: KeelsonError, redactor: Redactor): KeelsonError {
  const { message, hint, details, vendor } = error;
  const told = JSON.stringify([message, hint, details, vendor]);
  if (redactor.redact(told) === told) return error;
  // Its cause may say the same again.
  return new KeelsonError(error.code, redactor.redact(message), {
    hint: redactor.redact(hint),
    details: clean(details, redactor),
    ...(vendor !== undefined && { vendor: clean(vendor, redactor) }),
  });
}

/** How deep a vendor's own fields are followed; what lies below is left out. */
const maxDepth = 32;

function clean<Value>(value: Value, redactor: Redactor, depth = 0): Value {
  if (typeof value === 'string') return redactor.redact(value) as Value;
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return (Array.isArray(value) ? [] : {}) as Value;
  if (Array.isArray(value)) return value.map((each) => clean(each, redactor, depth + 1)) as Value;
  const entries = Object.entries(value).map(([name, field]) => [
    redactor.redact(name),
    clean(field, redactor, depth + 1),
  ]);
  return Object.fromEntries(entries) as Value;
}
