/** What the compiler must know of the client: the type of an output follows from its schema, with and without libraries. */
import * as valibot from 'valibot';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import type { ChatStream } from './chat-stream.ts';
import type { Client } from './client.ts';
import { type ChatResult, type Schema, tool, withJsonSchema } from './index.ts';

test('types of outputs and tools', () => {
  const zod = z.object({ name: z.string(), masts: z.string().transform(Number) });
  const plain = withJsonSchema(valibot.object({ sails: valibot.number() }), {});
  const asks = (keelson: Client) => ({
    whole: keelson.chat({ model: 'fast', prompt: 'x', schema: zod }),
    streamed: keelson.stream({ model: 'fast', prompt: 'x', schema: plain }),
    none: keelson.chat({ model: 'fast', prompt: 'x' }),
  });
  type Asked = ReturnType<typeof asks>;
  expectTypeOf<Asked['whole']>().toEqualTypeOf<Promise<ChatResult<{ name: string; masts: number }>>>();
  expectTypeOf<Asked['streamed']>().toEqualTypeOf<ChatStream<ChatResult<{ sails: number }>>>();
  expectTypeOf<Awaited<Asked['none']>['output']>().toEqualTypeOf<never>();
  expectTypeOf(zod).toExtend<Schema<{ name: string; masts: number }>>();
  const made = tool({
    input: z.object({ city: z.string() }),
    run: (input) => {
      expectTypeOf(input).toEqualTypeOf<{ city: string }>();
      return input.city;
    },
  });
  expect(typeof made.run).toBe('function');
});
