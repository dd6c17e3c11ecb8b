// The contract of the storage, on everything it can be kept in.
import { kinds } from './__fixtures__/databases.ts';
import { describeStorage } from './storage.contract.ts';

for (const [name, create] of Object.entries(kinds)) describeStorage(name, create);
