/** Runs the contract on every dialect there is. */
import { allDialects } from './__fixtures__/bound-dialect.ts';
import { describeDialect } from './dialects.contract.ts';

for (const dialect of allDialects) describeDialect(dialect);
