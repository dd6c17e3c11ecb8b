/** What every format for embeddings and reranking must do, whatever it looks like on the wire. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeelsonError } from '../errors/index.ts';
import type { Json, JsonObject } from '../json/index.ts';
import { type AnyCallDialect, callOf, type PlainCall } from './__fixtures__/plain-calls.ts';

export function describePlainDialect(dialect: AnyCallDialect, calls: readonly PlainCall[]): void {
  const { inbound, outbound, name, quirks } = dialect;
  const parse = (call: PlainCall) => inbound.parseRequest(callOf(call));
  const stranger = { x_unknown: { deep: [1, 'two'] } };

  it('says requests and answers again as they were, with what it does not know', () => {
    for (const call of calls) {
      const body = { ...(call.body as JsonObject), ...stranger };
      const request = parse({ ...call, body });
      const said = outbound.renderRequest(request, quirks);
      expect(said.value.body, call.path).toEqual(body);
      expect(said.losses, call.path).toEqual([]);
      const answer = { ...(call.answer as JsonObject), ...stranger };
      const result = outbound.parseResponse({ status: 200, headers: {}, body: answer });
      expect(result.dialect).toBe(name);
      expect(inbound.renderResponse(result, request)).toEqual({ value: answer, losses: [] });
    }
  });

  it('knows by its paths every call that it makes', () => {
    for (const call of calls) {
      const { path } = outbound.renderRequest(parse(call), quirks).value;
      const isServed = inbound.paths.some((template) => {
        const [before = '', after = ''] = template.split(/\{\w+\}/);
        return path.includes(before) && path.endsWith(after);
      });
      // Ours are relative to a base address that names the version.
      expect(isServed || inbound.paths.some((template) => template.endsWith(path)), path).toBe(true);
    }
  });

  it('keeps the status and body of its vendor errors, and writes ours in its own form', () => {
    for (const { error } of calls) {
      for (const status of [400, 401, 404, 429, 500, 503]) {
        const parsed = outbound.parseError({ status, headers: { 'retry-after': '2' }, body: error });
        expect(parsed.details.retryAfterMs).toBe(2000);
        expect(parsed.message).toBe('No.');
        expect(inbound.renderError(parsed)).toMatchObject({ status, body: error });
      }
      const ours = inbound.renderError(new KeelsonError('rate_limited', 'Wait.'));
      expect(ours.status).toBe(429);
      const again = outbound.parseError(ours);
      expect(again.code).toBe('rate_limited');
      expect(again.message).toContain('Wait.');
    }
  });

  it('reads an error page that is no JSON', () => {
    const error = outbound.parseError({ status: 502, headers: {}, body: '<html>Bad gateway</html>' });
    expect(error.code).toBe('provider_error');
    expect(error.message).toContain('Bad gateway');
  });

  it('answers any JSON with a value or an error that says what is wrong', () => {
    for (const { path } of calls) {
      fc.assert(
        fc.property(anyBody(calls), (body) => {
          onlyOurErrors(() => {
            const request = inbound.parseRequest(callOf({ path, body }));
            outbound.renderRequest(request, quirks);
            onlyOurErrors(() => {
              const result = outbound.parseResponse({ status: 200, headers: {}, body });
              JSON.stringify(inbound.renderResponse(result, request));
            });
          });
          const result = onlyOurErrors(() => outbound.parseResponse({ status: 200, headers: {}, body }));
          if (result !== undefined) inbound.renderResponse(result, parse(calls[0] as PlainCall));
          inbound.renderError(outbound.parseError({ status: 400, headers: {}, body }));
        }),
        { numRuns: 150, seed: 7 },
      );
    }
  });

  it('refuses more than the bound allows and names the field', () => {
    for (const call of calls) {
      const [field, list] = longestList(call.body as JsonObject);
      if (list === undefined) continue;
      const body = { ...(call.body as JsonObject), [field]: Array(10_001).fill(list[0] as Json) };
      expect(() => parse({ ...call, body })).toThrow(`\`${field}\` counts 10001; the limit is 10000.`);
    }
  });

  it('refuses a call without model or content by the name of the field', () => {
    for (const call of calls) {
      for (const field of [
        'model',
        'input',
        'texts',
        'requests',
        'content',
        'prompt',
        'query',
        'documents',
      ]) {
        const { [field]: gone, ...rest } = call.body as JsonObject;
        if (gone === undefined) continue;
        expect(() => parse({ ...call, body: rest }), field).toThrow(`\`${field}\` is missing.`);
      }
    }
  });
}

const listFields = ['input', 'texts', 'requests', 'documents'];

function longestList(body: JsonObject): readonly [string, readonly Json[] | undefined] {
  const field = listFields.find((name) => Array.isArray(body[name])) ?? '';
  return [field, body[field] as readonly Json[] | undefined];
}

/** Any JSON, and calls of the format in which one field holds any JSON. */
function anyBody(calls: readonly PlainCall[]): fc.Arbitrary<Json> {
  const bodies = calls.flatMap(({ body, answer }) => [body, answer]) as JsonObject[];
  const changed = fc
    .record({ body: fc.constantFrom(...bodies), at: fc.nat(), value: fc.jsonValue() })
    .map(({ body, at, value }) => {
      const fields = Object.keys(body);
      return { ...body, [fields[at % fields.length] as string]: value as Json };
    });
  return fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, changed);
}

function onlyOurErrors<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch (error) {
    if (KeelsonError.is(error) && error.code !== 'internal_error') return undefined;
    throw error;
  }
}
