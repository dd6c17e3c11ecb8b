// The contract of flows, on both databases that an installation can have.
import { createFile, createPostgres } from '../__fixtures__/index.ts';
import { describeFlows } from './flows.contract.ts';

describeFlows('an SQLite file', createFile);
describeFlows('PostgreSQL', createPostgres);
