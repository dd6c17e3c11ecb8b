/** All cards at hand, by key and by alias. Several files may be merged; where their cards come from does not matter here. */
import { KeelsonError } from '../errors/index.ts';
import type { ModelCard } from './model-card.ts';

export interface Registry {
  readonly cards: ReadonlyMap<string, ModelCard>;
  /** Key of the card by `provider:alias`. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** A card of a later file replaces one of an earlier file; one file cannot hold the same key twice. */
export function createRegistry(files: Iterable<{ readonly cards: readonly ModelCard[] }>): Registry {
  const cards = new Map<string, ModelCard>();
  for (const file of files) for (const card of file.cards) cards.set(card.key, card);
  const aliases = new Map<string, string>();
  for (const card of cards.values()) for (const alias of card.aliases) addAlias(aliases, card, alias);
  return { cards, aliases };
}

/** Which of two models a name means is not for this room to guess. */
function addAlias(aliases: Map<string, string>, card: ModelCard, alias: string): void {
  const name = `${card.provider}:${alias}`;
  const other = aliases.get(name);
  if (other !== undefined && other !== card.key) {
    throw new KeelsonError(
      'configuration_invalid',
      `\`${name}\` is an alias of both \`${other}\` and \`${card.key}\`.`,
      { hint: 'Take the alias from one of the two rows.', details: { field: card.key } },
    );
  }
  aliases.set(name, card.key);
}
