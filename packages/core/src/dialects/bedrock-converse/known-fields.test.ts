/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { ConverseCommandInput, ConverseResponse, TokenUsage } from '@aws-sdk/client-bedrock-runtime';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { bedrockConverse } from './index.ts';

const stored = { s3Location: { uri: 's3://bucket/a', bucketOwner: '1' } };

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<Exclude<keyof ConverseCommandInput, 'modelId'>, unknown> = {
  messages: [
    {
      role: 'user',
      content: [
        { text: 'Hello' },
        { cachePoint: { type: 'default', ttl: '1h' } },
        { image: { format: 'png', source: { bytes: 'AA==' } } },
        { image: { format: 'jpeg', source: stored } },
        {
          document: {
            format: 'pdf',
            name: 'report',
            source: { bytes: 'AA==' },
            context: 'c',
            citations: { enabled: true },
          },
        },
        { document: { format: 'txt', name: 'a', source: { text: 'x' } } },
        { document: { name: 'b', source: { content: [{ text: 'x' }, { text: 'y' }] } } },
        { video: { format: 'mp4', source: stored } },
        { audio: { format: 'mp3', source: { bytes: 'AA==' } } },
        { guardContent: { text: { text: 'x', qualifiers: ['query'] } } },
        { searchResult: { source: 's', title: 't', content: [{ text: 'x' }] } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
        { reasoningContent: { redactedContent: 'ZW5j' } },
        { toolUse: { toolUseId: 't', name: 'f', input: { a: 1 }, type: 'server_tool_use' } },
      ],
    },
    {
      role: 'user',
      content: [
        {
          toolResult: {
            toolUseId: 't',
            content: [
              { text: 'x' },
              { json: { a: 1 } },
              { image: { format: 'png', source: { bytes: 'AA==' } } },
            ],
            status: 'error',
            type: 'x',
          },
        },
        { text: 'And?' },
      ],
    },
    { role: 'system', content: [{ text: 'Be brief.' }] },
  ],
  system: [{ text: 'Be kind.' }, { cachePoint: { type: 'default' } }],
  inferenceConfig: { maxTokens: 10, temperature: 0.5, topP: 0.9, stopSequences: ['END'] },
  toolConfig: {
    tools: [
      { toolSpec: { name: 'f', description: 'x', inputSchema: { json: { type: 'object' } }, strict: true } },
      { cachePoint: { type: 'default' } },
      { systemTool: { name: 'nova_code_interpreter' } },
    ],
    toolChoice: { tool: { name: 'f' } },
  },
  guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1', trace: 'enabled' },
  additionalModelRequestFields: { top_k: 5, thinking: { type: 'enabled', budget_tokens: 1024 }, other: 1 },
  promptVariables: { a: { text: 'b' } },
  additionalModelResponseFieldPaths: ['/stop_sequence'],
  requestMetadata: { a: 'b' },
  performanceConfig: { latency: 'optimized' },
  serviceTier: { type: 'flex' },
  outputConfig: {
    textFormat: {
      type: 'json_schema',
      structure: { jsonSchema: { schema: '{ "type": "object" }', name: 'n', description: 'd' } },
    },
    effort: 'low',
  },
};

const usage: Record<keyof TokenUsage, unknown> = {
  inputTokens: 1,
  outputTokens: 2,
  totalTokens: 10,
  cacheReadInputTokens: 3,
  cacheWriteInputTokens: 4,
  cacheDetails: [
    { ttl: '1h', inputTokens: 1 },
    { ttl: '5m', inputTokens: 3 },
  ],
};

const answer: Record<keyof ConverseResponse, unknown> = {
  output: {
    message: {
      role: 'assistant',
      content: [
        {
          citationsContent: {
            content: [{ text: 'Cats ' }, { text: 'purr.' }],
            citations: [
              {
                title: 't',
                source: 's',
                sourceContent: [{ text: 'x' }],
                location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
              },
              { title: 't', location: { web: { url: 'https://example.com', domain: 'example.com' } } },
            ],
          },
        },
        { text: 'Yes.' },
      ],
    },
  },
  stopReason: 'stop_sequence',
  usage,
  metrics: { latencyMs: 12 },
  additionalModelResponseFields: { stop_sequence: 'END' },
  trace: { promptRouter: { invokedModelId: 'm' } },
  performanceConfig: { latency: 'standard' },
  serviceTier: { type: 'default' },
};

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/model/m/converse', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const parsed = bedrockConverse.inbound.parseRequest(callOf(request));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = bedrockConverse.outbound.renderRequest(parsed, bedrockConverse.quirks);
    expect(value.body).toEqual(request);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(bedrockConverse.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = bedrockConverse.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect(value).toEqual(answer);
    expect(losses).toEqual([]);
  });
});
