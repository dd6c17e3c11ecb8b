// A package.json of the repository and what is published from it.
import { expect, test } from 'vitest';
import { renderPublishedManifest } from './package-manifest.ts';

test('sources become JavaScript and declarations, everything else stays', () => {
  const manifest = {
    name: 'keelson',
    version: '1.0.0',
    license: 'Apache-2.0',
    exports: { '.': './src/index.ts', './blocks': './src/blocks/index.ts' },
    bin: { keelson: './src/main.ts' },
    dependencies: { '@keelson/core': '1.0.0' },
  };
  expect(renderPublishedManifest(manifest)).toEqual({
    name: 'keelson',
    version: '1.0.0',
    license: 'Apache-2.0',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './blocks': { types: './dist/blocks/index.d.ts', default: './dist/blocks/index.js' },
      './package.json': './package.json',
    },
    bin: { keelson: './dist/main.js' },
    dependencies: { '@keelson/core': '1.0.0' },
    files: ['dist'],
  });
});
