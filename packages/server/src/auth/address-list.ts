// Addresses and ranges that a key may be used from, as IPv4 and IPv6 write them.
import { BlockList, isIP } from 'node:net';
import { KeelsonError } from '@keelson/core';

export interface AddressList {
  has(address: string): boolean;
}

/** Throws `invalid_request` where one is neither an address nor a range such as `10.0.0.0/8`. */
export function parseAddresses(ranges: readonly string[]): AddressList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits, ...more] = range.split('/');
    const family = familyOf(address);
    const length = bits === undefined ? undefined : Number(bits);
    const most = family === 'ipv4' ? 32 : 128;
    const isLength = length === undefined || (/^\d{1,3}$/.test(bits ?? '') && length <= most);
    if (family === undefined || !isLength || more.length > 0) {
      throw new KeelsonError('invalid_request', 'An entry of `addresses` is no address and no range.', {
        hint: 'Write addresses such as 192.0.2.7, or ranges such as 10.0.0.0/8 and 2001:db8::/32.',
        details: { field: 'addresses' },
      });
    }
    if (length === undefined) list.addAddress(address, family);
    else list.addSubnet(address, length, family);
  }
  return {
    has: (address) => {
      const plain = withoutMapping(address);
      const family = familyOf(plain);
      return family !== undefined && list.check(plain, family);
    },
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** A socket for both families writes IPv4 as `::ffff:192.0.2.7`. */
function withoutMapping(address: string): string {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
