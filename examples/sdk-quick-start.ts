/** The SDK in one page: ask, stream, get a typed answer, and see what it cost. `sdk-quick-start.test.ts` runs it. */
import { type Client, tool } from '@keelson/sdk';
import { createKeelson } from '@keelson/sdk/ai';
import { generateText } from 'ai';
import { z } from 'zod';

export async function quickStart(keelson: Client): Promise<readonly string[]> {
  const lines: string[] = [];
  const { text, model, cost } = await keelson.chat({ model: 'fast', prompt: 'Say ahoy.' });
  lines.push(`${model} said ${text} for $${cost.dollars}`);

  let story = '';
  const stream = keelson.stream({ model: 'fast', system: 'Be brief.', prompt: 'Tell a story.' });
  for await (const piece of stream.text()) story += piece;
  lines.push(`${story} (${(await stream.final).usage?.output.total} tokens)`);

  const ship = z.object({ name: z.string(), masts: z.number() });
  const { output } = await keelson.chat({ model: 'fast', prompt: 'Invent a ship.', schema: ship });
  lines.push(`${output.name} has ${output.masts} masts`);

  const weather = tool({ input: z.object({ city: z.string() }), run: ({ city }) => `${city}: sunny` });
  const { rounds } = await keelson.chat({ model: 'fast', prompt: 'Oslo?', tools: { weather } });
  lines.push(`${rounds.length + 1} calls`);
  return lines;
}

export async function withAiSdk(client: Client): Promise<string> {
  const keelson = createKeelson({ client });
  const { text, providerMetadata } = await generateText({ model: keelson('fast'), prompt: 'Say ahoy.' });
  return `${text} ${providerMetadata?.keelson?.model}`;
}
