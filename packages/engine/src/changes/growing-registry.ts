/** An engine's own copy of a registry, to which cards may come while it works. */
import { createRegistry, type Registry } from '@keelson/core';

export type GrowingRegistry = { readonly [Part in keyof Registry]: Map<string, MapValue<Registry[Part]>> };
type MapValue<Of> = Of extends ReadonlyMap<string, infer Value> ? Value : never;

export function copyRegistry({ cards, aliases }: Registry = createRegistry([])): GrowingRegistry {
  return { cards: new Map(cards), aliases: new Map(aliases) };
}

export function addCards(registry: GrowingRegistry, added: Registry): void {
  for (const [key, card] of added.cards) registry.cards.set(key, card);
  for (const [name, key] of added.aliases) registry.aliases.set(name, key);
}
