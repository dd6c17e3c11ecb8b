/**
 * Calls that belong in one place each. The table says where, why, and what everyone else uses instead. Only the code of
 * the product is judged: tests, tools, benchmarks and examples may look at the clock.
 */
import { isBuiltin } from 'node:module';
import { floorOfCode, isAmong } from '../locate.ts';
import type { ParsedFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';
import { dottedName, isGlobalReference, type Place, placesOf, propertyName } from '../syntax.ts';

const report = createReport('banned-calls');

interface Ban {
  /**
   * `a.b` is the global's member, the export `b` of module `a`, or the member of a default import of module `a`;
   * `a.*` is every member; a single word is a global; `new Date()` and `Date()` are those calls without arguments.
   */
  readonly calls: readonly string[];
  readonly allowedIn: readonly string[];
  readonly because: string;
  readonly instead: string;
}

/** Programs that a person starts and reads: they print and they choose an exit code. */
const programs = ['packages/cli/', 'packages/server/src/start.ts', 'packages/simulator/src/main.ts'];

const bans: readonly Ban[] = [
  {
    calls: [
      'Date.now',
      'new Date()',
      'Date()',
      'performance.now',
      'perf_hooks.performance',
      'process.hrtime',
    ],
    allowedIn: [
      'packages/engine/src/observability/clock.ts',
      'packages/sdk/src/clock.ts',
      'packages/simulator/src/clock.ts',
      'apps/console/src/app/clock.ts',
    ],
    because: 'tests turn the clock by hand',
    instead: 'take a clock as an argument; the real one is in engine/src/observability/clock.ts',
  },
  {
    calls: ['setInterval', 'timers.setInterval', 'timers/promises.setInterval'],
    allowedIn: [
      'packages/engine/src/observability/clock.ts',
      'packages/sdk/src/clock.ts',
      'packages/simulator/src/clock.ts',
      'apps/console/src/app/clock.ts',
    ],
    because: 'a forgotten interval keeps a process alive and escapes the fake clock',
    instead: 'ask the clock that you were given',
  },
  {
    calls: [
      'Math.random',
      'crypto.randomUUID',
      'crypto.getRandomValues',
      'crypto.randomBytes',
      'crypto.randomInt',
      'crypto.randomFillSync',
    ],
    allowedIn: [
      'packages/engine/src/observability/random.ts',
      'packages/sdk/src/random.ts',
      'packages/simulator/src/random.ts',
    ],
    because: 'a run must be repeatable from its seed',
    instead:
      'take the source of randomness as an argument; the real one is in engine/src/observability/random.ts',
  },
  {
    calls: ['process.env'],
    allowedIn: [
      'packages/server/src/start.ts',
      'packages/cli/',
      'packages/simulator/src/main.ts',
      'packages/engine/src/open-local-engine.ts',
    ],
    because: 'configuration enters once and is checked there',
    instead: 'take the value as an argument; server/src/start.ts, simulator/src/main.ts and cli read it',
  },
  {
    calls: ['fetch', 'undici.fetch'],
    // A command asks a gateway a few times and ends.
    allowedIn: ['packages/sdk/src/transport.ts', 'packages/cli/src/subject/'],
    because: 'it costs six times the CPU of a direct request and ends answers that start late',
    instead: 'use engine/src/providers/transport/',
  },
  {
    calls: ['console.*', 'process.stdout', 'process.stderr'],
    allowedIn: programs,
    because: 'only programs that a person starts print',
    instead: 'report to engine/src/observability, or return the text',
  },
  {
    calls: ['process.exit', 'process.exitCode', 'process.abort'],
    allowedIn: programs,
    because: 'only programs know exit codes, and an exit in the middle of a write loses it',
    instead: 'throw a KeelsonError',
  },
];

interface Use {
  /** As the table writes it. */
  readonly call: string;
  readonly offset: number;
}

export const bannedCallsRule: FileRule = (file) => {
  if (floorOfCode(file.path) === undefined || file.kind === 'test') return [];
  const banned = bans.filter(({ allowedIn }) => !isAmong(file.path, allowedIn));
  return findUses(file).flatMap(({ call, offset }) => {
    const ban = banned.find(({ calls }) => calls.some((pattern) => matches(pattern, call)));
    if (ban === undefined) return [];
    return [report(file, offset, `\`${call}\` is not for here, because ${ban.because}; ${ban.instead}.`)];
  });
};

function matches(pattern: string, call: string): boolean {
  if (pattern.endsWith('.*')) return call.startsWith(pattern.slice(0, -1));
  return pattern === call;
}

/** Everything in the file that a ban might name, once per place, in the order of the text. */
function findUses(file: ParsedFile): Use[] {
  const moduleNames = namesOfModules(file);
  const uses = [
    ...findImported(file),
    ...findGlobals(file),
    ...findMembers(file, moduleNames),
    ...findTakenApart(file, moduleNames),
    ...findDates(file),
  ];
  return uses.toSorted((a, b) => a.offset - b.offset);
}

/** `import { randomUUID } from 'node:crypto'` is `crypto.randomUUID`. */
function findImported(file: ParsedFile): Use[] {
  return file.imports
    .filter(({ kind }) => kind === 'static')
    .flatMap(({ specifier, names, offset }) =>
      names.map((name) => ({ call: `${specifier.replace(/^node:/, '')}.${name}`, offset })),
    )
    .filter(({ call }) => !/\.(\*|default)$/.test(call));
}

/** Local names that stand for a whole module: `import nodeProcess from 'node:process'` makes nodeProcess `process`. */
function namesOfModules(file: ParsedFile): Map<string, string> {
  const whole = [
    ...placesOf(file.syntax, 'ImportDefaultSpecifier'),
    ...placesOf(file.syntax, 'ImportNamespaceSpecifier'),
  ];
  const names = new Map<string, string>();
  for (const { node, parent } of whole) {
    if (parent?.node.type !== 'ImportDeclaration' || !isBuiltin(parent.node.source.value)) continue;
    names.set(node.local.name, parent.node.source.value.replace(/^node:/, ''));
  }
  return names;
}

function findGlobals(file: ParsedFile): Use[] {
  return placesOf(file.syntax, 'Identifier')
    .filter((place) => isGlobalReference(file.syntax, place))
    .map(({ node }) => ({ call: node.name, offset: node.start }));
}

function findMembers(file: ParsedFile, moduleNames: ReadonlyMap<string, string>): Use[] {
  return placesOf(file.syntax, 'MemberExpression').flatMap(({ node }) => {
    const call = nameGlobally(file, moduleNames, dottedName(node));
    return call === undefined ? [] : [{ call, offset: node.start }];
  });
}

/** `const { env } = process` is `process.env`. */
function findTakenApart(file: ParsedFile, moduleNames: ReadonlyMap<string, string>): Use[] {
  return placesOf(file.syntax, 'VariableDeclarator').flatMap(({ node }) => {
    if (node.id.type !== 'ObjectPattern' || node.init === null) return [];
    const object = nameGlobally(file, moduleNames, dottedName(node.init));
    return node.id.properties.flatMap((property) => {
      const name = property.type === 'Property' ? propertyName(property.key, property.computed) : undefined;
      return object === undefined || name === undefined
        ? []
        : [{ call: `${object}.${name}`, offset: property.start }];
    });
  });
}

function nameGlobally(
  file: ParsedFile,
  moduleNames: ReadonlyMap<string, string>,
  dotted: string | undefined,
): string | undefined {
  const [first = '', ...rest] = dotted?.replace(/^globalThis\./, '').split('.') ?? [];
  const root = moduleNames.get(first) ?? (file.syntax.boundNames.has(first) ? undefined : first);
  return dotted === undefined || root === undefined ? undefined : [root, ...rest].join('.');
}

function findDates(file: ParsedFile): Use[] {
  const isDate = ({ node }: Place): boolean =>
    (node.type === 'NewExpression' || node.type === 'CallExpression') &&
    node.callee.type === 'Identifier' &&
    node.callee.name === 'Date' &&
    node.arguments.length === 0;
  return [
    ...placesOf(file.syntax, 'NewExpression')
      .filter(isDate)
      .map(({ node }) => ({ call: 'new Date()', offset: node.start })),
    ...placesOf(file.syntax, 'CallExpression')
      .filter(isDate)
      .map(({ node }) => ({ call: 'Date()', offset: node.start })),
  ];
}
