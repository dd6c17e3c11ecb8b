/** Who may import whom, by package name; and nobody reaches another package by a relative path. */
import type { Floor } from '../floor-plan.ts';
import type { ImportSite } from '../imports.ts';
import { floorNamedBy, floorOf, packageFolderOf, resolveRelative } from '../locate.ts';
import type { SourceFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';

const report = createReport('floors');

export const floorsRule: FileRule = (file) => {
  const floor = floorOf(file.path);
  return file.imports.flatMap((site) => {
    const says = complainAboutPath(file, site) ?? complainAboutPackage(file, floor, site);
    return says === undefined ? [] : [report(file, site.offset, says)];
  });
};

/** Journeys hold a package to what its own tests say of it; no package hands out its fixtures. */
const isJourney = (path: string): boolean => path.startsWith('journeys/');
const isFixture = (path: string): boolean => path.includes('/__fixtures__/');

function complainAboutPath(file: SourceFile, site: ImportSite): string | undefined {
  const target = resolveRelative(file.path, site.specifier);
  if (target === undefined || packageFolderOf(target) === packageFolderOf(file.path)) return undefined;
  if (isJourney(file.path) && isFixture(target)) return undefined;
  const name = floorOf(target)?.packageName;
  const instead = name === undefined ? 'move what is shared into a package' : `import from \`${name}\``;
  return `\`${site.specifier}\` leaves the package by path; ${instead}.`;
}

function complainAboutPackage(
  file: SourceFile,
  from: Floor | undefined,
  site: ImportSite,
): string | undefined {
  const to = floorNamedBy(site.specifier)?.floor;
  if (to === undefined) return complainAboutUnknown(site.specifier);
  if (from === undefined) return undefined;
  if (from === to) {
    if (file.kind === 'test') return undefined;
    return `\`${from.name}\` imports itself by name; use the relative path of the file.`;
  }
  if (from.onlyWhenAsked?.includes(to.name)) {
    if (site.kind !== 'static') return undefined;
    return `\`${to.name}\` is optional for \`${from.name}\`; load it with \`import()\` where it is asked for, or import only types.`;
  }
  if (from.mayImport.includes(to.name)) return undefined;
  if (file.kind === 'test' && from.testsMayImport?.includes(to.name)) return undefined;
  return `\`${from.name}\` may not import \`${to.packageName}\` (${describeAllowed(from)}); take what you need as an argument, or move this code to a higher floor.`;
}

function complainAboutUnknown(specifier: string): string | undefined {
  if (!specifier.startsWith('@keelson/')) return undefined;
  return `\`${specifier}\` is no package of the floor plan; correct the name, or add the floor to tools/tidy/floor-plan.ts and docs/architecture.md.`;
}

function describeAllowed(floor: Floor): string {
  return `it may import ${floor.mayImport.map((name) => `\`${name}\``).join(', ') || 'nothing of ours'}`;
}
