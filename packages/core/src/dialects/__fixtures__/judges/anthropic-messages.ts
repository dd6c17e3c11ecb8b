/** Recorded Messages of Anthropic and compatible hosts, and the official SDK as their reader. */
import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, InvokeModelWithResponseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { expect } from 'vitest';
import type { Json } from '../../../json/index.ts';
import type { Recording } from '../recorded-traffic.ts';
import { awsSettings } from './aws.ts';
import { answering, expectInput, type Judge, type Reading } from './judge.ts';

export const anthropicMessagesJudge: Judge = {
  folders: /^(anthropic|anthropic-count-tokens|bedrock-invoke|compat-messages-other)$/,
  // Bedrock takes every maker's own format by the same path.
  isOurs: ({ folder, requestBody }) =>
    folder !== 'bedrock-invoke' || /"anthropic_version":\s*"bedrock-/.test(requestBody),
  quirksOf: (folder) => (folder === 'bedrock-invoke' ? { pathStyle: 'invoke' } : {}),
  accumulate,
  expectUsage: (usage) => {
    const { cacheWrite, cacheWrite5m, cacheWrite1h } = usage.input;
    // What tools of the provider write is not split by its life (recorded 2026).
    if (cacheWrite5m !== undefined && cacheWrite1h !== undefined)
      expect(cacheWrite5m + cacheWrite1h).toBeLessThanOrEqual(cacheWrite ?? 0);
    return expectInput(usage, (raw) => [
      raw.input_tokens,
      raw.cache_read_input_tokens,
      raw.cache_creation_input_tokens,
    ]);
  },
  refusedBySdk: {
    // Its last event lacks the closing blank line; the SDK loses it, ours reads it.
    'rig__anthropic_prompt_caching_streaming_prompt_caching_reuses_tool_cache__1.json': {
      says: /without producing a Message/,
      isError: false,
    },
    // A gateway closes it with the chat format's `[DONE]`.
    'rig__anthropic_streaming_gateway_message_delta_metadata__0.json': { says: /\[DONE\]/, isError: false },
  },
  requestFields: [
    'max_tokens',
    'messages',
    'model',
    'cache_control',
    'container',
    'diagnostics',
    'inference_geo',
    'metadata',
    'output_config',
    'service_tier',
    'speed',
    'stop_sequences',
    'stream',
    'system',
    'thinking',
    'tool_choice',
    'tools',
    'user_profile_id',
    'workspace_id',
    'temperature',
    'top_p',
    'top_k',
    'output_format',
    'anthropic_version',
    'anthropic_beta',
  ],
  partFields: ['role', 'content', 'type', 'tool_use_id', 'input'],
};

async function accumulate(recording: Recording): Promise<Reading> {
  const client = new Anthropic({
    apiKey: 'none',
    baseURL: 'http://recorded.invalid',
    fetch: answering(recording.kind === 'eventstream' ? await unwrapChunks(recording) : recording),
    maxRetries: 0,
  });
  const message = await client.messages
    .stream({ model: 'recorded', max_tokens: 1, messages: [] })
    .finalMessage();
  const calls = message.content.filter(
    (block) => block.type === 'tool_use' || block.type === 'server_tool_use',
  );
  return {
    text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    toolCalls: calls.map((call) => ({ id: call.id, name: call.name, input: call.input as Json })),
    stop: message.stop_reason ?? undefined,
    outputTokens: message.usage.output_tokens,
  };
}

/** What the AWS SDK reads out of the chunks, as Anthropic itself would stream it. */
async function unwrapChunks(recording: Recording): Promise<Recording> {
  const client = new BedrockRuntimeClient(awsSettings(recording));
  const command = new InvokeModelWithResponseStreamCommand({ modelId: 'recorded', body: '{}' });
  const { body = [] } = await client.send(command);
  let text = '';
  for await (const { chunk } of body) {
    const data = new TextDecoder().decode(chunk?.bytes);
    const { type } = JSON.parse(data) as { type: string };
    text += `event: ${type}\ndata: ${data}\n\n`;
  }
  const headers = { 'content-type': 'text/event-stream' };
  return { ...recording, kind: 'sse', headers, bytes: new TextEncoder().encode(text) };
}
