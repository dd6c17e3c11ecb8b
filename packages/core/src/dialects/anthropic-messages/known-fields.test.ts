/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { Message, MessageCreateParamsBase, Usage } from '@anthropic-ai/sdk/resources/messages/messages';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { dialects } from '../index.ts';
import { anthropicMessages } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof MessageCreateParamsBase, unknown> = {
  max_tokens: 10_000,
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Hello', cache_control: { type: 'ephemeral', ttl: '1h' } },
        {
          type: 'image',
          source: { type: 'base64', media_type: 'image/png', data: 'AA==' },
          transformations: { resize: { width: 100 } },
        },
        { type: 'tool_result', tool_use_id: 'toolu_0', content: 'done', toolset_name: 'browser' },
        { type: 'image', source: { type: 'url', url: 'https://a/b.png' } },
        { type: 'image', source: { type: 'file', file_id: 'file_1' } },
        {
          type: 'document',
          source: { type: 'text', media_type: 'text/plain', data: 'x' },
          title: 't',
          context: 'c',
          citations: { enabled: true },
        },
        { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'x' }] } },
        { type: 'document', source: { type: 'content', content: 'x' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'ZW5j' },
        { type: 'tool_use', id: 't', name: 'f', input: { a: 1 }, caller: { type: 'direct' } },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 't', content: [{ type: 'text', text: 'x' }], is_error: true },
        { type: 'text', text: 'And?' },
      ],
    },
    { role: 'system', content: 'Be brief.' },
  ],
  model: 'm',
  cache_control: { type: 'ephemeral', ttl: '5m' },
  container: 'container_1',
  diagnostics: { previous_message_id: 'msg_0' },
  inference_geo: 'eu',
  metadata: { user_id: 'u' },
  output_config: { effort: 'low', format: { type: 'json_schema', schema: {} }, task_budget: { total: 1 } },
  service_tier: 'auto',
  speed: 'fast',
  stop_sequences: ['END'],
  stream: true,
  system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
  thinking: { type: 'enabled', budget_tokens: 1024, display: 'summarized' },
  tool_choice: { type: 'tool', name: 'f', disable_parallel_tool_use: true },
  tools: [
    {
      type: 'custom',
      name: 'f',
      description: 'x',
      input_schema: { type: 'object' },
      strict: true,
      input_examples: [{}],
      defer_loading: false,
      eager_input_streaming: true,
      allowed_callers: ['direct'],
      cache_control: { type: 'ephemeral' },
    },
    { type: 'web_search_20250305', name: 'web_search', max_uses: 2 },
  ],
  user_profile_id: 'p',
  workspace_id: 'w',
};

const usage: Record<keyof Usage, unknown> = {
  cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 2 },
  cache_creation_input_tokens: 3,
  cache_read_input_tokens: 4,
  inference_geo: 'eu',
  input_tokens: 5,
  output_tokens: 6,
  output_tokens_details: { thinking_tokens: 2 },
  server_tool_use: { web_search_requests: 1, web_fetch_requests: 0 },
  service_tier: 'standard',
  speed: 'fast',
};

const answer: Record<keyof Message, unknown> = {
  id: 'msg_1',
  container: { id: 'container_1', expires_at: 'x' },
  content: [
    {
      type: 'text',
      text: 'Hello',
      citations: [
        {
          type: 'page_location',
          cited_text: 'x',
          document_index: 0,
          document_title: 't',
          start_page_number: 1,
          end_page_number: 2,
        },
        {
          type: 'content_block_location',
          cited_text: 'x',
          document_index: 0,
          document_title: 't',
          start_block_index: 1,
          end_block_index: 2,
        },
        {
          type: 'search_result_location',
          cited_text: 'x',
          source: 's',
          title: 't',
          search_result_index: 0,
          start_block_index: 1,
          end_block_index: 2,
        },
      ],
    },
  ],
  diagnostics: { cache_miss_reason: null },
  model: 'm',
  role: 'assistant',
  stop_details: { type: 'refusal', category: null, explanation: null },
  stop_reason: 'stop_sequence',
  stop_sequence: 'END',
  type: 'message',
  usage,
};

const callOf = (body: unknown) =>
  ({ method: 'POST', path: '/messages', query: {}, headers: {}, body }) as const;

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const parsed = anthropicMessages.inbound.parseRequest(callOf(request));
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = anthropicMessages.outbound.renderRequest(parsed, anthropicMessages.quirks);
    expect(value.body).toEqual(request);
    expect(losses).toEqual([]);
  });

  it('are lost by name where another format does not have them', () => {
    const chat = dialects['openai-chat'];
    const { losses } = chat.outbound.renderRequest(
      anthropicMessages.inbound.parseRequest(callOf(request)),
      chat.quirks,
    );
    const fields = losses.map(({ field }) => field);
    for (const name of ['transformations', 'toolset']) {
      expect(fields.some((field) => field.endsWith(`.${name}`))).toBe(true);
    }
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(anthropicMessages.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = anthropicMessages.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect(value).toEqual(answer);
    expect(losses).toEqual([]);
  });
});
