/** Certificates made on the spot, so that no private key lies in the repository: just enough of X.509 for tests of TLS. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority extends Identity {
  /** A certificate for this name, which may be that of whoever calls, and for 127.0.0.1. */
  issue(name: string): Identity;
}

export function createAuthority(name: string): Authority {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    ...identityOf({ subject: name, issuer: name, publicKey: pair.publicKey, isAuthority: true }, pair.privateKey, pair.privateKey),
    issue: (subject) => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const facts = { subject, issuer: name, publicKey: own.publicKey, isAuthority: false };
      return identityOf(facts, own.privateKey, pair.privateKey);
    },
  };
}

interface Facts {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly isAuthority: boolean;
}

function identityOf(facts: Facts, own: KeyObject, signer: KeyObject): Identity {
  const body = bodyOf(facts);
  const signature = sign('sha256', body, signer);
  const whole = sequence(body, algorithm, node(0x03, Buffer.from([0]), signature));
  // No empty line may follow a last one that is full.
  const lines = (whole.toString('base64').match(/.{1,64}/g) ?? []).join('\n');
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: own.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

let serial = 0;

function bodyOf({ subject, issuer, publicKey, isAuthority }: Facts): Buffer {
  serial += 1;
  const time = (text: string): Buffer => node(0x18, Buffer.from(text));
  const names = node(0x30, node(0x82, Buffer.from(subject)), node(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = isAuthority
    ? [sequence(oid(0x55, 0x1d, 0x13), node(0x01, Buffer.from([0xff])), node(0x04, sequence(node(0x01, Buffer.from([0xff])))))]
    : [sequence(oid(0x55, 0x1d, 0x11), node(0x04, names))];
  return sequence(
    node(0xa0, node(0x02, Buffer.from([2]))),
    node(0x02, Buffer.from([serial])),
    algorithm,
    nameOf(issuer),
    sequence(time('20200101000000Z'), time('20991231235959Z')),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(...extensions)),
  );
}

function nameOf(text: string): Buffer {
  return sequence(node(0x31, sequence(oid(0x55, 0x04, 0x03), node(0x0c, Buffer.from(text)))));
}

function node(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  return Buffer.concat([Buffer.from([tag, ...sizeOf(length)]), content]);
}

/** In as few bytes as it takes, which the standard demands. */
function sizeOf(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function sequence(...parts: Buffer[]): Buffer {
  return node(0x30, ...parts);
}

function oid(...bytes: number[]): Buffer {
  return node(0x06, Buffer.from(bytes));
}

/** ECDSA with SHA-256. */
const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
