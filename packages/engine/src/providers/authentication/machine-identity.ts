/** Credentials that a machine gives to what runs on it, in place of any that somebody wrote down: where they are asked for. */
import type { Secret } from '../../secrets/index.ts';
import type { WholeReply } from '../transport/index.ts';

export type MachineIdentity =
  /** The role of a task of ECS or a pod of EKS. The file is read anew each time, because its content changes. */
  | {
      readonly kind: 'aws-container';
      readonly address: string;
      readonly token?: Secret;
      readonly tokenFile?: string;
    }
  /** The role of an EC2 instance, by version 2 of its metadata service. */
  | { readonly kind: 'aws-instance'; readonly address?: string }
  /** The service account of a machine, service or job of Google Cloud. */
  | { readonly kind: 'google-metadata'; readonly address?: string };

interface MachineQuestion {
  readonly method: 'GET' | 'PUT';
  readonly address: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** Asks this machine; never through a proxy, never for long. */
export type AskMachine = (question: MachineQuestion) => Promise<WholeReply>;
