/** Records calls into a folder until it is killed, and prints each question with its answer; every other one is asked by all such programs. */
import { createEnvironment, prompt, recordRuns, runBlock } from '../index.ts';

const [, , folder = '', name = ''] = process.argv;
const environment = recordRuns(
  folder,
  createEnvironment({
    callModel: async () => ({
      text: `${name} said so ${'at length '.repeat(200)}`,
      inputTokens: null,
      outputTokens: null,
      nanoDollars: null,
    }),
  }),
);
const block = prompt('ask', { model: 'fast' });

for (let count = 1; ; count += 1) {
  const question = `${count % 2 === 0 ? 'shared' : name} ${count}`;
  const response = await runBlock(block, question, { environment });
  process.stdout.write(`${question}\t${response.success ? response.data : response.error.reason}\n`);
}
