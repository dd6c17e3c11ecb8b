/** One field of a secret that is a JSON object, for managers that keep several values together. */
import { asObject } from '../ask.ts';
import type { SecretReference } from '../reference.ts';
import { secretError } from '../secret-source.ts';

/** The whole text when the reference names no field. */
export function takeField(text: string, { field, label }: SecretReference): string {
  if (field === undefined) return text;
  return fieldOf(parseObject(text), field, label);
}

export function fieldOf(
  fields: Readonly<Record<string, unknown>> | undefined,
  field: string,
  label: string,
): string {
  if (fields === undefined)
    throw secretError(label, 'is no JSON object', 'Leave the field out, or keep an object there.');
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw secretError(label, `has no text in the field \`${field}\``, 'Check the name of the field.');
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}
