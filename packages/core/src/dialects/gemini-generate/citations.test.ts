import { describe, expect, it } from 'vitest';
import { type ChatMessage, type Citation, fold, type Part, unfold } from '../../message/index.ts';
import { type BoundDialect, eventsOf, framesOf, inPieces, replyOf } from '../__fixtures__/bound-dialect.ts';
import { plainRequest } from '../__fixtures__/request-fields.ts';
import { dialects } from '../index.ts';
import { geminiGenerate } from './index.ts';

const gemini = geminiGenerate as unknown as BoundDialect;
const chat = dialects['openai-chat'] as unknown as BoundDialect;

const sentence = 'Ja, größer. 🚢 Das Schiff lief 1869 vom Stapel.';
const words = 'Das Schiff lief 1869 vom Stapel.';
const page = { web: { uri: 'https://a.example/ship', title: 'Ships' } };
const bytesOf = (text: string): number => Buffer.byteLength(text);
const segment = { startIndex: bytesOf(sentence) - bytesOf(words), endIndex: bytesOf(sentence), text: words };

const answerOf = (texts: readonly string[], place: object) => ({
  candidates: [
    {
      content: { parts: texts.map((text) => ({ text })), role: 'model' },
      finishReason: 'STOP',
      index: 0,
      groundingMetadata: {
        groundingChunks: [page],
        groundingSupports: [{ segment: place, groundingChunkIndices: [0] }],
      },
    },
  ],
});
const read = (answer: object): ChatMessage => fold(geminiGenerate.outbound.parseResponse(replyOf(answer)));
const readStream = (answer: object): ChatMessage =>
  fold(eventsOf(gemini, [{ data: JSON.stringify(answer) }]));
const citationsOf = (parts: readonly Part[]): readonly Citation[] =>
  parts.flatMap((part) => (part.type === 'text' ? (part.citations ?? []) : []));

/** Characters, of which the ship is one. */
const start = Array.from(sentence).length - Array.from(words).length;
const place = { start, end: start + words.length, citedText: words };

describe('places of grounding', () => {
  it.each([
    ['of a whole answer', read],
    ['of a stream', readStream],
  ])('become characters: %s', (_which, parse) => {
    const { parts } = parse(answerOf([sentence], segment));
    expect(citationsOf(parts)).toMatchObject([{ url: page.web.uri, ...place }]);
    expect(Array.from(sentence).slice(place.start, place.end).join('')).toBe(words);
  });

  it('count from the beginning of all text, or of their part', () => {
    const first = 'Ahoi, Käpt’n! ';
    const from = bytesOf(first);
    const whole = { ...segment, startIndex: segment.startIndex + from, endIndex: segment.endIndex + from };
    for (const given of [whole, { ...segment, partIndex: 1 }])
      expect(citationsOf(read(answerOf([first, sentence], given)).parts)).toMatchObject([place]);
  });

  it('that do not point at their words are left out', () => {
    for (const wrong of [{ ...segment, endIndex: 3 }, { ...segment, startIndex: 9_999 }, { text: words }]) {
      const [citation] = citationsOf(read(answerOf([sentence], wrong)).parts);
      expect(citation?.citedText).toBe(words);
      expect(citation?.start).toBeUndefined();
    }
  });

  it('are the places of other formats, both ways', () => {
    const told = chat.inbound.renderResponse(read(answerOf([sentence], segment)), plainRequest).value;
    const { choices } = told as { choices: { message: { annotations: object[] } }[] };
    expect(choices[0]?.message.annotations).toMatchObject([
      { url_citation: { url: page.web.uri, start_index: place.start, end_index: place.end } },
    ]);
    const message = fold(chat.outbound.parseResponse(replyOf(told)));
    const { value, losses } = gemini.inbound.renderResponse(message, plainRequest);
    expect(value).toMatchObject({
      candidates: [{ groundingMetadata: { groundingChunks: [page], groundingSupports: [{ segment }] } }],
    });
    expect(losses.filter(({ field }) => field.includes('citations'))).toEqual([]);
    const { frames } = framesOf(gemini, inPieces(unfold(message)), plainRequest);
    expect(JSON.stringify(frames.at(-1))).toContain(JSON.stringify(JSON.stringify(segment)).slice(2, -2));
    expect(citationsOf(fold(eventsOf(gemini, frames)).parts)).toMatchObject([place]);
  });

  it('outside the text are reported', () => {
    const citation: Citation = { kind: 'url', url: 'https://a', start: 3, end: 99 };
    const message: ChatMessage = {
      dialect: 'other',
      facts: {},
      parts: [{ type: 'text', text: 'Short.', citations: [citation] }],
      stop: { unified: 'stop' },
    };
    const { losses } = gemini.inbound.renderResponse(message, plainRequest);
    expect(losses).toContainEqual(
      expect.objectContaining({ field: 'message.citations', action: 'emulated' }),
    );
  });
});
