/**
 * Google's application default credentials where no variable names their file: the login of gcloud, or the account that the
 * machine runs as (https://cloud.google.com/docs/authentication/application-default-credentials).
 */
import { KeelsonError } from '@keelson/core';
import { Secret } from '../../secrets/index.ts';
import { quotaProjectOfCredentials } from '../authentication/index.ts';
import type { Ambient, AmbientQuestion } from './ambient.ts';
import { type Environment, homeFolder, readVariable } from './read-variable.ts';

const fileVariable = 'GOOGLE_APPLICATION_CREDENTIALS';

export function ambientGoogle({ provider, env, readFile, source }: AmbientQuestion): Ambient {
  const isOpen = source === undefined || source === 'auto';
  if (source === 'file' && readVariable(env, [fileVariable]) === undefined)
    throw missing(provider, `${fileVariable} is not set`, `Set it to the path of a file of credentials.`);
  // The variable that names a file is read like any other.
  if (source === 'file' || (isOpen && readVariable(env, [fileVariable]) !== undefined)) return {};
  if (source !== 'metadata') {
    const text = gcloudFiles(env)
      .map(readFile)
      .find((content) => content !== undefined);
    if (text !== undefined) return fromLogin(text, env);
    if (source === 'gcloud')
      throw missing(
        provider,
        'there is no login of gcloud',
        'Log in by `gcloud auth application-default login`.',
      );
  }
  const host = readVariable(env, ['GCE_METADATA_HOST']);
  const at = host === undefined ? {} : { address: host.includes('://') ? host : `http://${host}` };
  return { identity: { kind: 'google-metadata', ...at } };
}

function gcloudFiles(env: Environment): string[] {
  const home = homeFolder(env);
  const data = readVariable(env, ['APPDATA']);
  const folders = [
    readVariable(env, ['CLOUDSDK_CONFIG']),
    home === undefined ? undefined : `${home}/.config/gcloud`,
    data === undefined ? undefined : `${data}/gcloud`,
  ];
  return folders.flatMap((folder) =>
    folder === undefined ? [] : [`${folder}/application_default_credentials.json`],
  );
}

function fromLogin(text: string, env: Environment): Ambient {
  const quotaProject = readVariable(env, ['GOOGLE_CLOUD_QUOTA_PROJECT']) ?? quotaProjectOfCredentials(text);
  return {
    secrets: { credentials: new Secret(text) },
    ...(quotaProject !== undefined && { settings: { quotaProject } }),
  };
}

function missing(provider: string, why: string, hint: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `${provider} has no credentials: ${why}.`, { hint });
}
