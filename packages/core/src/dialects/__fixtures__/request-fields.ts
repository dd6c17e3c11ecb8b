/** Every field of a canonical request that a caller may set, each alone with a value that means something. */
import type { ChatRequest } from '../../message/index.ts';

export interface FieldCase {
  /** The path by which losses name it. */
  readonly field: string;
  readonly request: Partial<ChatRequest>;
}

const weather = { type: 'function', name: 'weather', parameters: { type: 'object', properties: {} } } as const;
const time = { type: 'function', name: 'time', parameters: { type: 'object', properties: {} } } as const;
const tools = [weather, time] as const;
const words = { type: 'text', text: 'Hello' } as const;
const call = { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Berlin"}' } as const;
const result = { type: 'tool-result', callId: 'call_1', parts: [{ type: 'text', text: 'sunny' }] } as const;
const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };

const userPart = (part: NonNullable<ChatRequest['turns']>[number]['parts'][number]) =>
  ({ turns: [{ role: 'user', parts: [words, part] }] }) as Partial<ChatRequest>;
const inHistory = (assistant: object, toolResult: object): Partial<ChatRequest> => ({
  tools,
  turns: [
    { role: 'user', parts: [words] },
    { role: 'assistant', parts: [assistant] },
    { role: 'tool', parts: [toolResult] },
  ] as unknown as ChatRequest['turns'],
});

export const fieldCases: readonly FieldCase[] = [
  { field: 'model', request: { model: 'provider:other' } },
  { field: 'system', request: { system: [{ type: 'text', text: 'Be brief.' }] } },
  { field: 'system[0].cache', request: { system: [{ type: 'text', text: 'Be brief.', cache: {} }] } },
  { field: 'tools', request: { tools } },
  { field: 'tools[0].description', request: { tools: [{ ...weather, description: 'Tells it.' }] } },
  { field: 'tools[0].strict', request: { tools: [{ ...weather, strict: true }] } },
  { field: 'tools[0].parameters', request: { tools: [{ type: 'function', name: 'weather' }] } },
  { field: 'tools[0].cache', request: { tools: [{ ...weather, cache: {} }] } },
  { field: 'tools[0].cache.ttl', request: { tools: [{ ...weather, cache: { ttl: '1h' } }] } },
  { field: 'tools[0].deferLoading', request: { tools: [{ ...weather, deferLoading: true }] } },
  { field: 'tools[0].eagerInput', request: { tools: [{ ...weather, eagerInput: true }] } },
  { field: 'tools[0].allowedCallers', request: { tools: [{ ...weather, allowedCallers: ['direct'] }] } },
  { field: 'tools[0].inputExamples', request: { tools: [{ ...weather, inputExamples: [{}] }] } },
  { field: 'tools[0]', request: { tools: [{ type: 'custom', name: 'grammar', format: { type: 'text' } }, time] } },
  { field: 'tools[0]', request: { tools: [{ type: 'native', dialect: 'elsewhere', value: { type: 'x' } }, time] } },
  { field: 'toolChoice', request: { tools, toolChoice: { type: 'auto' } } },
  { field: 'toolChoice', request: { tools, toolChoice: { type: 'none' } } },
  { field: 'toolChoice', request: { tools, toolChoice: { type: 'required' } } },
  { field: 'toolChoice', request: { tools, toolChoice: { type: 'tool', name: 'time' } } },
  {
    field: 'toolChoice',
    request: { tools, toolChoice: { type: 'allowed', mode: 'auto', tools: [{ type: 'function', name: 'time' }] } },
  },
  { field: 'toolChoice', request: { tools, toolChoice: { type: 'native', dialect: 'elsewhere', value: 'x' } } },
  {
    field: 'toolChoice',
    request: { tools: [{ type: 'custom', name: 'g' }, time], toolChoice: { type: 'tool', name: 'g', custom: true } },
  },
  { field: 'parallelTools', request: { tools, parallelTools: false } },
  { field: 'parallelTools', request: { tools, toolChoice: { type: 'required' }, parallelTools: false } },
  { field: 'outputFormat', request: { outputFormat: { type: 'json' } } },
  { field: 'outputFormat', request: { outputFormat: { type: 'json-schema', schema } } },
  { field: 'outputFormat.name', request: { outputFormat: { type: 'json-schema', schema, name: 'out' } } },
  {
    field: 'outputFormat.description',
    request: { outputFormat: { type: 'json-schema', schema, name: 'out', description: 'x' } },
  },
  { field: 'outputFormat.strict', request: { outputFormat: { type: 'json-schema', schema, name: 'out', strict: false } } },
  { field: 'sampling.temperature', request: { sampling: { temperature: 0.5 } } },
  { field: 'sampling.temperature', request: { sampling: { temperature: 1.5 } } },
  { field: 'sampling.topP', request: { sampling: { topP: 0.5 } } },
  { field: 'sampling.topK', request: { sampling: { topK: 3 } } },
  { field: 'sampling.seed', request: { sampling: { seed: 0 } } },
  { field: 'sampling.frequencyPenalty', request: { sampling: { frequencyPenalty: -1 } } },
  { field: 'sampling.presencePenalty', request: { sampling: { presencePenalty: 1 } } },
  { field: 'sampling.logitBias', request: { sampling: { logitBias: { '1': 2 } } } },
  { field: 'sampling.choices', request: { sampling: { choices: 2 } } },
  { field: 'sampling.logprobs', request: { sampling: { logprobs: true } } },
  { field: 'sampling.topLogprobs', request: { sampling: { topLogprobs: 2 } } },
  { field: 'stop', request: { stop: ['END', '\n\n'] } },
  { field: 'stop', request: { stop: ['a', 'b', 'c', 'd', 'e'] } },
  { field: 'maxOutputTokens', request: { maxOutputTokens: 77 } },
  { field: 'reasoning.effort', request: { reasoning: { effort: 'high' } } },
  { field: 'reasoning.effort', request: { reasoning: { effort: 'minimal' } } },
  { field: 'reasoning.budgetTokens', request: { reasoning: { budgetTokens: 5000 }, maxOutputTokens: 6000 } },
  { field: 'reasoning.budgetTokens', request: { reasoning: { budgetTokens: 10 }, maxOutputTokens: 6000 } },
  {
    field: 'reasoning.budgetTokens',
    request: { reasoning: { budgetTokens: 5000, effort: 'low' }, maxOutputTokens: 6000 },
  },
  { field: 'reasoning.effort', request: { reasoning: { budgetTokens: 5000, effort: 'low' }, maxOutputTokens: 6000 } },
  { field: 'reasoning.mode', request: { reasoning: { mode: 'adaptive' } } },
  { field: 'reasoning.mode', request: { reasoning: { mode: 'adaptive', effort: 'high' } } },
  { field: 'reasoning.display', request: { reasoning: { display: 'omitted', mode: 'adaptive' } } },
  {
    field: 'reasoning.display',
    request: { reasoning: { display: 'omitted', budgetTokens: 2000 }, maxOutputTokens: 6000 },
  },
  { field: 'cache.key', request: { cache: { key: 'k' } } },
  { field: 'cache.retention', request: { cache: { retention: '24h' } } },
  { field: 'cache.options', request: { cache: { options: { mode: 'explicit' } } } },
  { field: 'cache.mark', request: { cache: { mark: { ttl: '1h' } } } },
  { field: 'metadata.userId', request: { metadata: { userId: 'u' } } },
  { field: 'metadata.safetyId', request: { metadata: { safetyId: 's' } } },
  { field: 'metadata.profileId', request: { metadata: { profileId: 'p' } } },
  { field: 'metadata.workspaceId', request: { metadata: { workspaceId: 'w' } } },
  { field: 'metadata.tags', request: { metadata: { tags: { a: 'b' } } } },
  { field: 'service.tier', request: { service: { tier: 'auto' } } },
  { field: 'service.tier', request: { service: { tier: 'no_such_tier' } } },
  { field: 'service.speed', request: { service: { speed: 'fast' } } },
  { field: 'service.region', request: { service: { region: 'eu' } } },
  { field: 'service.store', request: { service: { store: true } } },
  { field: 'service.container', request: { service: { container: 'c' } } },
  { field: 'service.moderation', request: { service: { moderation: { mode: 'x' } } } },
  { field: 'service.webSearch', request: { service: { webSearch: {} } } },
  { field: 'service.contextManagement', request: { service: { contextManagement: { edits: [] } } } },
  { field: 'service.mcpServers', request: { service: { mcpServers: [{ url: 'x' }] } } },
  { field: 'service.diagnostics', request: { service: { diagnostics: { on: true } } } },
  { field: 'service.taskBudget', request: { service: { taskBudget: { total: 1 } } } },
  { field: 'service.safePrompt', request: { service: { safePrompt: true } } },
  { field: 'service.guardrails', request: { service: { guardrails: [{ block_on_error: true }] } } },
  { field: 'reasoning.promptMode', request: { reasoning: { promptMode: 'reasoning' } } },
  {
    field: 'turns[1].prefix',
    request: { turns: [{ role: 'user', parts: [words] }, { role: 'assistant', prefix: true, parts: [words] }] },
  },
  { field: 'completion.bestOf', request: { completion: { bestOf: 2 } } },
  { field: 'completion.echo', request: { completion: { echo: true } } },
  { field: 'completion.suffix', request: { completion: { suffix: 'end' } } },
  { field: 'output.modalities', request: { output: { modalities: ['text'] } } },
  { field: 'output.audio', request: { output: { audio: { voice: 'x' } } } },
  { field: 'output.verbosity', request: { output: { verbosity: 'low' } } },
  { field: 'output.prediction', request: { output: { prediction: { type: 'content', content: 'x' } } } },
  { field: 'stream', request: { stream: true } },
  { field: 'headers', request: { headers: { elsewhere: { 'x-beta': '1' } } } },
  { field: 'turns[0].name', request: { turns: [{ role: 'user', name: 'ann', parts: [words] }] } },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'text', text: ' there' }) },
  { field: 'turns[0].parts[1].cache', request: userPart({ type: 'text', text: ' there', cache: {} }) },
  { field: 'turns[0].parts[1].cache.ttl', request: userPart({ type: 'text', text: ' there', cache: { ttl: '1h' } }) },
  {
    field: 'turns[0].parts[1]',
    request: userPart({ type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA==' } }),
  },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'image', source: { kind: 'base64', data: 'AA==' } }) },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'image', source: { kind: 'url', url: 'https://a/b.png' } }) },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'image', source: { kind: 'file', fileId: 'file_1' } }) },
  {
    field: 'turns[0].parts[1].detail',
    request: userPart({ type: 'image', source: { kind: 'url', url: 'https://a/b.png' }, detail: 'low' }),
  },
  {
    field: 'turns[0].parts[1]',
    request: userPart({ type: 'document', source: { kind: 'base64', mediaType: 'application/pdf', data: 'AA==' } }),
  },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'document', source: { kind: 'text', text: 'x', mediaType: 'text/plain' } }) },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'document', source: { kind: 'file', fileId: 'file_1' } }) },
  {
    field: 'turns[0].parts[1]',
    request: userPart({ type: 'document', source: { kind: 'parts', parts: [{ type: 'text', text: 'x' }] } }),
  },
  {
    field: 'turns[0].parts[1].context',
    request: userPart({ type: 'document', source: { kind: 'url', url: 'https://a/b.pdf' }, context: 'x' }),
  },
  {
    field: 'turns[0].parts[1].citable',
    request: userPart({ type: 'document', source: { kind: 'url', url: 'https://a/b.pdf' }, citable: true }),
  },
  {
    field: 'turns[0].parts[1]',
    request: userPart({ type: 'audio', source: { kind: 'base64', mediaType: 'audio/wav', data: 'AA==' } }),
  },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'video', source: { kind: 'url', url: 'https://a/b.mp4' } }) },
  { field: 'turns[0].parts[1]', request: userPart({ type: 'native', dialect: 'elsewhere', value: { type: 'x' } }) },
  {
    field: 'turns[0].parts[0].citations',
    request: { turns: [{ role: 'user', parts: [{ ...words, citations: [{ kind: 'url', url: 'https://a' }] }] }] },
  },
  {
    field: 'turns[1]',
    request: { turns: [{ role: 'user', parts: [words] }, { role: 'system', parts: [{ type: 'text', text: 'Now be long.' }] }] },
  },
  {
    field: 'turns[1].name',
    request: { turns: [{ role: 'user', parts: [words] }, { role: 'assistant', name: 'bob', parts: [words] }] },
  },
  {
    field: 'turns[1].parts[0].cache',
    request: { turns: [{ role: 'user', parts: [words] }, { role: 'assistant', parts: [{ ...words, cache: {} }] }] },
  },
  {
    field: 'turns[1].parts[0]',
    request: { turns: [{ role: 'user', parts: [words] }, { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] }] },
  },
  {
    field: 'turns[1].parts[0]',
    request: { turns: [{ role: 'user', parts: [words] }, { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.' }] }] },
  },
  {
    field: 'turns[1].parts[0].opaque',
    request: {
      turns: [
        { role: 'user', parts: [words] },
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', opaque: { dialect: 'elsewhere', value: 'c3RhdGU=' } }] },
      ],
    },
  },
  { field: 'turns[1].parts[0]', request: inHistory(call, result) },
  { field: 'turns[1].parts[0].custom', request: inHistory({ ...call, arguments: 'free text', custom: true }, result) },
  { field: 'turns[1].parts[0].hosted', request: inHistory({ ...call, hosted: 'elsewhere_call' }, result) },
  { field: 'turns[1].parts[0].caller', request: inHistory({ ...call, caller: { type: 'direct' } }, result) },
  { field: 'turns[1].parts[0].cache', request: inHistory({ ...call, cache: {} }, result) },
  {
    field: 'turns[1].parts[0].opaque',
    request: inHistory({ ...call, opaque: { dialect: 'elsewhere', value: 'c3RhdGU=' } }, result),
  },
  { field: 'turns[2].parts[0].isError', request: inHistory(call, { ...result, isError: true }) },
  { field: 'turns[2].parts[0].name', request: inHistory(call, { ...result, name: 'weather' }) },
  { field: 'turns[2].parts[0].cache', request: inHistory(call, { ...result, cache: {} }) },
  {
    field: 'turns[2].parts[0].parts',
    request: inHistory(call, {
      ...result,
      parts: [{ type: 'image', source: { kind: 'url', url: 'https://a/b.png' } }],
    }),
  },
];

export const plainRequest: ChatRequest = { model: 'm', turns: [{ role: 'user', parts: [words] }] };
