/** Which connections go through a proxy, by the settings that every tool knows as `HTTPS_PROXY` and `NO_PROXY`. */
import { BlockList, isIP } from 'node:net';
import { KeelsonError } from '@keelson/core';
import type { Secret } from '../../secrets/index.ts';
import { isMetadataHost } from '../address-guard.ts';

export interface ProxySettings {
  /** For addresses with https; secret because it may hold a password. */
  readonly httpsProxy?: Secret;
  /** For addresses with http. */
  readonly httpProxy?: Secret;
  /** Hosts that are reached directly: names, `.suffix`, `*.suffix`, addresses, networks (`10.0.0.0/8`), ports, or `*`. */
  readonly noProxy?: string;
}

/** The proxy for an origin; none means a direct connection. */
export function chooseProxy(origin: string, settings: ProxySettings | undefined): URL | undefined {
  const { protocol, hostname, port } = new URL(origin);
  const secret = protocol === 'https:' ? settings?.httpsProxy : settings?.httpProxy;
  const text = secret?.reveal().trim();
  if (text === undefined || text === '') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  // As everywhere, nobody means this machine when they set a proxy.
  if (host === 'localhost' || host === '::1' || /^127\./.test(host)) return undefined;
  const defaultPort = protocol === 'https:' ? '443' : '80';
  if (isExempt(host, port || defaultPort, settings?.noProxy ?? '')) return undefined;
  return readProxy(text);
}

function readProxy(text: string): URL {
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  // Its text may hold a password, so the message does not repeat it.
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hostname === '') {
    throw new KeelsonError('configuration_invalid', 'The proxy is set to something that is no address.', {
      hint: 'Write it as http://HOST:PORT, with https:// when the proxy itself speaks TLS.',
    });
  }
  if (isMetadataHost(url.hostname)) {
    const what = 'The proxy has an address of a metadata service or of the local link, which is refused.';
    throw new KeelsonError('configuration_invalid', what, { hint: 'Correct the address of the proxy.' });
  }
  return url;
}

function isExempt(host: string, port: string, noProxy: string): boolean {
  return noProxy
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(entry.toLowerCase(), host.toLowerCase(), port));
}

function matches(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInNetwork(entry, host);
  const bare = entry.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return bare === host;
  const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const suffix = name.replace(/^\[|\]$/g, '').replace(/^\*?\.?/, '');
  return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
}

function isInNetwork(network: string, host: string): boolean {
  const [address = '', bits = ''] = network.split('/');
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  const width = family === 'ipv4' ? 32 : 128;
  if (isIP(address) === 0 || isIP(host) !== isIP(address) || !/^\d{1,3}$/.test(bits) || Number(bits) > width)
    return false;
  const list = new BlockList();
  list.addSubnet(address, Number(bits), family);
  return list.check(host, family);
}
