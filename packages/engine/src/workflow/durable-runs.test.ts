// The contract of durable runs, on both databases that an installation can have.
import { createFile, createPostgres } from '../__fixtures__/index.ts';
import { describeDurableRuns } from './durable-runs.contract.ts';

describeDurableRuns('an SQLite file', createFile);
describeDurableRuns('PostgreSQL', createPostgres);
