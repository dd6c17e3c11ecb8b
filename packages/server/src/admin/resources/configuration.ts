// The configuration of the running server: shown with where each value comes from, checked, exchanged whole or not at all, and
// taken back. It is that of the whole installation.
import { KeelsonError } from '@keelson/core';
import type { StoredConfiguration } from '@keelson/engine';
import {
  type ConfigurationChange,
  type ConfigurationOutcome,
  type ConfigurationProblem,
  describeProblem,
  type LiveConfiguration,
  readConfigurationSchema,
} from '../../configuration/index.ts';
import {
  type AnyApiRoute,
  anyJson,
  anyObject,
  integer,
  list,
  object,
  oneOf,
  optional,
  route,
  type Schema,
  text,
  time,
} from '../contract/index.ts';
import { toTime } from './times.ts';

export interface ConfigurationRoutesDeps {
  /** Undefined where the server was put together by a program. */
  readonly configuration?: LiveConfiguration | undefined;
}

const chapter = 'Configuration';
const mostBytes = 256 * 1024;

/** A whole file has lines, which no other text may have. */
const fileText: Schema<string> = {
  json: {
    type: 'string',
    description: 'YAML or JSON, as docs/configuration.md describes it.',
    format: 'lines',
    maxLength: mostBytes,
  },
};
const anyValue: Schema<unknown> = anyJson('Any JSON.');
const problem = object({
  path: text('Where in the configuration; empty for all of it.', { most: 1000 }),
  message: text('What is wrong.', { most: 10_000 }),
  file: optional(text('The file.', { most: 10_000 })),
  line: optional(integer('From 1.')),
  column: optional(integer('From 1.')),
});
const change = object({
  path: text('What is different.', { most: 1000 }),
  before: optional(anyValue),
  after: optional(anyValue),
  takes_effect: text('`at once` or `after a restart`.'),
});
const changes = object({ changes: list('What is different afterwards.', change, { most: 10_000 }) });
const current = object({
  file: optional(text('The file that changes are written to.', { most: 10_000 })),
  digest: optional(text('SHA-256 of its text as it is in force.')),
  text: optional(fileText),
  values: list('Every value, and where it comes from.', anyObject('Path, value and origin.'), {
    most: 10_000,
  }),
  waiting: list('What holds only after a restart.', change, { most: 10_000 }),
  problems: list('Why the file as it is now is not in force.', problem, { most: 10_000 }),
});
const entry = object({
  number: integer('From 1, without gaps.'),
  at: time('When it came into force.'),
  by: text('Who brought it: a key, or `file`.'),
  digest: text('SHA-256 of its text.'),
  changes: anyValue,
});
const said = object({ text: fileText });
const put = object({
  text: fileText,
  expected: optional(text('The digest that the file must still have.', { pattern: '^[0-9a-f]{64}$' })),
});
const example = 'aliases:\n  fast:\n    - simulator:fast\n';

export function configurationRoutes({ configuration }: ConfigurationRoutesDeps): readonly AnyApiRoute[] {
  const live = (): LiveConfiguration => configuration ?? noConfiguration();
  return [
    getConfiguration(live),
    getSchema(),
    checkConfiguration(live),
    putConfiguration(live),
    reloadConfiguration(live),
    listHistory(live),
    rollBack(live),
  ];
}

type FindLive = () => LiveConfiguration;

function noConfiguration(): never {
  throw new KeelsonError('not_found', 'This server has no configuration file.', {
    hint: 'A program has put it together; what it does is decided there.',
  });
}

const shared = { chapter, level: 'installation' } as const;

function getConfiguration(live: FindLive): AnyApiRoute {
  return route({
    ...shared,
    name: 'getConfiguration',
    method: 'GET',
    path: '/configuration',
    summary: 'What is in force, and where each value comes from',
    description: 'Secrets are never in it: a configuration names where they are.',
    permission: 'settings:read',
    answer: current,
    example: {},
    handle: async () => {
      const { values, waiting, problems, ...file } = live().current();
      return {
        ...file,
        values: values.map((value) => ({ ...value })),
        waiting: waiting.map(showChange),
        problems,
      };
    },
  });
}

function getSchema(): AnyApiRoute {
  return route({
    ...shared,
    name: 'getConfigurationSchema',
    method: 'GET',
    path: '/configuration/schema',
    summary: 'The JSON Schema of the configuration file',
    permission: 'settings:read',
    answer: anyObject('JSON Schema, for editors.'),
    example: {},
    handle: async () => (await readConfigurationSchema()) as Record<string, unknown>,
  });
}

function checkConfiguration(live: FindLive): AnyApiRoute {
  return route({
    ...shared,
    name: 'checkConfiguration',
    method: 'POST',
    path: '/configuration/check',
    summary: 'What would become of a configuration',
    description: 'Nothing changes, and no secret is read.',
    permission: 'settings:read',
    body: said,
    answer: object({
      state: oneOf('Whether it could be put in force.', ['right', 'wrong']),
      changes: list('What would be different.', change, { most: 10_000 }),
      problems: list('What is wrong, and on which line.', problem, { most: 10_000 }),
    }),
    example: { body: { text: example } },
    handle: async ({ body }) => {
      const outcome = await live().check(body.text);
      if (outcome.state !== 'applied')
        return { state: 'wrong' as const, changes: [], problems: outcome.problems };
      return { state: 'right' as const, changes: outcome.changes.map(showChange), problems: [] };
    },
  });
}

function putConfiguration(live: FindLive): AnyApiRoute {
  return route({
    ...shared,
    name: 'putConfiguration',
    method: 'PUT',
    path: '/configuration',
    summary: 'Puts a configuration in force and writes it to the file',
    description:
      'Whole or not at all; with one mistake in it nothing changes, and the mistake is named with its line.',
    permission: 'settings:write',
    body: put,
    answer: changes,
    action: 'configuration.put',
    example: { body: { text: example } },
    handle: async ({ body, caller }) => {
      const { expected } = body;
      return told(await live().apply(body.text, caller.keyId, expected === undefined ? {} : { expected }));
    },
  });
}

function reloadConfiguration(live: FindLive): AnyApiRoute {
  return route({
    ...shared,
    name: 'reloadConfiguration',
    method: 'POST',
    path: '/configuration/reload',
    summary: 'Reads the files again, and the secrets that they name',
    permission: 'settings:write',
    answer: changes,
    action: 'configuration.reload',
    example: {},
    handle: async ({ caller }) => told(await live().reload(caller.keyId)),
  });
}

function listHistory(live: FindLive): AnyApiRoute {
  return route({
    ...shared,
    name: 'listConfigurations',
    method: 'GET',
    path: '/configuration/history',
    summary: 'Configurations that were in force, the newest first',
    permission: 'settings:read',
    query: object({
      limit: optional(integer('At most so many; 100 when left out.', { least: 1, most: 1000 })),
      before: optional(integer('Only those before this number.', { least: 1 })),
    }),
    answer: object({ data: list('Configurations.', entry) }),
    example: { query: { limit: 10 } },
    handle: async ({ query: { limit, before } }) => {
      const found = await live().history({ ...(limit && { limit }), ...(before && { before }) });
      return { data: found.map(showEntry) };
    },
  });
}

function rollBack(live: FindLive): AnyApiRoute {
  return route({
    ...shared,
    name: 'rollBackConfiguration',
    method: 'POST',
    path: '/configuration/roll-back',
    summary: 'Puts a configuration of the history in force again',
    permission: 'settings:write',
    body: object({ number: integer('Its number in the history.', { least: 1 }) }),
    answer: changes,
    action: 'configuration.roll-back',
    example: { body: { number: 1 } },
    handle: async ({ body, caller }) => told(await live().rollBackTo(body.number, caller.keyId)),
  });
}

function told(outcome: ConfigurationOutcome) {
  if (outcome.state === 'applied') return { changes: outcome.changes.map(showChange) };
  throw new KeelsonError('invalid_request', sayProblems(outcome.problems), {
    hint: 'Nothing was changed. Correct it and send it again; POST /api/v1/configuration/check says all that is wrong.',
    details: { field: 'body.text' },
  });
}

const mostSaid = 20;

function sayProblems(problems: readonly ConfigurationProblem[]): string {
  const lines = problems.slice(0, mostSaid).map(describeProblem);
  const rest = problems.length > mostSaid ? [`and ${problems.length - mostSaid} more`] : [];
  return [...lines, ...rest].join('; ');
}

function showChange({ takesEffect, ...rest }: ConfigurationChange) {
  return { ...rest, takes_effect: takesEffect };
}

function showEntry({ number, at, by, digest, changes: different }: StoredConfiguration) {
  return { number, at: toTime(at), by, digest, changes: different };
}
