import { describe, expect, it } from 'vitest';
import type { BoundDialect } from '../__fixtures__/bound-dialect.ts';
import { bare } from '../__fixtures__/meaning.ts';
import { foldFixture } from '../__fixtures__/read-fixture.ts';
import { ollamaGenerate } from './index.ts';

const folder = new URL('./__fixtures__/', import.meta.url);
const dialect: BoundDialect = ollamaGenerate;
const read = (name: string) => foldFixture(dialect, folder, `${name}.ndjson`);
const text = (value: string) => ({ type: 'text', text: value });
const image = { kind: 'base64', data: 'iVBORw0KGgoAAAA=', mediaType: 'image/png' };

describe('a streamed completion', () => {
  it.each<[name: string, parts: readonly object[], error: string | undefined]>([
    ['text', [text('Hello 😀')], undefined],
    ['thinking', [{ type: 'reasoning', text: 'Two and two.' }, text('4')], undefined],
    ['image', [{ type: 'image', source: image }], undefined],
    ['error-in-stream', [text('Hel')], 'provider_error'],
    ['interrupted', [text('Hel')], 'stream_interrupted'],
  ])('is understood: %s', (name, parts, error) => {
    const message = read(name);
    expect(bare(message.parts)).toEqual(parts);
    expect(message.error?.code).toBe(error);
  });

  it('keeps the state to continue from', () => {
    expect(read('text').facts.promptState).toEqual([1, 2, 3]);
  });
});

describe('a conversation sent as a prompt', () => {
  it('becomes a transcript, which is said', () => {
    const { value, losses } = ollamaGenerate.outbound.renderRequest(
      {
        model: 'm',
        system: [{ type: 'text', text: 'Be brief.' }],
        turns: [
          { role: 'user', parts: [text('Hi') as never] },
          { role: 'assistant', parts: [text('Hello.') as never] },
          { role: 'user', parts: [text('Who?') as never] },
        ],
      },
      ollamaGenerate.quirks,
    );
    expect(value.body).toEqual({
      model: 'm',
      system: 'Be brief.',
      prompt: 'User: Hi\n\nAssistant: Hello.\n\nUser: Who?\n\nAssistant:',
      stream: false,
    });
    expect(losses).toMatchObject([{ field: 'turns', action: 'emulated' }]);
  });
});
