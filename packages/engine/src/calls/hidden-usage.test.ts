// What a caller who asked for no usage is spared, and that nothing else is taken from it.
import { describe, expect, it } from 'vitest';
import { withoutUsageChunk } from './hidden-usage.ts';

const text = 'data: {"choices":[{"index":0,"delta":{"content":"[] \\"choices\\":[]"}}]}\n\n';
const usage = 'data: {"id":"1","choices":[],"usage":{"prompt_tokens":1}}\n\n';
const spaced = 'event: chunk\nid: 7\ndata: {"choices": [], "usage": {"prompt_tokens": 1}}\n\n';
const filter = 'data: {"choices":[],"prompt_filter_results":[{}],"usage":null}\n\n';
const done = 'data: [DONE]\n\n';

const keeps = (bytes: string) => withoutUsageChunk(Buffer.from(bytes)).toString();

describe('withoutUsageChunk', () => {
  it.each([
    ['between others', text + usage + done, text + done],
    ['alone', usage, ''],
    ['twice', usage + text + usage, text],
    ['with spaces and other fields of the frame', text + spaced + done, text + done],
    ['with carriage returns', `${usage}${text}`.replaceAll('\n', '\r\n'), text.replaceAll('\n', '\r\n')],
  ])('takes it out %s', (_, bytes, kept) => {
    expect(keeps(bytes)).toBe(kept);
  });

  it('keeps every other chunk, whatever it says', () => {
    expect(keeps(text + filter + done)).toBe(text + filter + done);
    expect(keeps(`data: {"choices":[],"usage":{\n\n${text}`)).toBe(
      `data: {"choices":[],"usage":{\n\n${text}`,
    );
  });
});
