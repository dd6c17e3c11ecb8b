/** Which hosts an operator lets requests of blocks go to although they lie inside the network. */
import { KeelsonError } from '@keelson/core';

/** `host` for every port of it, or `host:port`; names and addresses as URLs have them. Throws for what is neither. */
export function readAllowedHosts(entries: readonly string[]): (url: URL) => boolean {
  const allowed = new Set(entries.map(readEntry));
  return (url) => {
    const host = bare(url.hostname);
    return allowed.has(host) || allowed.has(`${host}:${url.port || defaultPorts[url.protocol]}`);
  };
}

const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

const bare = (host: string): string => host.replace(/\.$/, '');

function readEntry(entry: string): string {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const url = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : undefined;
  // Anything beside the host would be ignored, which is not what somebody who wrote it meant.
  if (host === '' || /[/@?#*\s]/.test(host) || url === undefined) throw noHost(entry);
  return port === undefined ? bare(url.hostname) : `${bare(url.hostname)}:${Number(port)}`;
}

function noHost(entry: string): KeelsonError {
  const says = `\`${entry.slice(0, 100)}\` is no host that requests of blocks can be allowed to go to.`;
  return new KeelsonError('configuration_invalid', says, {
    hint: 'Write a name or an address, with or without a port: `search.internal:9200`, `[fd00::1]`.',
    details: { field: 'allowedHosts' },
  });
}
