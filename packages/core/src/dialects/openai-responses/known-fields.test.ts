/** No field that the format knows may travel as an unknown one: its meaning would be lost to every other format. */
import type { ResponseCreateParamsBase, ResponseUsage } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { fold } from '../../message/index.ts';
import { replyOf } from '../__fixtures__/bound-dialect.ts';
import { openAiResponses } from './index.ts';

/** A new field in the official types fails to compile here until someone has given it a meaning. */
const request: Record<keyof ResponseCreateParamsBase, unknown> = {
  access_programs: { cyber: 'standard' },
  background: false,
  context_management: [{ type: 'compaction', compact_threshold: 1000 }],
  conversation: { id: 'conv_1' },
  image: { context_compression: 'auto' },
  include: ['reasoning.encrypted_content', 'message.output_text.logprobs', 'file_search_call.results'],
  input: [
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'Hello', prompt_cache_breakpoint: { mode: 'explicit', ttl: '30m' } },
        { type: 'input_image', image_url: 'https://a/b.png', detail: 'low' },
        { type: 'input_image', file_id: 'file_1', detail: 'auto' },
        {
          type: 'input_file',
          file_data: 'data:application/pdf;base64,AA==',
          filename: 'a.pdf',
          detail: 'low',
        },
        { type: 'input_file', file_url: 'https://a/b.pdf' },
      ],
    },
    {
      id: 'rs_1',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'Hm.' }],
      content: [{ type: 'reasoning_text', text: 'Well.' }],
      encrypted_content: 'c3RhdGU=',
      status: 'completed',
    },
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      phase: 'commentary',
      content: [
        { type: 'output_text', text: 'Hi', annotations: [], logprobs: [] },
        { type: 'refusal', refusal: 'No.' },
      ],
    },
    {
      id: 'fc_1',
      type: 'function_call',
      call_id: 'call_1',
      name: 'f',
      arguments: '{}',
      async: true,
      caller: { type: 'direct' },
      namespace: 'n',
      status: 'completed',
    },
    { type: 'custom_tool_call', call_id: 'call_2', name: 'g', input: 'x' },
    { type: 'function_call_output', call_id: 'call_1', output: 'done', status: 'completed' },
    { type: 'custom_tool_call_output', call_id: 'call_2', output: [{ type: 'input_text', text: 'x' }] },
    { type: 'item_reference', id: 'msg_0' },
  ],
  instructions: 'Be brief.',
  max_output_tokens: 100,
  max_tool_calls: 3,
  metadata: { a: 'b' },
  model: 'm',
  moderation: { model: 'x' },
  parallel_tool_calls: true,
  previous_response_id: 'resp_0',
  prompt: { id: 'pmpt_1' },
  prompt_cache_key: 'k',
  prompt_cache_options: { mode: 'explicit' },
  prompt_cache_retention: '24h',
  reasoning: { effort: 'low', summary: 'auto', context: 'auto', mode: 'standard', generate_summary: 'auto' },
  safety_identifier: 's',
  service_tier: 'auto',
  store: false,
  stream: true,
  stream_options: { include_obfuscation: false },
  temperature: 1,
  text: { format: { type: 'json_schema', name: 'n', schema: {}, strict: true }, verbosity: 'low' },
  tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
  tools: [
    {
      type: 'function',
      name: 'f',
      description: 'x',
      parameters: { type: 'object' },
      strict: false,
      async: true,
      defer_loading: true,
      allowed_callers: ['direct'],
      output_schema: { type: 'object' },
    },
    { type: 'custom', name: 'g', format: { type: 'text' }, defer_loading: true },
    { type: 'web_search' },
  ],
  top_logprobs: 1,
  top_p: 1,
  truncation: 'auto',
  user: 'u',
};

const usage: Record<keyof ResponseUsage, unknown> = {
  input_tokens: 5,
  input_tokens_details: {
    cached_tokens: 1,
    cache_write_tokens: 2,
    cache_write_tokens_details: { ttl_30m: 2, ttl_12h: 0 },
  },
  output_tokens: 6,
  output_tokens_details: { reasoning_tokens: 2 },
  total_tokens: 11,
};

const answer = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  completed_at: 2,
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'm',
  output: [
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      status: 'completed',
      content: [
        {
          type: 'output_text',
          text: 'Hi',
          annotations: [{ type: 'url_citation', url: 'https://a', title: 't', start_index: 0, end_index: 2 }],
          logprobs: [{ token: 'Hi', logprob: -0.1, bytes: [72, 105], top_logprobs: [] }],
        },
      ],
    },
  ],
  tools: [],
  temperature: null,
  tool_usage: { web_search: { num_requests: 1 } },
  prompt_cache_diagnostics: { status: 'hit' },
  moderation: null,
  usage,
};

describe('fields of the official types', () => {
  it('all have a meaning in a request, and come back', () => {
    const call = { method: 'POST', path: '/responses', query: {}, headers: {}, body: request } as const;
    const parsed = openAiResponses.inbound.parseRequest(call);
    expect(JSON.stringify(parsed)).not.toContain('"extensions"');
    const { value, losses } = openAiResponses.outbound.renderRequest(parsed, openAiResponses.quirks);
    expect(value.body).toEqual(request);
    expect(losses).toEqual([]);
  });

  it('all have a meaning in an answer, and come back', () => {
    const message = fold(openAiResponses.outbound.parseResponse(replyOf(answer)));
    expect(JSON.stringify(message)).not.toContain('"extensions"');
    const { value, losses } = openAiResponses.inbound.renderResponse(message, { model: 'm', turns: [] });
    expect(value).toEqual(answer);
    expect(losses).toEqual([]);
  });
});
