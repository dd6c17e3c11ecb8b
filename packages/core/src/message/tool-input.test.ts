import { describe, expect, it } from 'vitest';
import type { Loss } from './loss.ts';
import { restOfInput, toolInput } from './tool-input.ts';

function inputOf(text: string, custom?: boolean) {
  const losses: Loss[] = [];
  const part = { type: 'tool-call', id: 'a', name: 'f', arguments: text, ...(custom && { custom }) } as const;
  return { input: toolInput(part, 'parts[0]', losses), losses };
}

function restOf(text: string, custom: boolean) {
  const losses: Loss[] = [];
  return { rest: restOfInput({ custom, text }, 'parts[0]', losses), losses };
}

describe('arguments as an object', () => {
  it('are what the text says, and empty without one', () => {
    expect(inputOf('{"a":1}')).toEqual({ input: { a: 1 }, losses: [] });
    expect(inputOf('')).toEqual({ input: {}, losses: [] });
  });

  it('hold free text, which is a loss', () => {
    expect(inputOf('ls -l', true)).toMatchObject({
      input: { input: 'ls -l' },
      losses: [{ field: 'parts[0]' }],
    });
  });

  it('are repaired where that gives an object, and shown as they are otherwise', () => {
    expect(inputOf('{"a":1,}')).toMatchObject({ input: { a: 1 }, losses: [{ field: 'parts[0].arguments' }] });
    expect(inputOf('no')).toMatchObject({ input: { INVALID_JSON: 'no' }, losses: [{ action: 'emulated' }] });
  });
});

describe('the end of streamed arguments', () => {
  it('leaves nothing to tell of JSON', () => {
    expect(restOf('{"a":1}', false)).toEqual({ rest: undefined, losses: [] });
    expect(restOf('', false)).toEqual({ rest: undefined, losses: [] });
  });

  it('is where free text is told', () => {
    expect(restOf('ls', true)).toMatchObject({ rest: '{"input":"ls"}', losses: [{ field: 'parts[0]' }] });
  });

  it('says that pieces were no JSON', () => {
    expect(restOf('{"a', false)).toMatchObject({
      rest: undefined,
      losses: [{ field: 'parts[0].arguments' }],
    });
  });
});
