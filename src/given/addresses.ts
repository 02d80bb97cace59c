import { Reader, type Response } from 'mmdb-lib';
import { ScanError } from '../errors.ts';
import type { Hash } from '../runtime/runtime.ts';
import type { AddressRegistry } from '../types.ts';
import { addressFamily } from './ip.ts';

/** What records of registry data hold, by the databases that have them. A geolocation (`country`) is never taken. */
interface AddressRecord {
  readonly country_code?: unknown;
  readonly registered_country?: { readonly iso_code?: unknown } | null;
}

/** The 16 zero bytes between the search tree and the records (MaxMind DB 2.0). */
const SEPARATOR = 16;
const LONGEST_NAME = 100;

/**
 * A MaxMind DB as registry data of addresses.
 * @param database a Node Buffer: mmdb-lib takes nothing else
 * @param label how messages call it
 * @throws ScanError bad-option
 */
export function readAddresses(database: Uint8Array, label: string, hash: Hash): AddressRegistry {
  const attempt = <T>(step: () => T): T => {
    try {
      return step();
    } catch (error) {
      // On a broken file mmdb-lib throws what its reads throw: RangeError, TypeError, a full stack.
      throw new ScanError('bad-option', `${label}: not an address database, or a broken one (${messageOf(error)})`, {
        cause: error,
      });
    }
  };
  // With a cache each record that others point to is decoded once, however often they do.
  const reader = attempt(() => new Reader<Response>(database as Buffer, { cache: new Map() }));
  const { name, built, version } = attempt(() => checkMetadata(reader.metadata, database.length));
  hash.update(database);
  return {
    name,
    sha256: hash.digest(),
    built,
    countryOf(ip) {
      const mapped = /^::ffff:([\d.]+)$/i.exec(ip)?.[1];
      const address = mapped ?? ip;
      const family = addressFamily(address);
      // mmdb-lib reads any text as some address, and would walk an IPv4 tree by the bits of an IPv6 address.
      if (family === null || (family === 6 && version === 4)) return null;
      return attempt(() => countryIn(reader.get(address)));
    },
  };
}

function checkMetadata(metadata: Reader<Response>['metadata'], size: number) {
  const { binaryFormatMajorVersion, buildEpoch, databaseType, ipVersion, nodeCount, searchTreeSize } = metadata;
  if (binaryFormatMajorVersion !== 2) throw new Error('not version 2 of the format');
  if (ipVersion !== 4 && ipVersion !== 6) throw new Error('neither for IPv4 nor for IPv6');
  if (!Number.isSafeInteger(nodeCount) || nodeCount < 1 || searchTreeSize + SEPARATOR > size) {
    throw new Error('the search tree does not fit');
  }
  if (typeof databaseType !== 'string' || databaseType === '') throw new Error('no name');
  const built = buildEpoch.toISOString().slice(0, 10);
  if (!/^\d{4}-\d\d-\d\d$/.test(built)) throw new Error('no day on which it was built');
  return { name: databaseType.slice(0, LONGEST_NAME), built, version: ipVersion };
}

function countryIn(found: unknown): string | null {
  const record = found as AddressRecord | null;
  const country = record?.country_code ?? record?.registered_country?.iso_code;
  return typeof country === 'string' && /^[A-Z]{2}$/.test(country) ? country : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
