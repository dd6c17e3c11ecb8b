/**
 * Reads the repository once and parses each source file once, for all rules together.
 *
 * Parser: `oxc-parser`. TypeScript 7 is a native program whose npm package has no JavaScript API except an `unstable`
 * scanner without a parser, and a tokenizer of our own would have to guess at regular expressions, JSX and generics.
 * oxc-parser gives the whole typed tree, some 1,000 files in a second, and costs nothing: knip already brings it.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Comment, parseSync } from 'oxc-parser';
import { collectImports, type ImportSite } from './imports.ts';
import { listFiles } from './list-files.ts';
import { indexSyntax, type Syntax } from './syntax.ts';

/** Tests and contract suites are judged by fewer rules than the sources of a product. */
type SourceKind = 'source' | 'test';

/** What is kept of every source file: enough for rules about the whole tree. */
export interface SourceFile {
  readonly path: string;
  readonly kind: SourceKind;
  readonly imports: readonly ImportSite[];
  lineAt(offset: number): number;
}

/** A source file with its syntax tree, which is large and let go as soon as the file has been judged. */
export interface ParsedFile extends SourceFile {
  readonly text: string;
  readonly syntax: Syntax;
  readonly comments: readonly Comment[];
  readonly parseErrors: readonly { readonly message: string; readonly offset: number }[];
}

/** A package.json, as far as rules care. */
export interface Manifest {
  readonly folder: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly exports: readonly string[];
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
}

export interface Repository {
  readonly root: string;
  /** Every file, parsed or not. */
  readonly paths: readonly string[];
  /** By folder; the root's folder is ''. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The text of a listed file, or undefined where it is not listed. */
  read(path: string): string | undefined;
}

export interface Tree extends Repository {
  readonly sources: readonly SourceFile[];
}

const sourceName = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs)$/;
const testName = /\.(test|contract)\.[a-z]+$/;

/**
 * Reads all and shows each source file, parsed, to `judgeFile` once. Keeping every syntax tree to the end instead took a
 * quarter more time: the collector copied them around.
 */
export function readTree(root: string, judgeFile: (file: ParsedFile, repository: Repository) => void): Tree {
  const repository = openRepository(root);
  const sources = repository.paths.filter(isSource).map((path): SourceFile => {
    const file = parseSource(path, repository.read(path) ?? '');
    judgeFile(file, repository);
    return { path, kind: file.kind, imports: file.imports, lineAt: file.lineAt };
  });
  return { ...repository, sources };
}

function openRepository(root: string): Repository {
  const paths = listFiles(root);
  const known = new Set(paths);
  const texts = new Map<string, string>();
  const read = (path: string): string | undefined => {
    if (!known.has(path)) return undefined;
    const text = texts.get(path) ?? readFileSync(join(root, path), 'utf8');
    texts.set(path, text);
    return text;
  };
  const manifests = new Map(
    paths
      .filter((path) => posix.basename(path) === 'package.json' && !isFixture(path))
      .map((path) => parseManifest(path, read(path) ?? ''))
      .map((manifest) => [manifest.folder, manifest]),
  );
  return { root, paths, manifests, read };
}

/** Recorded input for tests: not code of ours, whatever it ends in. */
function isFixture(path: string): boolean {
  return path.includes('__fixtures__/');
}

function isSource(path: string): boolean {
  return sourceName.test(path) && !isFixture(path);
}

export function parseSource(path: string, text: string): ParsedFile {
  const parsed = parseSync(path, text, { preserveParens: false, sourceType: 'module' });
  const syntax = indexSyntax(parsed.program);
  return {
    path,
    text,
    kind: testName.test(path) ? 'test' : 'source',
    syntax,
    comments: parsed.comments,
    imports: collectImports(syntax),
    parseErrors: parsed.errors.map(({ message, labels }) => ({ message, offset: labels[0]?.start ?? 0 })),
    lineAt: createLineFinder(text),
  };
}

/** Offsets to line numbers, by bisection over the starts of lines. */
export function createLineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

function parseManifest(path: string, text: string): Manifest {
  const json = objectOf(JSON.parse(text));
  const folder = posix.dirname(path);
  const runtime = ['dependencies', 'peerDependencies', 'optionalDependencies'];
  return {
    folder: folder === '.' ? '' : folder,
    scripts: objectOf(json.scripts) as Record<string, string>,
    exports: Object.keys(objectOf(json.exports)),
    dependencies: new Set(runtime.flatMap((field) => Object.keys(objectOf(json[field])))),
    devDependencies: new Set(Object.keys(objectOf(json.devDependencies))),
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The package.json that a file answers to: the nearest one above it. */
export function manifestOf(repository: Repository, path: string): Manifest | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const manifest = repository.manifests.get(folder === '.' ? '' : folder);
    if (manifest !== undefined || folder === '.') return manifest;
  }
}
