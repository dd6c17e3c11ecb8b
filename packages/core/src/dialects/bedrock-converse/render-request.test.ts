/** What requests of other formats become here: the places where the format has no word of its own. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json/index.ts';
import type { ChatRequest, Loss, Part } from '../../message/index.ts';
import { type BedrockConverseQuirks, bedrockConverse } from './index.ts';

const hello = { type: 'text', text: 'Hello' } as const;
const user = { role: 'user', parts: [hello] } as const;
const tool = { type: 'function', name: 'f', parameters: { type: 'object' } } as const;
const call = { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}' } as const;
const result = { type: 'tool-result', callId: 'a', parts: [{ type: 'text', text: 'one' }] } as const;

function render(request: Partial<ChatRequest>, quirks: Partial<BedrockConverseQuirks> = {}) {
  const whole = { model: 'vendor.model:0', turns: [user], ...request };
  const all = { ...bedrockConverse.quirks, ...quirks };
  const { value, losses } = bedrockConverse.outbound.renderRequest(whole, all);
  return { path: value.path, body: value.body as JsonObject, losses };
}

const told = (losses: readonly Loss[]): string[] => losses.map(({ action, field }) => `${action} ${field}`);
const sent = (...parts: Part[]) => render({ turns: [{ role: 'user', parts }] });
const blocks = (body: JsonObject) =>
  (body.messages as readonly JsonObject[]).flatMap(({ content }) => content);
const pdf = { kind: 'base64', data: 'JVBERi0=', mediaType: 'application/pdf' } as const;

describe('a request in the Converse format', () => {
  it('names model and way in the path', () => {
    expect(render({}).path).toBe('/model/vendor.model%3A0/converse');
    expect(render({ stream: true }).path).toBe('/model/vendor.model%3A0/converse-stream');
  });

  it('puts results and the words after them into one message', () => {
    const turns = [
      user,
      { role: 'assistant', parts: [call] },
      { role: 'tool', parts: [result] },
      user,
    ] as const;
    const { body, losses } = render({ turns, tools: [tool] });
    expect(body.messages).toEqual([
      { role: 'user', content: [{ text: 'Hello' }] },
      { role: 'assistant', content: [{ toolUse: { toolUseId: 'a', name: 'f', input: { x: 1 } } }] },
      {
        role: 'user',
        content: [{ toolResult: { toolUseId: 'a', content: [{ text: 'one' }] } }, { text: 'Hello' }],
      },
    ]);
    expect(losses).toEqual([]);
  });

  it('offers the tools that were called when the request has none', () => {
    const { body, losses } = render({ turns: [user, { role: 'assistant', parts: [call] }] });
    expect(body.toolConfig).toEqual({
      tools: [{ toolSpec: { name: 'f', inputSchema: { json: { type: 'object', properties: {} } } } }],
    });
    expect(told(losses)).toEqual(['emulated tools']);
  });

  it('leaves out the tools when none may be called', () => {
    const { body, losses } = render({ tools: [tool], toolChoice: { type: 'none' } });
    expect(body).not.toHaveProperty('toolConfig');
    expect(told(losses)).toEqual(['emulated toolChoice', 'dropped tools']);
  });

  it('writes cache marks behind what they mark', () => {
    const { body } = sent({ ...hello, cache: { ttl: '1h' } }, hello);
    expect(blocks(body)).toEqual([
      { text: 'Hello' },
      { cachePoint: { type: 'default', ttl: '1h' } },
      { text: 'Hello' },
    ]);
  });

  it('cannot fetch what is only an address', () => {
    const image = { type: 'image', source: { kind: 'url', url: 'https://example.com/a.png' } } as const;
    const { body, losses } = sent(hello, image);
    expect(blocks(body)).toEqual([{ text: 'Hello' }]);
    expect(told(losses)).toEqual(['dropped turns[0].parts[1]']);
  });

  it('names documents in the characters that it may, each differently, and reads the names back', () => {
    const document = { type: 'document', source: pdf, title: 'a.pdf' } as const;
    const { body, losses } = sent(hello, document, document, { type: 'document', source: pdf });
    const [, ...documents] = blocks(body) as unknown as { document: { name: string } }[];
    const names = documents.map((block) => block.document.name);
    expect(names).toEqual(['a[u002e]pdf', 'a[u002e]pdf [copy 2]', 'Document 3']);
    expect(losses.map(({ action }) => action)).toEqual(['renamed', 'renamed', 'emulated']);
    const path = '/model/m/converse';
    const parsed = bedrockConverse.inbound.parseRequest({
      method: 'POST',
      path,
      query: {},
      headers: {},
      body,
    });
    expect(parsed.turns[0]?.parts).toMatchObject([
      { text: 'Hello' },
      { title: 'a.pdf' },
      { title: 'a.pdf' },
      { title: 'Document 3' },
    ]);
  });

  it('puts text beside documents that come without, behind results', () => {
    const document = { type: 'document', source: pdf, title: 'a' } as const;
    const { body, losses } = sent(document);
    expect(blocks(body)).toMatchObject([{ text: 'See the attached document.' }, { document: { name: 'a' } }]);
    expect(told(losses)).toEqual(['emulated turns[0].parts']);
    expect(told(sent(hello, document).losses)).toEqual([]);
    const result = { type: 'tool-result', callId: 'c', parts: [{ type: 'text', text: 'x' }] } as const;
    const joined = render({
      turns: [
        { role: 'user', parts: [hello] },
        { role: 'assistant', parts: [{ type: 'tool-call', id: 'c', name: 'f', arguments: '{}' }] },
        { role: 'tool', parts: [result] },
        { role: 'user', parts: [document] },
      ],
    });
    const { messages } = joined.body as { messages: { content: object[] }[] };
    expect(messages.at(-1)?.content.map((block) => Object.keys(block)[0])).toEqual([
      'toolResult',
      'text',
      'document',
    ]);
  });

  it('leaves documents of its own callers as they are', () => {
    const body = {
      messages: [
        { role: 'user', content: [{ document: { format: 'pdf', name: 'a', source: { bytes: 'AA==' } } }] },
      ],
    };
    const call = { method: 'POST', path: '/model/m/converse', query: {}, headers: {}, body } as const;
    const request = bedrockConverse.inbound.parseRequest(call);
    expect(bedrockConverse.outbound.renderRequest(request, bedrockConverse.quirks).value.body).toEqual(body);
  });

  it('puts what the format does not name among the fields of the model', () => {
    const request = { sampling: { topK: 5 }, reasoning: { budgetTokens: 2000 }, maxOutputTokens: 1000 };
    const claude = render(request);
    expect(claude.body.additionalModelRequestFields).toEqual({
      top_k: 5,
      thinking: { type: 'enabled', budget_tokens: 2000 },
    });
    expect(told(claude.losses)).toEqual(['emulated maxOutputTokens']);
    const nova = render(request, { topK: 'inferenceConfig', thinking: false });
    expect(nova.body.additionalModelRequestFields).toEqual({ inferenceConfig: { topK: 5 } });
    expect(told(nova.losses)).toEqual(['dropped reasoning.budgetTokens']);
  });

  it('sends a schema as text', () => {
    const { body } = render({
      outputFormat: { type: 'json-schema', name: 'out', schema: { type: 'object' } },
    });
    expect(body.outputConfig).toEqual({
      textFormat: {
        type: 'json_schema',
        structure: { jsonSchema: { schema: '{"type":"object"}', name: 'out' } },
      },
    });
  });

  it('sends only reasoning that the service signed', () => {
    const signed = {
      type: 'reasoning',
      text: 'Hm.',
      opaque: { dialect: 'bedrock-converse', value: 's' },
    } as const;
    const foreign = { type: 'reasoning', text: 'Hm.', opaque: { dialect: 'elsewhere', value: 's' } } as const;
    const { body, losses } = render({ turns: [user, { role: 'assistant', parts: [signed, foreign] }] });
    expect(blocks(body).slice(1)).toEqual([
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } },
    ]);
    expect(told(losses)).toEqual(['dropped turns[1].parts[1]']);
  });
});
