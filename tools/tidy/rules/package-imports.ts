/** Packages are entered by their front door, and only when the package.json of the file's own package names them. */
import { isBuiltin } from 'node:module';
import { floorNamedBy, packageNameOf } from '../locate.ts';
import { type Manifest, manifestOf, type Repository, type SourceFile } from '../read-sources.ts';
import { createReport, type FileRule } from '../rule.ts';

const report = createReport('package-imports');

export const packageImportsRule: FileRule = (file, repository) =>
  file.imports.flatMap(({ specifier, offset }) => {
    if (/^[./#]|^[a-z]+:/.test(specifier) || isBuiltin(specifier)) return [];
    const says =
      complainAboutDepth(repository, specifier) ?? complainAboutUndeclared(repository, file, specifier);
    return says === undefined ? [] : [report(file, offset, says)];
  });

function complainAboutDepth(repository: Repository, specifier: string): string | undefined {
  const named = floorNamedBy(specifier);
  if (named === undefined || named.subpath === '') return undefined;
  const { packageName, folder } = named.floor;
  if (repository.manifests.get(folder)?.exports.includes(`./${named.subpath}`)) return undefined;
  return `\`${specifier}\` reaches into \`${packageName}\`; import from \`${packageName}\` and export there what you need.`;
}

function complainAboutUndeclared(
  repository: Repository,
  file: SourceFile,
  specifier: string,
): string | undefined {
  const name = packageNameOf(specifier);
  const home = manifestOf(repository, file.path);
  if (home === undefined || isDeclared(name, home, file.kind === 'test' ? repository : undefined))
    return undefined;
  const where = home.folder === '' ? 'package.json' : `${home.folder}/package.json`;
  if (home.folder === '') return `\`${name}\` is not declared; add it to \`devDependencies\` of ${where}.`;
  if (file.kind === 'test') {
    return `\`${name}\` is not declared; add it to \`devDependencies\` of the root's package.json, for tests only.`;
  }
  return `\`${name}\` is not declared; add it to \`dependencies\` of ${where}, or use what is there.`;
}

/** Tests may also use what the root has for development; `repositoryOfTest` is given for them only. */
function isDeclared(name: string, home: Manifest, repositoryOfTest: Repository | undefined): boolean {
  if (home.dependencies.has(name)) return true;
  if (home.folder !== '' && repositoryOfTest === undefined) return false;
  // Workspaces are linked at the root, so tests and tools find our own packages without a line in package.json.
  if (floorNamedBy(name) !== undefined) return true;
  return (
    home.devDependencies.has(name) ||
    (repositoryOfTest?.manifests.get('')?.devDependencies.has(name) ?? false)
  );
}
