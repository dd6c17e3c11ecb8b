/** Floors that run in browsers and edge runtimes import no Node module and use no global that only Node has. */
import { isBuiltin } from 'node:module';
import { floorOfCode } from '../locate.ts';
import type { Problem } from '../problem.ts';
import type { ParsedFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';
import { dottedName, isGlobalReference, placesOf } from '../syntax.ts';

const report = createReport('node-free');

const nodeGlobals: ReadonlyMap<string, string> = new Map([
  ['Buffer', 'use Uint8Array and TextEncoder'],
  ['process', 'take what you need as an argument'],
  ['global', 'take what you need as an argument'],
  ['require', 'use `import`'],
  ['module', 'use `export`'],
  ['exports', 'use `export`'],
  ['__dirname', 'take the text as an argument'],
  ['__filename', 'take the text as an argument'],
  ['setImmediate', 'return a value and let the caller schedule'],
]);

/** Core has no clock either, so timers are out as well. */
const timers = ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'queueMicrotask'];

export const nodeFreeRule: FileRule = (file) => {
  const floor = floorOfCode(file.path);
  if (floor === undefined || !floor.runsWithoutNode || file.kind === 'test') return [];
  if (floor.nodeFolder !== undefined && file.path.startsWith(floor.nodeFolder)) return [];
  const needsNode = [...findBuiltins(file), ...findGlobals(file, nodeGlobals)].map(
    ({ name, offset, instead }) => {
      const says = `\`${name}\` exists only in Node, and \`${floor.name}\` must run without it; ${instead}.`;
      return report(file, offset, says);
    },
  );
  return floor.name === 'core' ? [...needsNode, ...checkTimers(file)] : needsNode;
};

function checkTimers(file: ParsedFile): Problem[] {
  const banned = new Map(timers.map((name) => [name, '']));
  return findGlobals(file, banned).map(({ name, offset }) => {
    const says = `\`${name}\` needs a clock, and \`core\` has none; return a value and let the engine wait.`;
    return report(file, offset, says);
  });
}

interface Finding {
  readonly name: string;
  readonly offset: number;
  readonly instead: string;
}

function findBuiltins(file: ParsedFile): Finding[] {
  return file.imports
    .filter(({ specifier }) => isBuiltin(specifier))
    .map(({ specifier, offset }) => ({
      name: specifier,
      offset,
      instead: 'take what you need as an argument, or move this code into engine',
    }));
}

function findGlobals(file: ParsedFile, banned: ReadonlyMap<string, string>): Finding[] {
  const plain = placesOf(file.syntax, 'Identifier')
    .filter((place) => banned.has(place.node.name) && isGlobalReference(file.syntax, place))
    .map(({ node }) => ({ name: node.name, offset: node.start }));
  const qualified = placesOf(file.syntax, 'MemberExpression').flatMap(({ node }) => {
    const [object, name = '', ...deeper] = dottedName(node)?.split('.') ?? [];
    const isGlobal = object === 'globalThis' && deeper.length === 0 && !file.syntax.boundNames.has(object);
    return isGlobal && banned.has(name) ? [{ name, offset: node.start }] : [];
  });
  return [...plain, ...qualified].map((one) => ({ ...one, instead: banned.get(one.name) ?? '' }));
}
