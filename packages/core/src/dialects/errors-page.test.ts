/** docs/errors.md says of every format how an error looks in it, and says it as the format does. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import type { Frame } from '../framing/index.ts';
import { isJsonObject, type Json } from '../json/index.ts';
import type { Dialect } from '../message/index.ts';
import { dialects, embedDialects, rerankDialects } from './index.ts';

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const [, section = ''] = page.split('## In each wire format');
const rows = new Map(
  [...section.matchAll(/^\| `([\w-]+)` \| (.+?) \| (.*)\|$/gm)].map(([, name, body, stream]) => [
    name as string,
    { body: body as string, stream: (stream as string).trim() },
  ]),
);

const chat = Object.values(dialects) as unknown as readonly Dialect<object>[];
const all = [...chat, ...Object.values(embedDialects), ...Object.values(rerankDialects)];
const error = new KeelsonError('rate_limited', 'Slow down.', { details: { providerRequestId: 'r' } });

/** Names of fields in their order, those inside an object right behind its own. */
function fieldsOf(body: Json): string[] {
  if (!isJsonObject(body)) return [];
  return Object.entries(body).flatMap(([field, value]) => [field, ...fieldsOf(value)]);
}

/** What ends a stream: `[DONE]` of a format that always says it ends nothing. */
function lastFrame({ inbound }: Dialect<object>): Frame {
  const renderer = inbound.createStreamRenderer({ model: 'm', turns: [], stream: true });
  const start = renderer.push({ type: 'message-start', dialect: 'other', facts: {} });
  const frames = [...start, ...renderer.push({ type: 'error', error }), ...renderer.end()];
  return frames.filter(({ data }) => data !== '[DONE]').at(-1) as Frame;
}

describe('the page about errors', () => {
  it('has a row for every format, and no other', () => {
    expect([...rows.keys()].toSorted()).toEqual(all.map(({ name }) => name).toSorted());
  });

  it.each(all)('tells the body of $name', ({ name, inbound }) => {
    const told = /`(\{.*?\})`/.exec(rows.get(name)?.body ?? '')?.[1] ?? '';
    const fields = [...told.matchAll(/"(\w+)"/g)].map(([, field]) => field);
    expect(fields).toEqual(fieldsOf(inbound.renderError(error).body as Json));
  });

  it.each(chat)('tells how a stream of $name fails', (dialect) => {
    const { body, stream } = rows.get(dialect.name) ?? { body: '', stream: '' };
    const { event, data } = lastFrame(dialect);
    const written = JSON.parse(data) as Json;
    const whole = dialect.inbound.renderError(error).body as Json;
    expect(stream.includes('with that body'), body).toBe(
      JSON.stringify(fieldsOf(written)) === JSON.stringify(fieldsOf(whole)),
    );
    const word = /^an event `([\w-]+)`/.exec(stream)?.[1];
    if (word !== undefined) expect(event ?? (written as { type?: string }).type).toBe(word);
    else if (stream.startsWith('an exception')) expect(event).toBe('throttlingException');
    else expect(event).toBeUndefined();
    for (const [, field] of stream.matchAll(/`(code|message|param|error|ERROR)`/g))
      expect(data).toContain(`"${field}"`);
  });
});
