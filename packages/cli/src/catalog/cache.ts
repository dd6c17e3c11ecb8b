/** The commands for what can be fetched or made again. */
import type { CommandSpec } from '../line/command-spec.ts';

const kinds = ['answers', 'registry', 'code'] as const;

export const cacheSpec: CommandSpec = {
  name: 'cache',
  about: 'Shows and clears what can be fetched or made again.',
  details: [
    'There are three caches: `answers` that the gateway gives again (of the database that it uses here, or of its Redis), files of a `registry` that were fetched, and the `code` of this command as it was compiled.',
  ],
  usual: 'info',
  commands: [
    {
      name: 'info',
      about: 'Tells of each cache how much is in it, since when, and how often it helped.',
      details: [
        'Hits are the calls of the last 30 days that were given a known answer. Answers in the memory of a gateway that runs are not seen from here.',
      ],
      configuration: 'shown',
      load: () => import('../commands/cache/overview.ts'),
    },
    {
      name: 'clear',
      about: 'Empties all caches, or those that are named.',
      details: ['On a terminal it asks first. A gateway that runs goes on, and its answers are made anew.'],
      words: [
        {
          name: 'KIND',
          about: 'answers, registry or code; all of them where none is named',
          isOptional: true,
          repeats: true,
          choices: kinds,
        },
      ],
      flags: [
        {
          name: 'workspace',
          value: 'NAME',
          repeats: true,
          about: 'only answers of this workspace',
        },
        { name: 'yes', short: 'y', about: 'does not ask' },
      ],
      examples: [{ line: 'keelson cache clear answers --workspace default --yes', about: 'for a script' }],
      exitCodes: [[1, 'not cleared, because the answer was no']],
      configuration: 'shown',
      load: () => import('../commands/cache/clear.ts'),
    },
  ],
};
