import type { Budgets } from '../../budgets.ts';
import { BudgetError } from '../../errors.ts';
import type { Problems } from '../problems.ts';
import { nulAfter, text, viewOf } from './bytes.ts';
import type { CodeSignature } from './types.ts';

// xnu: osfmk/kern/cs_blobs.h. All of it is big-endian.
const CSMAGIC_EMBEDDED_SIGNATURE = 0xfade0cc0;
const CSMAGIC_CODEDIRECTORY = 0xfade0c02;
const CSMAGIC_EMBEDDED_ENTITLEMENTS = 0xfade7171;
const CSSLOT_CODEDIRECTORY = 0;
const CSSLOT_ENTITLEMENTS = 5;
const CS_SUPPORTSTEAMID = 0x20200;

interface Blob {
  /** The whole blob with its header of 8 bytes. */
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/**
 * Reads who signed for what. Hashes and certificates are not checked.
 * @param bytes the signature's SuperBlob
 * @param base where it starts in the content
 * @param problems what cannot be followed is added here; the other parts are read all the same
 */
export function readSignature(
  bytes: Uint8Array,
  base: number,
  budgets: Budgets,
  problems: Problems,
): CodeSignature | null {
  const view = viewOf(bytes);
  if (bytes.length < 12 || view.getUint32(0) !== CSMAGIC_EMBEDDED_SIGNATURE) {
    problems.add(base, 'the code signature is no SuperBlob');
    return null;
  }
  const count = Math.min(view.getUint32(8), Math.floor((bytes.length - 12) / 8));
  /** The blob in the first slot of a kind, which is the one the kernel takes. */
  const blob = (slot: number, magic: number): Blob | null => {
    for (let entry = 12; entry < 12 + count * 8; entry += 8) {
      if (view.getUint32(entry) !== slot) continue;
      const at = view.getUint32(entry + 4);
      const length = at + 8 <= bytes.length ? view.getUint32(at + 4) : 0;
      if (length >= 8 && at + length <= bytes.length && view.getUint32(at) === magic) {
        return { bytes: bytes.subarray(at, at + length), offset: base + at };
      }
      problems.add(base + entry, `slot ${slot} of the code signature cannot be read`);
      return null;
    }
    return null;
  };
  const directory = blob(CSSLOT_CODEDIRECTORY, CSMAGIC_CODEDIRECTORY);
  const entitlements = blob(CSSLOT_ENTITLEMENTS, CSMAGIC_EMBEDDED_ENTITLEMENTS);
  const tooLong = entitlements !== null && entitlements.bytes.length > budgets.documentBytes;
  if (tooLong) {
    problems.failed(new BudgetError('documentBytes', budgets.documentBytes, entitlements.offset));
  }
  return {
    identifier: directory && directoryString(directory, IDENT_OFFSET, problems),
    teamId: directory && teamId(directory, problems),
    entitlements: entitlements && !tooLong ? entitlements.bytes.slice(8) : null,
  };
}

// Fields of CS_CodeDirectory
const VERSION = 8;
const IDENT_OFFSET = 20;
const TEAM_OFFSET = 48;

function teamId(directory: Blob, problems: Problems): string | null {
  const { bytes } = directory;
  if (bytes.length < TEAM_OFFSET + 4 || viewOf(bytes).getUint32(VERSION) < CS_SUPPORTSTEAMID) return null;
  return directoryString(directory, TEAM_OFFSET, problems);
}

function directoryString({ bytes, offset }: Blob, field: number, problems: Problems): string | null {
  const start = bytes.length >= field + 4 ? viewOf(bytes).getUint32(field) : bytes.length;
  if (start === 0) return null; // as the team of an ad-hoc signature
  const end = start < bytes.length ? nulAfter(bytes, start, bytes.length) : -1;
  if (end >= 0) return text(bytes, start, end);
  problems.add(offset + field, 'a name of the code directory lies outside it');
  return null;
}
