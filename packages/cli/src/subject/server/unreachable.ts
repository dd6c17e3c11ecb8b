/** Why a server could not be asked, in words that say what to do about it. */
import { KeelsonError } from '@keelson/core';

interface Reason {
  readonly says: string;
  readonly hint: string;
}

const checkAddress = 'Check the address, and whether it runs: `keelson serve` starts one.';
const certificate = {
  says: 'shows a certificate that is not trusted here',
  hint: 'Check the address; NODE_EXTRA_CA_CERTS names certificates of your own.',
};
const clock = {
  says: 'shows a certificate that is not good at the time that it is here',
  hint: 'Check the clock of this machine first; if it is right, the certificate must be renewed.',
};

const reasons: Readonly<Record<string, Reason>> = {
  ENOTFOUND: { says: 'cannot be reached: nobody knows that name', hint: checkAddress },
  EAI_AGAIN: {
    says: 'cannot be reached: its name cannot be looked up',
    hint: 'Check the network of this machine.',
  },
  CERT_HAS_EXPIRED: clock,
  CERT_NOT_YET_VALID: clock,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  ERR_TLS_CERT_ALTNAME_INVALID: certificate,
};

/** `cause` is what `fetch` threw. */
export function unreachable(url: string, cause: unknown): KeelsonError {
  const { name, cause: inner } = (cause ?? {}) as { readonly name?: string; readonly cause?: unknown };
  if (name === 'AbortError')
    return new KeelsonError('cancelled', `Stopped while ${url} was asked.`, {
      hint: 'Nothing was changed here.',
    });
  if (name === 'TimeoutError')
    return new KeelsonError('provider_timeout', `The server ${url} did not answer in time.`, {
      hint: 'Try again; what was asked may have been done all the same.',
    });
  const { code = '' } = (inner ?? {}) as { readonly code?: string };
  const { says, hint } = reasons[code] ?? { says: 'cannot be reached', hint: checkAddress };
  return new KeelsonError('provider_unavailable', `The server ${url} ${says}.`, { hint, cause });
}
