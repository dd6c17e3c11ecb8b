/** Every dialect folder has the same files under the same names; what differs is said, with its reason, in the floor plan. */
import { posix } from 'node:path';
import { type DialectShape, dialectFiles, dialectsFolder, optionalDialectFiles } from '../floor-plan.ts';
import { dialectOf } from '../locate.ts';
import type { Problem } from '../problem.ts';
import type { TreeRule } from '../rule.ts';

export function createDialectFilesRule(shape: Readonly<Record<string, DialectShape>>): TreeRule {
  return (tree) => {
    const folders = new Map<string, Set<string>>();
    for (const { path, kind } of tree.sources) {
      const dialect = dialectOf(path);
      if (dialect === undefined || kind === 'test') continue;
      const inside = path.slice(`${dialectsFolder}/${dialect}/`.length).replace(/\.[a-z]+$/, '');
      folders.set(dialect, (folders.get(dialect) ?? new Set()).add(inside));
    }
    const checked = [...folders].flatMap(([dialect, files]) => checkFolder(dialect, files, shape[dialect]));
    // A tree without any dialect is another one than the plan speaks of.
    const planned = folders.size === 0 ? [] : Object.keys(shape);
    const gone = planned.filter((dialect) => !folders.has(dialect));
    return [...checked, ...gone.map(describeGone)];
  };
}

function checkFolder(dialect: string, files: ReadonlySet<string>, own: DialectShape | undefined): Problem[] {
  const without = own?.without ?? [];
  const besides = own?.besides ?? [];
  const expected = new Set([...dialectFiles.filter((name) => !without.includes(name)), ...besides]);
  const missing = [...expected].filter((name) => !files.has(name));
  const mayBe = new Set([...expected, ...optionalDialectFiles]);
  const extra = [...files].filter((name) => !mayBe.has(name));
  const listInPlan = 'say so, with the reason, in `shape` of tools/tidy/floor-plan.ts';
  return [
    ...missing.map((name) =>
      problem(
        dialect,
        'index',
        `dialect \`${dialect}\` has no \`${name}.ts\`; every dialect has the same files: add it, or ${listInPlan}.`,
      ),
    ),
    ...extra.map((name) =>
      problem(
        dialect,
        name,
        `\`${name}.ts\` is no name that dialects share; move it into a file that every dialect has, or ${listInPlan}.`,
      ),
    ),
  ];
}

function describeGone(dialect: string): Problem {
  const says = `\`shape\` speaks of dialect \`${dialect}\`, which does not exist; remove the entry.`;
  return { rule: 'dialect-files', file: 'tools/tidy/floor-plan.ts', line: 1, says };
}

function problem(dialect: string, name: string, says: string): Problem {
  return { rule: 'dialect-files', file: posix.join(dialectsFolder, dialect, `${name}.ts`), line: 1, says };
}
