/** The command line starts in the time of bare Node: its entry reaches other floors only by `import()`. */
import { floors } from '../floor-plan.ts';
import { floorNamedBy, resolveRelative } from '../locate.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile, Tree } from '../read-sources.ts';
import { createReport, type TreeRule } from '../rule.ts';

const report = createReport('cold-start');

export const coldStartRule: TreeRule = (tree) =>
  floors.flatMap(({ coldStart }) => (coldStart === undefined ? [] : checkEntry(tree, coldStart)));

function checkEntry(tree: Tree, entry: string): Problem[] {
  return [...loadedWith(tree, entry)].flatMap((file) =>
    file.imports
      .filter(({ specifier, kind }) => kind === 'static' && floorNamedBy(specifier) !== undefined)
      .map(({ specifier, offset }) => {
        const says = `\`${specifier}\` is loaded at every start, because ${entry} reaches this file; load it with \`import()\` in the command that needs it.`;
        return report(file, offset, says);
      }),
  );
}

/** The files that load as soon as the entry does. */
function loadedWith(tree: Tree, entry: string): Set<SourceFile> {
  const files = new Map(tree.sources.map((file) => [file.path, file]));
  const loaded = new Set<SourceFile>();
  const pending = [entry];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const file = files.get(path);
    if (file === undefined || loaded.has(file)) continue;
    loaded.add(file);
    for (const { specifier, kind } of file.imports) {
      const target = kind === 'static' ? resolveRelative(file.path, specifier) : undefined;
      if (target !== undefined) pending.push(target);
    }
  }
  return loaded;
}
