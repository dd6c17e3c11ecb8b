/** What an answer carries besides its content is told or reported by every format, whole or streamed, early or late. */
import { describe, expect, it } from 'vitest';
import { type AnswerFacts, type ChatEvent, type ChatMessage, type Loss, unfold } from '../message/index.ts';
import { allDialects, type BoundDialect, framesOf, renderRequest } from './__fixtures__/bound-dialect.ts';
import { plainRequest } from './__fixtures__/request-fields.ts';

const opaque = { dialect: 'gemini-generate', value: 'c2ln' };
const image = {
  type: 'image',
  source: { kind: 'base64', data: 'AA==', mediaType: 'image/png' },
  opaque,
} as const;
const answer: ChatMessage = {
  dialect: 'gemini-generate',
  facts: { id: 'r', model: 'm' },
  parts: [{ type: 'text', text: 'Hello', opaque }, image],
  stop: { unified: 'stop', raw: 'STOP' },
  details: { groundingMetadata: { webSearchQueries: ['q'] }, avgLogprobs: -0.5 },
};
const extras = [
  'message.parts[0].opaque',
  'message.parts[1].opaque',
  'message.details.groundingMetadata',
  'message.details.avgLogprobs',
];

const fieldsOf = (losses: readonly Loss[]): string[] => losses.map(({ field }) => field);
const others = allDialects.filter(({ name }) => name !== 'gemini-generate');

describe.each(others)('$name', (dialect) => {
  it('reports state on text and media, and details of an answer', () => {
    const whole = dialect.inbound.renderResponse(answer, plainRequest).losses;
    expect(fieldsOf(whole)).toEqual(expect.arrayContaining(extras));
    const { losses } = framesOf(dialect, unfold(answer), plainRequest);
    expect(fieldsOf(losses)).toEqual(expect.arrayContaining(extras));
  });

  it('names the alternative that they belong to', () => {
    const { losses } = dialect.inbound.renderResponse({ ...answer, alternatives: [answer] }, plainRequest);
    expect(fieldsOf(losses)).toEqual(
      expect.arrayContaining(['alternatives[0].parts[0].opaque', 'alternatives[0].details.avgLogprobs']),
    );
  });

  it('reports state of earlier turns, those inside results too', () => {
    const { losses } = renderRequest(dialect, {
      ...plainRequest,
      turns: [
        { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
        {
          role: 'assistant',
          parts: [
            { type: 'text', text: 'Hello', opaque },
            { type: 'tool-call', id: 'c1', name: 'f', arguments: '{}' },
          ],
        },
        { role: 'tool', parts: [{ type: 'tool-result', callId: 'c1', name: 'f', parts: [image] }] },
      ],
    });
    expect(fieldsOf(losses)).toEqual(
      expect.arrayContaining(['turns[1].parts[0].opaque', 'turns[2].parts[0].parts[0].opaque']),
    );
  });
});

it('Gemini says all of it again', () => {
  const gemini = allDialects.find(({ name }) => name === 'gemini-generate') as BoundDialect;
  expect(gemini.inbound.renderResponse(answer, plainRequest).losses).toEqual([]);
  expect(framesOf(gemini, unfold(answer), plainRequest).losses).toEqual([]);
});

/** Every fact, so that one that the model gains is tried as well. */
const facts: Required<AnswerFacts> = {
  id: 'r',
  model: 'm',
  createdAt: 1_790_000_000,
  systemFingerprint: 'fp',
  tier: 'priority',
  tags: { a: 'b' },
  moderation: {},
  container: {},
  contextManagement: {},
  diagnostics: {},
  promptState: [1],
  progress: { completed: 1 },
  latency: 'optimized',
  modelFields: {},
  trace: {},
  completedAt: 1_790_000_001,
  toolUsage: {},
  echo: {},
  promptFeedback: {},
  modelStatus: {},
};

describe.each(allDialects)('$name', (dialect) => {
  const unsaid = (early: AnswerFacts, late: AnswerFacts): string[] => {
    const events: ChatEvent[] = [
      { type: 'message-start', dialect: 'other', facts: early },
      { type: 'text-start', index: 0 },
      { type: 'text-delta', index: 0, text: 'Hello' },
      { type: 'text-end', index: 0 },
      { type: 'message-end', stop: { unified: 'stop' }, facts: late },
    ];
    const { losses } = framesOf(dialect, events, plainRequest);
    return fieldsOf(losses.filter(({ field, action }) => action === 'dropped' && field.startsWith('facts.')));
  };

  it('reports facts that it cannot say once, whether they come early or late', () => {
    const whole = dialect.inbound.renderResponse({ ...answer, dialect: 'other', facts }, plainRequest).losses;
    const expected = fieldsOf(whole).filter((field) => field.startsWith('facts.'));
    expect(expected.length).toBeGreaterThan(5);
    expect(unsaid(facts, {}).toSorted()).toEqual(expected.toSorted());
    expect(unsaid({}, facts).toSorted()).toEqual(expected.toSorted());
  });
});
