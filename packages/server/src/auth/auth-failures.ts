// How often an address has shown a wrong key lately. Beyond a bound it is told to wait; whoever shows a good key is never
// asked about this.
import { KeelsonError } from '@keelson/core';
import { type AddressCountSettings, createAddressCount } from './address-count.ts';

export interface AuthFailures {
  /** Counts a refusal and gives what the caller is told: that refusal, or that there were too many. */
  note(address: string, refusal: KeelsonError): KeelsonError;
}

export interface AuthFailureSettings extends AddressCountSettings {
  /** Refusals of one address in a window before it is told to wait. */
  readonly most?: number;
}

export function createAuthFailures({ most = 30, ...settings }: AuthFailureSettings): AuthFailures {
  const count = createAddressCount(settings);
  return {
    note: (address, refusal) => {
      const { times, retryAfterMs } = count(address);
      if (times <= most) return refusal;
      return new KeelsonError('rate_limited', 'This address has shown too many wrong keys.', {
        hint: 'Correct the key, and wait for the time in retry-after.',
        details: { retryAfterMs },
      });
    },
  };
}
