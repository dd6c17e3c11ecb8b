// How each kind of medium is described, wherever in a request it stands.
import type { MediaSource, Part } from '@keelson/core';
import { expect, test } from 'vitest';
import { renderMedia } from './list-media.ts';

const request = (...parts: Part[]) => ({ model: 'm', turns: [{ role: 'user', parts }] }) as const;

test.each<[MediaSource, string]>([
  [{ kind: 'base64', data: 'aGVsbG8=', mediaType: 'image/png' }, 'image image/png 5 bytes'],
  [{ kind: 'base64', data: 'aGVs\nbG8=' }, 'image of unknown type 5 bytes'],
  [{ kind: 'text', text: 'é' }, 'image text/plain 2 bytes'],
  [{ kind: 'url', url: 'https://example.com/a' }, 'image url https://example.com/a'],
  [{ kind: 'file', fileId: 'file_1' }, 'image file file_1'],
  [{ kind: 'reference', id: 'audio_1' }, 'image reference audio_1'],
])('%j', (source, told) => {
  expect(renderMedia(request({ type: 'image', source }))).toBe(`I saw 1 media: ${told}.`);
});

test('media in tool results and in documents are seen as well', () => {
  const image: Part = { type: 'image', source: { kind: 'url', url: 'u' } };
  const result: Part = { type: 'tool-result', callId: 'c', parts: [{ type: 'text', text: 'x' }, image] };
  const document: Part = { type: 'document', source: { kind: 'parts', parts: [image] } };
  expect(renderMedia(request(result, document))).toBe(
    'I saw 3 media: image url u; document of 1 parts; image url u.',
  );
});
