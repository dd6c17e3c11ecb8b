/** What a caller's client library hands back of an answer that it was streamed. */
import { describe, expect, it } from 'vitest';
import { type Json, jsonEqual } from '../../json/index.ts';
import { type OpaqueState, sealState } from '../../message/index.ts';
import { geminiGenerate } from './index.ts';

const foreign: OpaqueState = { dialect: 'anthropic-messages', value: 'c2ln' };
const piece = (text: string) => ({ text, thought: true });
const end = (state: OpaqueState) => ({
  text: '',
  thought: true,
  thoughtSignature: sealState(state, geminiGenerate.name),
});

/** In one content, or each list in its own. */
function partsOf(...lists: Json[][]) {
  const answered = lists.map((parts) => ({ role: 'model', parts }));
  const contents = [{ role: 'user', parts: [{ text: 'Hello' }] }, ...answered];
  const path = '/v1beta/models/m:generateContent';
  const body = { contents };
  const call = { method: 'POST', path, query: {}, headers: {}, body } as const;
  const request = geminiGenerate.inbound.parseRequest(call);
  const { value } = geminiGenerate.outbound.renderRequest(request, geminiGenerate.quirks);
  return {
    parts: request.turns[1]?.parts,
    isSame: jsonEqual(value.body as Json, body),
    turns: request.turns,
  };
}

describe('a thought in pieces', () => {
  it('is whole again when another family signed it, because that takes nothing else', () => {
    const { parts } = partsOf([piece('One, '), piece('two.'), end(foreign), { text: 'Done.' }]);
    expect(parts).toMatchObject([
      { type: 'reasoning', text: 'One, two.', opaque: foreign },
      { type: 'text', text: 'Done.' },
    ]);
  });

  it('takes no more than its own pieces', () => {
    const { parts } = partsOf([piece('One.'), end(foreign), piece('Two.'), end(foreign)]);
    expect(parts?.map((part) => 'text' in part && part.text)).toEqual(['One.', 'Two.']);
  });

  it('is sent to its own family in the pieces in which it came', () => {
    const own = { dialect: geminiGenerate.name, value: 'c2ln' };
    const { parts, isSame } = partsOf([piece('One, '), piece('two.'), end(own)]);
    expect(parts).toMatchObject([{ type: 'reasoning', text: 'One, two.', opaque: own }]);
    expect(isSame).toBe(true);
  });

  it('is no thought that was hidden', () => {
    const hidden = { thought: true, thoughtSignature: sealState(foreign, geminiGenerate.name) };
    expect(partsOf([piece('One.'), hidden]).parts).toMatchObject([
      { text: 'One.' },
      { redacted: true, opaque: foreign },
    ]);
  });

  it('is whole again when each piece comes in a content of its own, as the official chat session sends them', () => {
    const call = { functionCall: { id: 'a', name: 'f', args: {} } };
    const { parts, turns } = partsOf(
      [piece('One, ')],
      [piece('two.'), end(foreign)],
      [{ text: 'Do' }],
      [{ text: 'ne.' }, call],
    );
    expect(turns).toHaveLength(2);
    expect(parts).toMatchObject([
      { type: 'reasoning', text: 'One, two.', opaque: foreign },
      { type: 'text', text: 'Done.' },
      { type: 'tool-call', name: 'f' },
    ]);
  });

  it('is sent to its own family in the contents in which it came', () => {
    const own = { dialect: geminiGenerate.name, value: 'c2ln' };
    const { turns, isSame } = partsOf([piece('One, ')], [], [piece('two.'), end(own)], [{ text: 'Done.' }]);
    expect(turns).toHaveLength(2);
    expect(isSame).toBe(true);
  });
});
