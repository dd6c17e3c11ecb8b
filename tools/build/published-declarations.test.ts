// Which imports in declarations are mended, and which are left alone.
import { expect, test } from 'vitest';
import { renderPublishedDeclarations } from './published-declarations.ts';

test.each([
  [`export { a } from './a.ts';`, `export { a } from './a.js';`],
  [`import type { B } from "../json/b.ts";`, `import type { B } from "../json/b.js";`],
  [`const c: import('./c.ts').C;`, `const c: import('./c.js').C;`],
  [`import './side-effect.ts';`, `import './side-effect.js';`],
  [`import { d } from '@keelson/core';`, `import { d } from '@keelson/core';`],
  [`import { e } from './e.d.ts.js';`, `import { e } from './e.d.ts.js';`],
])('%s', (source, published) => {
  expect(renderPublishedDeclarations(source)).toBe(published);
});
