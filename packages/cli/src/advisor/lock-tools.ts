/** What the advisor may do with the lockfile: look at it, propose bindings, and have them saved by whoever it talks to. */
import {
  type Json,
  type JsonObject,
  KeelsonError,
  type LockDiff,
  type LockedAlias,
  listAliases,
  type PoolEntry,
  type Registry,
} from '@keelson/core';
import { asJson } from '../line/as-json.ts';
import { entryText } from '../subject/describe-price.ts';
import type { LockDraft } from './lock-draft.ts';
import { getCard, limitFields, readLimits } from './registry-tools.ts';
import type { AdvisorTool } from './run-tools.ts';
import { optionalNumber, optionalText, requiredText, textList } from './tool-arguments.ts';

export interface LockToolParts {
  readonly draft: LockDraft;
  readonly registry: Registry;
  /** Shows somebody what is proposed. */
  readonly onProposal: (diff: LockDiff) => void;
  /** Whether somebody said yes; `later` where that is asked when the answer is complete. */
  readonly maySave: () => Promise<boolean | 'later'>;
}

export function createLockTools({ draft, registry, onProposal, maySave }: LockToolParts): AdvisorTool[] {
  return [
    {
      name: 'show_aliases',
      description: 'Shows the aliases of the lockfile with their models, proposals included.',
      parameters: { type: 'object', properties: {} },
      run: async () => describeAliases(draft),
    },
    {
      name: 'propose_alias',
      description:
        'Proposes models for an alias, in the order in which they are tried. A pattern such as `anthropic:*` takes the cheapest that fits the limits. Nothing is written by it: the change is shown to the user.',
      parameters: {
        type: 'object',
        properties: {
          alias: { type: 'string' },
          models: { type: 'array', items: { type: 'string' } },
          description: { type: 'string' },
          temperature: { type: 'number' },
          max_tokens: { type: 'number' },
          ...limitFields,
        },
        required: ['alias', 'models'],
      },
      run: async (given) => {
        const diff = draft.propose(requiredText(given, 'alias'), readAlias(given, registry));
        onProposal(diff);
        return asJson({ changes: diff.changes.map(({ says }) => says), saved: false });
      },
    },
    {
      name: 'save',
      description:
        'Asks the user whether all proposals may be written into the lockfile. Call it only when the user wants that.',
      parameters: { type: 'object', properties: {} },
      run: async () => save(draft, maySave),
    },
  ];
}

function describeAliases(draft: LockDraft): Json {
  const { lockfile, profile } = draft;
  const aliases = listAliases(lockfile, { profile }).map((name) => {
    const bound = lockfile.profiles.get(profile)?.aliases.get(name);
    return { alias: name, models: bound?.models.map(entryText) ?? 'inherited' };
  });
  return { profile, aliases };
}

function readAlias(given: JsonObject, registry: Registry): LockedAlias {
  const names = textList(given, 'models');
  if (names.length === 0)
    throw new KeelsonError('invalid_request', '`models` is empty.', { hint: 'Name one model at least.' });
  const description = optionalText(given, 'description');
  const temperature = optionalNumber(given, 'temperature');
  const maxTokens = optionalNumber(given, 'max_tokens');
  const hasDefaults = temperature !== undefined || maxTokens !== undefined;
  return {
    models: names.map(
      (name): PoolEntry => (name.endsWith('*') ? readLimits(given, name) : getCard(registry, name).key),
    ),
    ...(description !== undefined && { description }),
    ...(hasDefaults && {
      defaults: {
        ...(temperature !== undefined && { temperature }),
        ...(maxTokens !== undefined && { maxTokens: Math.round(maxTokens) }),
      },
    }),
  };
}

async function save(draft: LockDraft, maySave: LockToolParts['maySave']): Promise<Json> {
  if (draft.proposals.length === 0) return { saved: false, says: 'There is nothing to save.' };
  const may = await maySave();
  if (may === 'later') return { saved: false, says: 'The user is asked when your answer is complete.' };
  if (!may) return { saved: false, says: 'The user did not confirm it.' };
  const { path } = await draft.save();
  return { saved: true, path };
}
