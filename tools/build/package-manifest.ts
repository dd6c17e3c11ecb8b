// What a package.json says in the repository, where packages run from source, turned into what it says when
// published, where they run from `dist`. Touching files does not belong here.

export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

interface PublishedEntry {
  readonly types: string;
  readonly default: string;
}

export interface PublishedManifest extends Omit<PackageManifest, 'exports'> {
  readonly exports: Readonly<Record<string, string | PublishedEntry>>;
  readonly files: readonly string[];
}

function inDist(source: string, extension: '.js' | '.d.ts'): string {
  return source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, extension);
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** `"./src/index.ts"` becomes `{ "types": "./dist/index.d.ts", "default": "./dist/index.js" }`. */
export function renderPublishedManifest(manifest: PackageManifest): PublishedManifest {
  const entries = mapValues(manifest.exports, (source) => ({
    types: inDist(source, '.d.ts'),
    default: inDist(source, '.js'),
  }));
  const bin = manifest.bin && mapValues(manifest.bin, (source) => inDist(source, '.js'));
  return {
    ...manifest,
    ...(bin && { bin }),
    exports: { ...entries, './package.json': './package.json' },
    files: ['dist'],
  };
}
