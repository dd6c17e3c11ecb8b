/** The list of all commands of the command line. Each is described in a file of this folder, which loads nothing but itself. */
import type { CommandSpec } from '../line/command-spec.ts';
import { cacheSpec } from './cache.ts';
import { completeSpec, completionSpec } from './completion.ts';
import { configSpec } from './config.ts';
import { flowSpec } from './flow.ts';
import { aliasesSpec, bindSpec, lockSpec, profilesSpec, unbindSpec } from './lock.ts';
import { explainSpec, infoSpec, modelsSpec, providersSpec } from './models.ts';
import { keysSpec, receiptsSpec } from './receipts.ts';
import { registrySpec } from './registry.ts';
import { doctorSpec, serveSpec, simulateSpec } from './running.ts';
import { exportSpec, pullSpec, pushSpec, registerSpec, serverSpec, statsSpec } from './server.ts';

export const catalog: CommandSpec = {
  name: 'keelson',
  about: 'One runtime for every language model.',
  details: ['`keelson COMMAND --help` explains a command.'],
  commands: [
    lockSpec,
    bindSpec,
    unbindSpec,
    aliasesSpec,
    profilesSpec,
    pushSpec,
    pullSpec,
    explainSpec,
    modelsSpec,
    infoSpec,
    providersSpec,
    registrySpec,
    flowSpec,
    statsSpec,
    exportSpec,
    receiptsSpec,
    keysSpec,
    registerSpec,
    serverSpec,
    configSpec,
    cacheSpec,
    serveSpec,
    simulateSpec,
    doctorSpec,
    completionSpec,
    completeSpec,
  ],
};
