/** Who calls AWS: a bearer key, an access key that signs every call, or those that the machine gives for a while. */
import type { Authenticator, Signable, Surroundings } from './authentication.ts';
import { type AwsKeys, awsKeysOf } from './aws-keys.ts';
import { createAwsSigner } from './aws-signature.ts';
import { type Credentials, checkHeaderValue, invalid, revealKey } from './credentials.ts';
import { createTokenCache } from './token-cache.ts';

export function createAwsAuthenticator(
  provider: string,
  service: string,
  credentials: Credentials,
  surroundings: Surroundings,
): Authenticator {
  const { key, settings, identity } = credentials;
  const { region } = settings;
  if (key !== undefined)
    return { headers: ['authorization', `Bearer ${revealKey(provider, key)}`], query: '' };
  const { clock } = surroundings;
  const current =
    identity === undefined
      ? always(configuredKeys(provider, credentials))
      : createTokenCache(clock, awsKeysOf(provider, identity, surroundings));
  if (!region) throw invalid(provider, 'has no `region`', 'Set the region, such as us-east-1.');
  const signWith = createKeyedSigner(region, service);
  const sign = (call: Signable): readonly string[] | Promise<readonly string[]> => {
    const keys = current();
    return keys instanceof Promise
      ? keys.then((fetched) => signWith(fetched, call, clock.now()))
      : signWith(keys, call, clock.now());
  };
  return { headers: [], query: '', sign };
}

function always(keys: AwsKeys): () => AwsKeys | Promise<AwsKeys> {
  return () => keys;
}

function configuredKeys(provider: string, { settings, secrets }: Credentials): AwsKeys {
  const { accessKeyId } = settings;
  const secretAccessKey = secrets?.secretAccessKey?.reveal();
  const sessionToken = secrets?.sessionToken?.reveal();
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'its `secretAccessKey` is missing' : 'its `accessKeyId` is missing';
    throw invalid(provider, `has no key: ${missing}`, awsHint);
  }
  checkHeaderValue(provider, 'accessKeyId', accessKeyId);
  if (sessionToken !== undefined) checkHeaderValue(provider, 'sessionToken', sessionToken);
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

const awsHint =
  'Set a bearer key, an access key with its secret, a profile that holds one, or the role of a container or an instance.';

/** A signer keeps the key of the day, which new access keys have not. */
function createKeyedSigner(
  region: string,
  service: string,
): (keys: AwsKeys, call: Signable, nowMs: number) => string[] {
  let known: AwsKeys | undefined;
  let signer: ReturnType<typeof createAwsSigner> | undefined;
  return (keys, call, nowMs) => {
    if (known !== keys || signer === undefined) {
      known = keys;
      signer = createAwsSigner({ ...keys, region, service });
    }
    return signer(call, nowMs);
  };
}
