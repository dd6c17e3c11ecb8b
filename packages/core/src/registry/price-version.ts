/** Names the prices of a card, so that a receipt can say which it was charged by. A corrected price has another name. */
import { canonicalJson, type JsonObject, sha256Hex } from '../json/index.ts';
import type { ModelCard } from './model-card.ts';
import { isPriceField } from './read-price-row.ts';

/** Whether two versions are of one card and say the same of prices; a file may get a number without any price changing. */
export function isSamePrice(version: string, other: string): boolean {
  return version === other || withoutNumber(version) === withoutNumber(other);
}

function withoutNumber(version: string): string {
  return version.replace(/@\d+(?=#[0-9a-f]+$)/, '@');
}

const hashDigits = 16;
const versions = new WeakMap<ModelCard, string>();

/** Such as `openai:gpt-4o@3#0f3a…`: the card, the version of its file, and the hash of what its row says of prices. */
export function priceVersionOf(card: ModelCard): string {
  const remembered = versions.get(card);
  if (remembered !== undefined) return remembered;
  const hash = sha256Hex(canonicalJson(priceFieldsOf(card))).slice(0, hashDigits);
  const version = `${card.key}@${card.registryVersion}#${hash}`;
  versions.set(card, version);
  return version;
}

/** What its row says of prices. */
export function priceFieldsOf({ row }: ModelCard): JsonObject {
  return Object.fromEntries(
    Object.entries(row).filter(([field, value]) => isPriceField(field) && value !== null),
  );
}
