/** Makes calls whose receipts are stored, calls whose receipts are not, and one that does not end: `owe-receipts.ts FOLDER URL`. */
import { systemClock } from '../observability/index.ts';
import { ask, openSmallEngine } from './small-engine.ts';

const [folder = '', url = ''] = process.argv.slice(2);
const small = await openSmallEngine(folder, url);
const say = (what: string, id: string): void => void process.stdout.write(`${what} ${id}\n`);
const call = async (what: string, text: string, isCached = false): Promise<void> => {
  const { id, over } = ask(small, text, isCached);
  await over;
  say(what, id);
};
for (let made = 0; made < 4; made += 1) await call('stored', `[[text: stored ${made}]]`);
await call('stored', '[[text: known]]', true);
await small.engine.receipts?.flush();
small.receiptsAre = 'hanging';
for (let made = 0; made < 4; made += 1) await call('owed', `[[text: owed ${made}]]`);
await call('known', '[[text: known]]', true);
const { id } = ask(small, '[[delay: 60s]] [[text: never]]');
// The lines of the journal are in the system's hands, and the last call is on its way.
await systemClock.sleep(300);
say('under way', id);
