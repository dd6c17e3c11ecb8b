import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../json/index.ts';
import type { ChatRequest } from './request.ts';
import {
  joinRequests,
  type RequestPath,
  readFields,
  reportUnsaid,
  type WireField,
  writeFields,
} from './wire-fields.ts';
import { WireObject } from './wire-object.ts';

/** Every path a row may have, with a value of its kind. */
const rows: readonly (readonly [RequestPath, WireField[2], Json])[] = [
  ['parallelTools', 'boolean', false],
  ['stop', 'strings', ['END']],
  ['maxOutputTokens', 'number', 5],
  ['sampling.temperature', 'number', 0],
  ['sampling.topP', 'number', 0.5],
  ['sampling.topK', 'number', 3],
  ['sampling.seed', 'number', 0],
  ['sampling.frequencyPenalty', 'number', -1],
  ['sampling.presencePenalty', 'number', 1],
  ['sampling.logitBias', 'record', { '1': 2 }],
  ['sampling.choices', 'number', 2],
  ['sampling.logprobs', 'boolean', true],
  ['sampling.topLogprobs', 'number', 4],
  ['reasoning.effort', 'string', 'low'],
  ['reasoning.budgetTokens', 'number', 2048],
  ['reasoning.mode', 'string', 'enabled'],
  ['reasoning.display', 'string', 'omitted'],
  ['cache.key', 'string', 'k'],
  ['cache.retention', 'string', '24h'],
  ['cache.options', 'record', { mode: 'explicit' }],
  ['cache.mark', 'record', { ttl: '1h' }],
  ['metadata.userId', 'string', 'u'],
  ['metadata.safetyId', 'string', 's'],
  ['metadata.profileId', 'string', 'p'],
  ['metadata.workspaceId', 'string', 'w'],
  ['metadata.tags', 'record', { a: 'b' }],
  ['service.tier', 'string', 'flex'],
  ['service.speed', 'string', 'fast'],
  ['service.region', 'string', 'eu'],
  ['service.store', 'boolean', true],
  ['service.container', 'json', 'c'],
  ['service.moderation', 'record', { mode: 'x' }],
  ['service.webSearch', 'record', { size: 'low' }],
  ['service.contextManagement', 'record', { edits: [] }],
  ['service.mcpServers', 'list', [{ url: 'x' }]],
  ['service.diagnostics', 'record', { on: true }],
  ['service.taskBudget', 'record', { total: 1 }],
  ['output.modalities', 'strings', ['text']],
  ['output.audio', 'record', { voice: 'x' }],
  ['output.verbosity', 'string', 'low'],
  ['output.prediction', 'record', { type: 'content' }],
  ['streamOptions.usage', 'boolean', true],
  ['streamOptions.obfuscation', 'boolean', false],
];

const base: ChatRequest = { model: 'm', turns: [] };
const fields: readonly WireField[] = rows.map(([path, kind]) => [`wire_${path}`, path, kind]);
const wireOf = (path: string, value: Json): JsonObject => ({ [`wire_${path}`]: value });

describe('rows of fields', () => {
  it.each(rows)('%s is read and written back', (path, _kind, value) => {
    const wire = WireObject.open(wireOf(path, value), '', 'strict');
    const request = { ...base, ...readFields(wire, fields) };
    expect(request).not.toEqual(base);
    expect(wire.annotations('d')).toEqual({});
    expect(writeFields(request, fields)).toEqual(wireOf(path, value));
  });

  it.each(rows)('%s is a loss where no row says it, and none where one does', (path, _kind, value) => {
    const wire = WireObject.open(wireOf(path, value), '', 'strict');
    const request = { ...base, ...readFields(wire, fields) };
    expect(reportUnsaid(request, new Set([path]), 'd')).toEqual([]);
    expect(reportUnsaid(request, new Set(), 'd')).toEqual([
      { field: path, action: 'dropped', detail: 'd has no such field.' },
    ]);
  });

  it('are all read together, each into its group', () => {
    const body = Object.fromEntries(rows.map(([path, , value]) => [`wire_${path}`, value])) as JsonObject;
    const request = { ...base, ...readFields(WireObject.open(body, '', 'strict'), fields) };
    expect(writeFields(request, fields)).toEqual(body);
    expect(reportUnsaid(request, new Set(), 'd')).toHaveLength(rows.length);
  });

  it('name a field of the wrong type', () => {
    const wire = WireObject.open({ temperature: 'hot' }, '', 'strict');
    const read = () => readFields(wire, [['temperature', 'sampling.temperature', 'number']]);
    expect(read).toThrow('`temperature` must be a finite number.');
  });
});

describe('requests read in several places', () => {
  it('join group by group, the later winning field by field', () => {
    const joined = joinRequests(
      { sampling: { temperature: 1, topP: 1 }, stop: ['a'] },
      { sampling: { topP: 2 }, metadata: { userId: 'u' }, stop: ['b'] },
    );
    expect(joined).toEqual({
      sampling: { temperature: 1, topP: 2 },
      metadata: { userId: 'u' },
      stop: ['b'],
    });
  });
});

describe('losses of a request', () => {
  const lost = (request: Partial<ChatRequest>): string[] =>
    reportUnsaid({ ...base, ...request }, new Set(), 'd').map(({ field }) => field);

  it('name tool choice and output format', () => {
    expect(lost({ toolChoice: { type: 'none' }, outputFormat: { type: 'json' } })).toEqual([
      'toolChoice',
      'outputFormat',
    ]);
  });

  it('name headers of another dialect but for its version, not those of this one', () => {
    const headers = { d: { beta: '1' }, e: { beta: '1', 'e-version': '2023-06-01' } };
    expect(lost({ headers })).toEqual(['headers.e.beta']);
  });

  it('do not name what a format without the field does anyway', () => {
    expect(lost({ sampling: { choices: 1, logprobs: false } })).toEqual([]);
    expect(lost({ sampling: { choices: 2, logprobs: true } })).toEqual([
      'sampling.choices',
      'sampling.logprobs',
    ]);
  });

  it('name unknown fields of another dialect, wherever they stand', () => {
    const extensions = { e: { x: 1, 'sub/y': 2 }, d: { z: 3 } };
    const request: Partial<ChatRequest> = {
      dialect: 'e',
      extensions,
      turns: [{ role: 'user', parts: [{ type: 'text', text: 'a', extensions: { e: { p: 1 } } }] }],
      tools: [{ type: 'function', name: 'f', parameters: { extensions: { e: { schema: 1 } } } }],
    };
    expect(lost(request)).toEqual([
      'turns[0].parts[0].extensions.e.p',
      'extensions.e.x',
      'extensions.e.sub/y',
    ]);
  });

  it('are none for its own unknown fields', () => {
    expect(lost({ dialect: 'd', extensions: { d: { x: 1 } } })).toEqual([]);
  });
});
