import { expect, it } from 'vitest';
import { matchPath, matchPaths } from './wire-path.ts';

it.each([
  ['/chat/completions', '/v1/chat/completions', {}],
  ['/chat/completions', '/chat/completions', {}],
  ['/chat/completions', '/v1/xchat/completions', undefined],
  ['/chat/completions', '/v1/chat/completions/x', undefined],
  ['/models/{model}:generateContent', '/v1beta/models/gemini-2.5:generateContent', { model: 'gemini-2.5' }],
  ['/models/{model}:generateContent', '/models/a:b:generateContent', { model: 'a:b' }],
  ['/models/{model}:generateContent', '/v1/models/a:b/c:generateContent', { model: 'a:b/c' }],
  ['/models/{model}:generateContent', '/models/a/b/c/d/e:generateContent', undefined],
  ['/models/{model}:generateContent', '/models//b:generateContent', undefined],
  ['/models/{model}:generateContent', '/v1beta/models/m.x:streamGenerateContent', undefined],
  ['/model/{model}/converse', '/model/us.claude-v1%3A0/converse', { model: 'us.claude-v1:0' }],
  ['/model/{model}/converse', '/model/arn%3Aaws%2Fprofile/converse', { model: 'arn:aws/profile' }],
  ['/model/{model}/converse', '/model/%zz/converse', { model: '%zz' }],
])('%s reads %s', (template, path, found) => {
  expect(matchPath(template, path)).toEqual(found);
});

it('takes the first template that fits', () => {
  expect(matchPaths(['/a/{b}', '/{c}'], '/x/y')).toEqual({ c: 'y' });
  expect(matchPaths(['/a'], '/x')).toBeUndefined();
});

it('does not take long over a hostile path', () => {
  for (const hostile of ['a:', 'models/', 'models/a:/', '/']) {
    const path = `/models/${hostile.repeat(50_000)}`;
    expect(matchPath('/models/{model}:generateContent', path)).toBeUndefined();
  }
});
