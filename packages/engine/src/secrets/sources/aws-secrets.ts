/** Secrets in AWS Secrets Manager (docs.aws.amazon.com/secretsmanager/latest/apireference, October 2026). */
import { type Ask, readReply } from '../ask.ts';
import { type SecretSource, secretError } from '../secret-source.ts';
import { decodeText } from './file.ts';
import { takeField } from './secret-field.ts';

/** `ask` signs for the service `secretsmanager`. */
export function createAwsSecretsManagerSource(
  { address }: { readonly address: string },
  ask: Ask,
): SecretSource {
  return {
    read: async (reference) => {
      const { locator, label } = reference;
      const reply = await ask({
        method: 'POST',
        url: `${address.replace(/\/+$/, '')}/`,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'secretsmanager.GetSecretValue',
        },
        body: JSON.stringify({ SecretId: locator }),
      });
      const answer = readReply(reply);
      const { SecretString: text, SecretBinary: binary } = answer;
      if (typeof text === 'string') return { value: takeField(text, reference) };
      if (typeof binary === 'string') {
        return { value: takeField(decodeText(Buffer.from(binary, 'base64'), label), reference) };
      }
      throw secretError(
        label,
        `was not given (${kindOfFailure(answer, reply.status)})`,
        'Check its name and region, and that the access key may call secretsmanager:GetSecretValue.',
      );
    },
  };
}

/** The kind is one of a few words; the message may repeat what was sent. */
function kindOfFailure({ __type: type }: Readonly<Record<string, unknown>>, status: number): string {
  const kind = typeof type === 'string' ? (type.split('#').at(-1) ?? '') : '';
  return /^[A-Za-z]{1,64}$/.test(kind) ? kind : `status ${status}`;
}
