/** Puts one configuration after the other in force until it is killed, and says a word after each: `apply-forever.ts FOLDER`. */
import { join } from 'node:path';
import { openStorage, silentLog, systemClock } from '@keelson/engine';
import { openKit, plain } from './live-kit.ts';

const [folder = ''] = process.argv.slice(2);
const storage = await openStorage(
  { kind: 'sqlite', path: join(folder, 'keelson.db') },
  { clock: systemClock, log: silentLog },
);
const { live } = await openKit(plain, { folder, storage });
for (let round = 1; ; round++) {
  const padding = `# ${'x'.repeat((round * 997) % 60_000)}\n`;
  const { state } = await live.apply(`${plain.replace('limit: 5', `limit: ${round}`)}${padding}`, 'forever');
  process.stdout.write(`${state}\n`);
}
