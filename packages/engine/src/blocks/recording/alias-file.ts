/** What was known of an alias while recording, so that estimates and budgets are the same when it is replayed. */
import { createHash } from 'node:crypto';
import { isJsonObject, type ModelFacts } from '@keelson/core';
import { invalid, readVersioned, recordingVersion, renderFile } from './call-file.ts';

export interface KnownAlias {
  readonly alias: string;
  /** Undefined where nothing was known. */
  readonly facts: ModelFacts | undefined;
}

/** Aliases may have characters that names of files may not. */
export function aliasFileName(alias: string): string {
  const plain = /^[a-z0-9-]{1,60}$/.test(alias)
    ? alias
    : createHash('sha256').update(alias).digest('hex').slice(0, 12);
  return `alias.${plain}.json`;
}

export function renderAliasFile({ alias, facts }: KnownAlias): string {
  return renderFile({ version: recordingVersion, alias, facts: facts ?? null });
}

const optionalFacts = [
  'nanoDollarsPerCall',
  'contextTokens',
  'answersPaid',
] as const satisfies readonly (keyof ModelFacts)[];

export function parseAliasFile(text: string): KnownAlias {
  const { alias, facts } = readVersioned(text);
  if (typeof alias !== 'string') throw invalid('`alias` is no text');
  if (facts === null) return { alias, facts: undefined };
  if (!isJsonObject(facts)) throw invalid('`facts` must be what is known of the alias, or null');
  const { nanoDollarsPerInputToken, nanoDollarsPerOutputToken } = facts;
  if (!isCount(nanoDollarsPerInputToken) || !isCount(nanoDollarsPerOutputToken))
    throw invalid('`facts` must have both prices, in nano-dollars per token');
  const others = optionalFacts.flatMap((name) => {
    const value = facts[name];
    if (value === undefined) return [];
    if (!isCount(value)) throw invalid(`\`${name}\` is no number from 0 on`);
    return [[name, value] as const];
  });
  return {
    alias,
    facts: { nanoDollarsPerInputToken, nanoDollarsPerOutputToken, ...Object.fromEntries(others) },
  };
}

const isCount = (value: unknown): value is number => typeof value === 'number' && value >= 0;
