/** What another format's request becomes here, where it is not the same by another name. */
import { describe, expect, it } from 'vitest';
import type { ChatRequest, Part, Turn } from '../../message/index.ts';
import { geminiGenerate } from './index.ts';

const words: Part = { type: 'text', text: 'Hello' };
const plain: ChatRequest = { model: 'gemini-x', turns: [{ role: 'user', parts: [words] }] };
const render = (request: Partial<ChatRequest>, quirks = {}) => {
  const all = { ...geminiGenerate.quirks, ...quirks };
  const { value, losses } = geminiGenerate.outbound.renderRequest({ ...plain, ...request }, all);
  const told = losses.map(({ field, action }) => `${action} ${field}`);
  return { ...value, body: value.body as { contents: { parts: { thoughtSignature?: string }[] }[] }, told };
};

const history: readonly Turn[] = [
  { role: 'user', parts: [words] },
  {
    role: 'assistant',
    parts: [
      { type: 'tool-call', id: 'a', name: 'weather', arguments: '{"city":"Kiel"}' },
      { type: 'tool-call', id: 'b', name: 'tide', arguments: '{}' },
    ],
  },
  { role: 'tool', parts: [{ type: 'tool-result', callId: 'a', parts: [words] }] },
  { role: 'tool', parts: [{ type: 'tool-result', callId: 'b', parts: [words], isError: true }] },
];

describe('a request rendered as generateContent', () => {
  it.each([
    [{}, '/models/gemini-x:generateContent', {}],
    [{ stream: true }, '/models/gemini-x:streamGenerateContent', { alt: 'sse' }],
    [{ purpose: 'count-tokens' }, '/models/gemini-x:countTokens', {}],
  ] as const)('says in the path what %j asks for', (fields, path, query) => {
    expect(render(fields)).toMatchObject({ path, query });
  });

  it('gives the results of a round back together, each with the name of its function', () => {
    const { body, told } = render({ turns: history });
    expect(body.contents[2]).toEqual({
      role: 'user',
      parts: [
        { functionResponse: { id: 'a', name: 'weather', response: { output: 'Hello' } } },
        { functionResponse: { id: 'b', name: 'tide', response: { error: 'Hello' } } },
      ],
    });
    expect(told).toEqual([]);
  });

  it('signs the first call of a turn where the model demands it', () => {
    const { body, told } = render(
      { turns: history },
      { missingSignature: 'skip_thought_signature_validator' },
    );
    const [first, second] = body.contents[1]?.parts ?? [];
    expect(first?.thoughtSignature).toBe('skip_thought_signature_validator');
    expect(second?.thoughtSignature).toBeUndefined();
    expect(told).toEqual(['emulated turns[1].parts[0].opaque']);
  });

  it.each([
    [{ effort: 'low' }, {}, { thinkingLevel: 'LOW' }, []],
    [{ effort: 'max' }, {}, { thinkingLevel: 'HIGH' }, ['clamped reasoning.effort']],
    [{ effort: 'low' }, { effort: 'budget' }, { thinkingBudget: 1024 }, ['emulated reasoning.effort']],
    [{ effort: 'none' }, {}, { thinkingBudget: 0 }, ['emulated reasoning.effort']],
    [{ budgetTokens: 700 }, {}, { thinkingBudget: 700 }, []],
    [{ mode: 'adaptive', display: 'omitted' }, {}, { thinkingBudget: -1, includeThoughts: false }, []],
  ])('asks for %j of thinking with quirks %j', (reasoning, quirks, thinkingConfig, losses) => {
    const { body, told } = render({ reasoning }, quirks);
    expect(body).toMatchObject({ generationConfig: { thinkingConfig } });
    expect(told).toEqual(losses);
  });

  it.each([
    [{ type: 'required' }, { mode: 'ANY' }],
    [
      { type: 'tool', name: 'tide' },
      { mode: 'ANY', allowedFunctionNames: ['tide'] },
    ],
    [
      { type: 'allowed', mode: 'auto', tools: [{ type: 'function', name: 'tide' }] },
      { mode: 'VALIDATED', allowedFunctionNames: ['tide'] },
    ],
  ] as const)('chooses tools by %j', (toolChoice, functionCallingConfig) => {
    expect(render({ toolChoice }).body).toMatchObject({ toolConfig: { functionCallingConfig } });
  });
});

describe('a request that spells names the other way', () => {
  it('means the same, and comes back as it was', () => {
    const body = {
      system_instruction: { parts: { text: 'Be brief.' } },
      contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'AA==' } }] }],
      generation_config: { max_output_tokens: 5, thinking_config: { thinking_budget: 0 } },
      tools: [{ function_declarations: [{ name: 'f', parameters: { type: 'OBJECT' } }] }],
    };
    const path = '/v1beta/models/m:generateContent';
    const request = geminiGenerate.inbound.parseRequest({
      method: 'POST',
      path,
      query: {},
      headers: {},
      body,
    });
    expect(request).toMatchObject({
      model: 'm',
      system: [{ text: 'Be brief.' }],
      turns: [{ parts: [{ type: 'image', source: { mediaType: 'image/png' } }] }],
      maxOutputTokens: 5,
      reasoning: { mode: 'disabled' },
      tools: [{ name: 'f', parameters: { type: 'object' } }],
    });
    expect(geminiGenerate.outbound.renderRequest(request, geminiGenerate.quirks)).toMatchObject({
      value: { body },
      losses: [],
    });
  });
});
