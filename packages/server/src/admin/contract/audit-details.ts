// What the audit log keeps of a change: what was asked, without anything that is secret.
import type { JsonSchema } from './schema.ts';

const taken = '[not kept]';

/** A copy in which every field that is only ever written is replaced. */
export function withoutSecrets(value: unknown, schema: JsonSchema | undefined): unknown {
  if (value === undefined || value === null || schema === undefined) return value;
  if (schema.writeOnly === true) return taken;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, schema.items));
  if (typeof value !== 'object') return value;
  const { properties = {}, additionalProperties } = schema;
  const rest = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [name, withoutSecrets(field, properties[name] ?? rest)]),
  );
}
