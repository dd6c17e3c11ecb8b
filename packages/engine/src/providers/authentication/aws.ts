/** Who calls AWS: a bearer key, or an access key that signs every call. */
import type { Clock } from '../../observability/index.ts';
import type { Authenticator } from './authentication.ts';
import { createAwsSigner } from './aws-signature.ts';
import { type Credentials, checkHeaderValue, invalid, revealKey } from './credentials.ts';

export function createAwsAuthenticator(
  provider: string,
  service: string,
  { key, settings, secrets }: Credentials,
  clock: Clock,
): Authenticator {
  if (key !== undefined)
    return { headers: ['authorization', `Bearer ${revealKey(provider, key)}`], query: '' };
  const { accessKeyId, region } = settings;
  const secretAccessKey = secrets?.secretAccessKey?.reveal();
  const sessionToken = secrets?.sessionToken?.reveal();
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'its `secretAccessKey` is missing' : 'its `accessKeyId` is missing';
    throw invalid(provider, `has no key: ${missing}`, 'Set a bearer key, or an access key with its secret.');
  }
  if (!region) throw invalid(provider, 'has no `region`', 'Set the region, such as us-east-1.');
  checkHeaderValue(provider, 'accessKeyId', accessKeyId);
  if (sessionToken !== undefined) checkHeaderValue(provider, 'sessionToken', sessionToken);
  const sign = createAwsSigner({
    region,
    service,
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
  });
  return { headers: [], query: '', sign: (call) => sign(call, clock.now()) };
}
