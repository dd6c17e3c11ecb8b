/** Prices as old registry files call them (`cost_per_million_*`), renamed to what they are called now. */
import { type JsonObject, setField } from '../json/index.ts';
import type { RowReader } from './row-reader.ts';

/** `cost_per_million_input`, `cost_per_million_input_tokens` and `cost_per_million_tokens_input` were all in use. */
const oldForm = /^cost_per_million_(?:tokens_)?(.+?)(?:_tokens)?$/;

/** The row itself where it holds none of them. A new name beside the old one wins if both say the same. */
export function importOldPrices(row: JsonObject, reader: RowReader): JsonObject {
  const fields = Object.keys(row);
  const old = fields.filter((field) => oldForm.test(field));
  if (old.length === 0) return row;
  const imported: Record<string, JsonObject[string]> = {};
  for (const field of fields) if (!oldForm.test(field)) setField(imported, field, row[field] ?? null);
  for (const field of old) {
    const [, kind = ''] = oldForm.exec(field) ?? [];
    const name = `dollars_per_million_tokens_${kind}`;
    const value = row[field] ?? null;
    const stated = imported[name] ?? null;
    if (value === null) continue;
    if (stated !== null && stated !== value) reader.complain(field, `contradicts \`${name}\``);
    else setField(imported, name, value);
    reader.warn(field, `is an old name, read as \`${name}\``);
  }
  return imported;
}
