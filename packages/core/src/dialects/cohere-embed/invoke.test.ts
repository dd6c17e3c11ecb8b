import { describe, expect, it } from 'vitest';
import { KeelsonError } from '../../errors/index.ts';
import { cohereEmbed } from './index.ts';

const { inbound, outbound } = cohereEmbed;
const quirks = { ...cohereEmbed.quirks, pathStyle: 'invoke' } as const;
const path = '/model/us.cohere.embed-v4%3A0/invoke';
const body = { texts: ['a ship'], input_type: 'search_query' };
const call = { method: 'POST', path, query: {}, headers: {}, body } as const;

describe('an embedding by the path of Bedrock', () => {
  const request = inbound.parseRequest(call);

  it('has its model in the path, both ways', () => {
    expect(request.model).toBe('us.cohere.embed-v4:0');
    expect(outbound.renderRequest(request, quirks)).toEqual({ value: call, losses: [] });
    expect(outbound.renderRequest(request, cohereEmbed.quirks).value).toMatchObject({
      path: '/embed',
      body: { model: 'us.cohere.embed-v4:0', ...body },
    });
  });

  it.each([
    { response_type: 'embeddings_floats', embeddings: [[0.5, 1]] },
    { response_type: 'embeddings_by_type', embeddings: { float: [[0.5, 1]] } },
  ])('is answered as its model answers, with the count of a header: $response_type', (answer) => {
    const whole = { id: 'e1', ...answer, texts: body.texts };
    const headers = { 'X-Amzn-Bedrock-Input-Token-Count': '6' };
    const result = outbound.parseResponse({ status: 200, headers, body: whole });
    expect(result.usage?.input.total).toBe(6);
    expect(inbound.renderResponse(result, request)).toEqual({ value: whole, losses: [] });
  });

  it('fails as Bedrock fails', () => {
    const reply = inbound.renderError(new KeelsonError('rate_limited', 'Slow down.'), call);
    expect(reply).toMatchObject({ status: 429, headers: { 'x-amzn-errortype': 'ThrottlingException' } });
    expect(outbound.parseError(reply)).toMatchObject({ code: 'rate_limited' });
    expect(inbound.renderError(new KeelsonError('rate_limited', 'Slow down.')).headers).not.toHaveProperty(
      'x-amzn-errortype',
    );
  });
});
