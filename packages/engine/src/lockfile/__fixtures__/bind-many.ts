/** A process of its own that binds many aliases in one lockfile: `node bind-many.ts FILE NAME COUNT`. */
import { bindAlias } from '@keelson/core';
import { systemClock, systemRandom } from '../../observability/index.ts';
import { changeLockfile } from '../change-lockfile.ts';

const [path = '', name = '', count = '0'] = process.argv.slice(2);
const deps = { clock: systemClock, random: systemRandom };

for (let index = 0; index < Number(count); index++)
  await changeLockfile(path, (lockfile) => bindAlias(lockfile, `${name}-${index}`, { models: ['acme:small'] }), deps);
