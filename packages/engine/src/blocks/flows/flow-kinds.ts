/** Which kinds of nodes a flow file may have, and what their fields mean. Code, tools and other flows are known by names. */
import {
  type AnyBlock,
  type Block,
  type BlockLimits,
  each,
  effectClasses,
  type FlowKind,
  type FlowReader,
  type JsonObject,
  map,
  schemaOfJson,
} from '@keelson/core';
import { approve, pause, waitFor } from '../kinds/approve.ts';
import { http } from '../kinds/http.ts';
import { type PromptSettings, prompt } from '../kinds/prompt.ts';
import type { Tool } from '../kinds/tool.ts';
import { readTemplate, type TextTemplate } from './text-template.ts';

/** What code gives to flow files, by name. */
export interface FlowParts {
  readonly blocks?: Readonly<Record<string, AnyBlock>>;
  readonly tools?: Readonly<Record<string, Tool<unknown, unknown>>>;
}

export function createFlowKinds({
  blocks = {},
  tools = {},
}: FlowParts = {}): Readonly<Record<string, FlowKind>> {
  return {
    prompt: readPrompt,
    http: readHttp,
    code: (_, node) => node.registered('use', blocks, 'block'),
    flow: (_, node) => node.registered('use', blocks, 'flow'),
    tool: (_, node) => node.registered('use', tools, 'tool')?.block as AnyBlock | undefined,
    each: (name, node) => readEach(name, node, blocks),
    approve: (name, node) =>
      approve(name, present({ expiresInMs: node.count('expiresInMs', 1) })) as AnyBlock,
    'wait-for': readWait,
    pause: readPause,
    pass: (name) => map(name, (payload: unknown) => payload) as AnyBlock,
  };
}

function readPrompt(name: string, node: FlowReader): AnyBlock | undefined {
  const model = node.neededText('model');
  const text = node.text('prompt');
  const template = text === undefined ? undefined : checkTemplate(node, 'prompt', readTemplate(text));
  const output = node.object('output')?.value;
  const known = present({
    system: node.text('system'),
    maxOutputTokens: node.count('maxOutputTokens', 1),
    temperature: node.number('temperature'),
    outputRetries: node.count('outputRetries'),
    maxInputBytes: node.count('maxInputBytes', 1),
    version: node.text('version'),
  });
  if (model === undefined) return undefined;
  const settings = { model, ...known };
  return makePrompt(name, settings, template, output) as AnyBlock;
}

function makePrompt(
  name: string,
  settings: PromptSettings,
  template: TextTemplate | undefined,
  output: JsonObject | undefined,
): Block<never, unknown> {
  const typed = output === undefined ? undefined : { output: schemaOfJson(output) };
  if (template === undefined)
    return typed === undefined ? prompt(name, settings) : prompt(name, { ...settings, ...typed });
  const filled = { ...settings, template: template.fill };
  return typed === undefined ? prompt<unknown>(name, filled) : prompt(name, { ...filled, ...typed });
}

const methods = ['GET', 'HEAD', 'PUT', 'DELETE', 'POST', 'PATCH'] as const;

function readHttp(name: string, node: FlowReader): AnyBlock | undefined {
  const method = node.oneOf('method', methods) ?? 'GET';
  const url = node.neededText('url');
  const headers = readHeaders(node.object('headers'));
  const effects = node.oneOf('effects', effectClasses);
  const known = present({ effects, idempotencyHeader: node.text('idempotencyHeader') });
  if (url === undefined) return undefined;
  const template = checkTemplate(node, 'url', readTemplate(url, encodeURIComponent));
  // Who is asked must not depend on what a model wrote.
  if (!/^https?:\/\/[^{}/]+(?:[/?]|$)/.test(url))
    node.complain('url', 'must begin with http:// or https:// and a host without places to fill.');
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return http(name, {
    method,
    ...known,
    request: (payload: unknown) => ({
      url: template.fill(payload),
      headers,
      ...(hasBody && { body: payload as JsonObject }),
    }),
  }) as AnyBlock;
}

function readHeaders(reader: FlowReader | undefined): Readonly<Record<string, string>> {
  if (reader === undefined) return {};
  const headers: Record<string, string> = {};
  for (const name of Object.keys(reader.value)) {
    const value = reader.text(name);
    if (!/^[\w-]+$/.test(name)) reader.complain(name, 'is no name of a header.');
    else if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return headers;
}

function readEach(
  name: string,
  node: FlowReader,
  blocks: NonNullable<FlowParts['blocks']>,
): AnyBlock | undefined {
  const block = node.registered('use', blocks, 'block');
  const known = present({ concurrency: node.count('concurrency', 1), maxItems: node.count('maxItems', 1) });
  return block === undefined ? undefined : (each(name, block as Block<unknown, unknown>, known) as AnyBlock);
}

function readWait(name: string, node: FlowReader): AnyBlock | undefined {
  const event = node.neededText('event');
  const known = present({ expiresInMs: node.count('expiresInMs', 1) });
  return event === undefined ? undefined : (waitFor(name, event, known) as AnyBlock);
}

function readPause(name: string, node: FlowReader): AnyBlock | undefined {
  if (!node.has('ms')) node.complain('ms', 'is missing; it is how long to wait.');
  const ms = node.count('ms');
  return ms === undefined ? undefined : (pause(name, ms) as AnyBlock);
}

function checkTemplate(node: FlowReader, field: string, template: TextTemplate): TextTemplate {
  for (const place of template.wrong)
    node.complain(field, `has \`${place}\`, which names no field; write {{name}}, {{name.inner}} or {{$}}.`);
  return template;
}

type Present<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };

function present<Fields extends Readonly<Record<string, string | number | BlockLimits | undefined>>>(
  fields: Fields,
): Present<Fields> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Present<Fields>;
}
