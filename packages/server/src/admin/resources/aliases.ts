// Where names lead: aliases with their targets and rules, and the plan of a call that is never sent. Aliases are changed in the
// configuration; what projects share with each other stands in profiles.ts.
import { type DialectName, dialects, didYouMean, KeelsonError } from '@keelson/core';
import type { DescribedAlias, Engine, Explanation, PlanQuestion, TableRouting } from '@keelson/engine';
import {
  type AnyApiRoute,
  anyObject,
  flag,
  integer,
  list,
  named,
  number,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  slicePage,
  text,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';

export interface AliasRoutesDeps {
  readonly engine: Pick<Engine, 'routing'>;
}

const chapter = 'Aliases';
const long = { most: 1000 };
const modelName = text('`provider:model`.', long);
const tags = named('Tags with their values.', text('A value.', long));

const policy = object({
  max_attempts: integer('Of all attempts together.'),
  retries: integer('At the same target.'),
  deadline_ms: integer('From the start of the call; no attempt begins after it.'),
  may_hedge: flag('Whether a second attempt may begin beside a slow one.'),
  loss_policy: oneOf('What becomes of a call that a target can take only in part.', [
    'allow',
    'warn',
    'strict',
  ]),
  cache_ttl_ms: optional(integer('For so long answers are kept and given again.')),
});
const shadow = object({
  model: modelName,
  percent: number('So many percent of the calls are copied there.'),
});
const escalations = named('Where to go on after an error, by its code.', list('In this order.', modelName));
const alias = object({
  name: text('As a caller writes it.', long),
  strategy: text('How one of a tier is chosen: `ordered`, `weighted`, `cheapest` or `fastest`.'),
  sticky: text('What keeps calls at one target: `none`, `session` or `prefix`.'),
  targets: list(
    'By tier, then as they were written.',
    object({
      model: modelName,
      tier: integer('Lower ones first.'),
      weight: number('Its share beside the others of its tier.'),
      percent: optional(number('A trial: so many percent of the calls go there first.')),
      tags: optional(tags),
      is_conditional: flag('Whether only calls of some kind go there.'),
    }),
  ),
  policy,
  escalations,
  shadow: optional(shadow),
});
const profileName = optional(text('The profile of the lockfile; the usual one when left out.', { least: 1 }));
const question = object({
  ...pageFields(['name', '-name']),
  profile: profileName,
  search: optional(text('Only those with this in their name.', { least: 1 })),
});

const dialectNames = Object.keys(dialects) as DialectName[];
const needs = ['tools', 'images', 'documents', 'audio', 'schema', 'reasoning'] as const;
const plannedCall = object({
  model: text('An alias or `provider:model`.', { least: 1, most: 1000 }),
  profile: profileName,
  endpoint: optional(oneOf('`chat` when left out.', ['chat', 'count-tokens', 'embed', 'rerank'])),
  dialect: optional(oneOf('The format that the caller speaks; `openai-chat` when left out.', dialectNames)),
  is_stream: optional(flag('Whether the answer would be a stream.')),
  key_id: optional(text('The key that would call.')),
  tags: optional(tags),
  session_id: optional(text('What the calls of one conversation have in common.', long)),
  input_tokens: optional(integer('How long the call would be; 0 when left out.', { least: 0 })),
  max_output_tokens: optional(integer('How long the answer may be.', { least: 0 })),
  needs: optional(list('What the call would use.', oneOf('A need.', needs))),
  metadata: optional(anyObject('The metadata of the call.')),
});
const explanation = object({
  requested: text('The name that was asked for.', long),
  alias: optional(text('The alias that it is.', long)),
  profile: optional(text('The profile of the lockfile by which the name was read.')),
  strategy: optional(text('How one of a tier is chosen.')),
  sticky: optional(text('What keeps calls at one target.')),
  candidates: list(
    'In the order in which they would be tried, then those that would not.',
    object({
      model: modelName,
      is_kept: flag('Whether it would be tried.'),
      tier: integer('Lower ones first.'),
      dialect: optional(text('The format that it would be asked in.')),
      lane: optional(text('`pass-through` or `translated`.')),
      circuit: text('`closed`, `open` or `half-open`: whether it failed too often of late.'),
      limited_for_ms: number('How long it is still at its rate limits.'),
      score: optional(object({ by: text('By what it was placed.'), value: optional(number('The figure.')) })),
      reason: optional(text('What it was dropped for.')),
      why: text('The same for people.', long),
    }),
  ),
  policy: optional(policy),
  escalations: optional(escalations),
  shadow: optional(shadow),
  error: optional(
    object({
      code: text('The code.'),
      message: text('What is wrong.', { most: 10_000 }),
      hint: text('What to do.', { most: 10_000 }),
    }),
  ),
});
const lockfile = object({
  digest: optional(text('What it means; left out where there is no lockfile.')),
  profiles: list(
    'The usual one first.',
    object({
      name: text('What it is called.'),
      is_default: flag('Whether calls that name none are read by it.'),
      aliases: integer('How many aliases it has.'),
    }),
  ),
});

export function aliasRoutes(deps: AliasRoutesDeps): readonly AnyApiRoute[] {
  return [listAliases(deps), getAlias(deps), explain(deps), getLockfile(deps)];
}

function listAliases({ engine: { routing } }: AliasRoutesDeps): AnyApiRoute {
  return route({
    name: 'listAliases',
    method: 'GET',
    path: '/aliases',
    chapter,
    summary: 'Aliases with what they lead to',
    description: 'They are changed in the lockfile and in the configuration.',
    permission: 'aliases:read',
    query: question,
    answer: pageOf('Aliases.', alias),
    example: { query: { limit: 10 } },
    handle: async ({ query }) => {
      const { search = '', profile } = query;
      const found = routing.describeAliases(profile).filter(({ name }) => name.includes(search));
      const isDescending = query.sort === '-name';
      const page = slicePage(found, { ...defined(query), isDescending }, ({ name }) => [name, '']);
      return { data: page.data.map(showAlias), next_cursor: page.next_cursor };
    },
  });
}

function getAlias({ engine: { routing } }: AliasRoutesDeps): AnyApiRoute {
  return route({
    name: 'getAlias',
    method: 'GET',
    path: '/aliases/{name}',
    chapter,
    summary: 'One alias',
    permission: 'aliases:read',
    query: object({ profile: profileName }),
    answer: alias,
    example: {},
    handle: async ({ params: { name = '' }, query: { profile } }) => {
      const found = routing.describeAliases(profile).find((one) => one.name === name);
      if (found !== undefined) return showAlias(found);
      throw new KeelsonError('not_found', `There is no alias \`${name.slice(0, 200)}\`.`, {
        hint: didYouMean(name, routing.aliasesOf(profile)) ?? 'GET /aliases lists those that there are.',
      });
    },
  });
}

function explain({ engine: { routing } }: AliasRoutesDeps): AnyApiRoute {
  return route({
    name: 'explainCall',
    method: 'POST',
    path: '/explain',
    chapter,
    summary: 'Where a call would go, and why',
    description: 'Nothing is sent and nothing is remembered. What would stop the call stands in `error`.',
    permission: 'aliases:read',
    body: plannedCall,
    answer: explanation,
    example: { body: { model: 'fast', needs: ['tools'], input_tokens: 1000 } },
    handle: async ({ body }) => showExplanation(routing.explain(questionOf(body))),
  });
}

function getLockfile({ engine: { routing } }: AliasRoutesDeps): AnyApiRoute {
  return route({
    name: 'getLockfile',
    method: 'GET',
    path: '/lockfile',
    chapter,
    summary: 'The lockfile by which names are read',
    description: 'Without one there are no profiles, and names are those of the table of aliases alone.',
    permission: 'aliases:read',
    answer: lockfile,
    example: {},
    handle: async () => showLockfile(routing),
  });
}

function showLockfile(routing: TableRouting): ValueOf<typeof lockfile> {
  const profiles = routing.profiles.map((name, at) => ({
    name,
    is_default: at === 0,
    aliases: routing.aliasesOf(name).length,
  }));
  return { ...defined({ digest: routing.lockfile?.digest }), profiles };
}

function showAlias(one: DescribedAlias): ValueOf<typeof alias> {
  return {
    name: one.name,
    strategy: one.strategy,
    sticky: one.sticky,
    targets: one.targets.map(({ isConditional, ...target }) => ({
      ...target,
      is_conditional: isConditional,
    })),
    policy: showPolicy(one.policy),
    escalations: defined(one.escalations) as Record<string, readonly string[]>,
    ...(one.shadow && { shadow: one.shadow }),
  };
}

function showPolicy(one: DescribedAlias['policy']): ValueOf<typeof policy> {
  return {
    max_attempts: one.maxAttempts,
    retries: one.retries,
    deadline_ms: one.deadlineMs,
    may_hedge: one.mayHedge,
    loss_policy: one.lossPolicy,
    cache_ttl_ms: one.cacheTtlMs,
  };
}

function questionOf(asked: ValueOf<typeof plannedCall>): PlanQuestion {
  const wanted = new Set<string>(asked.needs);
  const facts = {
    inputTokens: asked.input_tokens ?? 0,
    hasTools: wanted.has('tools'),
    hasImages: wanted.has('images'),
    hasDocuments: wanted.has('documents'),
    hasAudio: wanted.has('audio'),
    wantsSchema: wanted.has('schema'),
    wantsReasoning: wanted.has('reasoning'),
    metadata: asked.metadata ?? {},
    ...defined({ maxOutputTokens: asked.max_output_tokens }),
  };
  return {
    endpoint: asked.endpoint ?? 'chat',
    model: asked.model,
    dialect: asked.dialect ?? 'openai-chat',
    isStream: asked.is_stream ?? false,
    tags: asked.tags ?? {},
    ...defined({ keyId: asked.key_id, sessionId: asked.session_id, profile: asked.profile }),
    facts: () => facts,
  };
}

function showExplanation(one: Explanation): ValueOf<typeof explanation> {
  const { error } = one;
  return {
    requested: one.requested,
    alias: one.alias,
    profile: one.profile,
    strategy: one.strategy,
    sticky: one.sticky,
    candidates: one.candidates.map((candidate) => ({
      model: candidate.model,
      is_kept: candidate.isKept,
      tier: candidate.tier,
      dialect: candidate.dialect,
      lane: candidate.lane,
      circuit: candidate.circuit,
      limited_for_ms: candidate.limitedForMs,
      score: candidate.score,
      reason: candidate.reason,
      why: candidate.why,
    })),
    policy: one.policy && showPolicy(one.policy),
    escalations: one.escalations && (defined(one.escalations) as Record<string, readonly string[]>),
    shadow: one.shadow,
    error: error && {
      code: String(error.code),
      message: String(error.message),
      hint: String(error.hint),
    },
  };
}
