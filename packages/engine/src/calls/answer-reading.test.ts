// What is learnt of an answer with several choices: whether all of them ended by themselves.
import { dialects } from '@keelson/core';
import { expect, test } from 'vitest';
import { AnswerReading } from './answer-reading.ts';

const read = (...reasons: readonly string[]): AnswerReading => {
  const choices = reasons.map((finish_reason, index) => ({
    index,
    finish_reason,
    message: { role: 'assistant', content: 'Aye.' },
  }));
  const body = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices };
  const reading = new AnswerReading();
  reading.learn(dialects['openai-chat'].outbound.parseResponse({ status: 200, headers: {}, body }));
  return reading;
};

test.each([
  [['stop'], false],
  [['tool_calls', 'stop'], false],
  [['content_filter', 'stop'], true],
  [['stop', 'length'], true],
  [['stop', 'content_filter', 'stop'], true],
])('%j: cut short %s', (reasons, isCutShort) => {
  expect(read(...reasons)).toMatchObject({ isCutShort, stop: { unified: expect.any(String) } });
});
