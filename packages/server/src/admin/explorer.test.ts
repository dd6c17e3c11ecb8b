// The explorer's page: it needs no key, holds nothing from elsewhere, and only its own script and style may run in it.
import { createHash } from 'node:crypto';
import { compileFunction } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiKit, openApiKit } from './__fixtures__/index.ts';

let kit: ApiKit;
beforeAll(async () => {
  kit = await openApiKit();
});
afterAll(() => kit.close());

test('everybody may read it, and nothing else than what stands in it runs there', async () => {
  const answer = await kit.app.inject('/api/explorer');
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toContain('text/html');
  const [, script = ''] = /<script>([\s\S]*)<\/script>/.exec(answer.body) ?? [];
  const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(answer.body) ?? [];
  const policy = String(answer.headers['content-security-policy']);
  for (const text of [script, style]) {
    expect(policy).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  expect(policy).toContain("default-src 'none'");
  expect(answer.body).not.toMatch(/(src|href)="(https?:)?\/\//);
  expect(script).not.toMatch(/innerHTML|eval|localStorage/);
  // A mistake in it would show nowhere else.
  expect(() => compileFunction(script)).not.toThrow();
});
