import { concat, fields } from './zip.ts';

/** An ID-value pair of an APK Signing Block (source.android.com, "APK signature scheme v2"). */
export interface PairDescription {
  readonly id: number;
  readonly value: Uint8Array;
}

export const schemeId = { v2: 0x7109871a, v3: 0xf05368c0, 'v3.1': 0x1b93ad61 } as const;

/** The pairs alone: `buildZip` puts sizes and magic around them. */
export function buildPairs(pairs: readonly PairDescription[]): Uint8Array {
  return concat(...pairs.map(({ id, value }) => concat(fields([8, value.length + 4], [4, id]), value)));
}

const prefixed = (...parts: readonly Uint8Array[]) => {
  const content = concat(...parts);
  return concat(fields([4, content.length]), content);
};

/** Signers of one scheme, each by its certificates (DER). Digests, signatures and keys are made up. */
export function buildScheme(
  scheme: keyof typeof schemeId,
  signers: readonly (readonly Uint8Array[])[],
): PairDescription {
  const digest = prefixed(prefixed(fields([4, 0x0103]), prefixed(new Uint8Array(32).fill(3))));
  // v3 says for which platform versions a signer counts, once signed and once not.
  const versions = scheme === 'v2' ? new Uint8Array(0) : fields([4, 28], [4, 0x7fff_ffff]);
  const written = signers.map((certificates) => {
    const signed = prefixed(digest, prefixed(...certificates.map((der) => prefixed(der))), versions, prefixed());
    const signature = prefixed(prefixed(fields([4, 0x0103]), prefixed(new Uint8Array(64).fill(4))));
    return prefixed(signed, versions, signature, prefixed(new Uint8Array(44).fill(6)));
  });
  return { id: schemeId[scheme], value: prefixed(...written) };
}
