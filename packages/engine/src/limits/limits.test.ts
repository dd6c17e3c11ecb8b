// The contract of budgets, on everything they can be kept in.
import { kinds } from './__fixtures__/databases.ts';
import { describeLimits } from './limits.contract.ts';

for (const [name, create] of Object.entries(kinds)) describeLimits(name, create);
