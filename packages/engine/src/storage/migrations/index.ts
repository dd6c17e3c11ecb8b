/** Every migration there is, in order. A change of the schema adds one here and never touches the ones before. */
import { callsAndKeys } from './001-calls-and-keys.ts';
import { budgetsAndLeases } from './002-budgets.ts';
import { receiptsInBatches } from './003-receipts.ts';
import { answerCache } from './004-answer-cache.ts';
import { credentialsAndKeyScopes } from './005-credentials-and-key-scopes.ts';
import { repricedPeriods } from './006-repricings.ts';
import { management } from './007-management.ts';
import { configurationHistory } from './008-configurations.ts';
import { thingsAtProviders } from './009-passed-things.ts';
import { lockfiles } from './010-lockfiles.ts';
import { syncAndConversations } from './011-sync.ts';
import { receiptStatements } from './012-receipt-statements.ts';
import { durableRuns } from './013-durable-runs.ts';
import { keptFlows } from './014-kept-flows.ts';
import { blockStatistics } from './015-block-statistics.ts';
import type { Migration } from './migration.ts';

export type { Migration, SqlWords } from './migration.ts';

export const migrations: readonly Migration[] = [
  callsAndKeys,
  budgetsAndLeases,
  receiptsInBatches,
  answerCache,
  credentialsAndKeyScopes,
  repricedPeriods,
  management,
  configurationHistory,
  thingsAtProviders,
  lockfiles,
  syncAndConversations,
  receiptStatements,
  durableRuns,
  keptFlows,
  blockStatistics,
];
