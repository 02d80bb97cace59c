import { describe, expect, it } from 'vitest';
import { render } from '../../src/render/index.ts';
import type { Certificate, Report, Signature } from '../../src/types.ts';
import { emptyReport, hostileText, report } from './fixture.ts';

const certificate = (subject: string | null, digit = 'a'): Certificate => ({
  ...{ sha256: digit.repeat(64), subject, issuer: subject },
  ...{ notBefore: '2020-01-01T00:00:00.000Z', notAfter: '2050-01-01T00:00:00.000Z' },
});
const signed = (scheme: Signature['scheme'], ...certificates: Certificate[]): Signature => ({
  ...{ scheme, teamId: null, certificates },
});

/** What stands behind `Signed` on the first screen. */
function words(signatures: readonly Signature[], of: Report = emptyReport): string {
  const text = render({ ...of, bundle: { ...of.bundle, signatures } }, 'text', { width: 120 });
  return (/^Signed {5}(.*(?:\n {11}.*)*)$/m.exec(text)?.[1] ?? '').replace(/\s+/g, ' ');
}

describe('the line that says who signed', () => {
  const maker = certificate('CN=Maker\\, Inc., O=Makers, C=US');

  it('one signer once, with all schemes, by common name and digest, and never as verified', () => {
    expect(words([signed('v1', maker), signed('v2', maker), signed('v3', maker, certificate('CN=Root', 'b'))])).toBe(
      'by Maker, Inc. in v1, v2, v3 (not verified), certificate sha256 aaaaaaaaaaaa',
    );
  });

  it('several signers, the first three of them', () => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((digit) => signed('v2', certificate(`CN=${digit}`, digit)));
    expect(words(all.slice(0, 2))).toBe(
      'by a in v2 (not verified), certificate sha256 aaaaaaaaaaaa; by b in v2 (not verified), certificate sha256 bbbbbbbbbbbb',
    );
    expect(words(all)).toMatch(/cccccccccccc; and by 2 more$/);
  });

  it('a name without CN, and none', () => {
    expect(words([signed('v2', certificate('O=Makers, C=US'))])).toMatch(/^by O=Makers, C=US in v2/);
    expect(words([signed('v2', certificate('O=XCN=no'))])).toMatch(/^by O=XCN=no in v2/);
    expect(words([signed('v2', certificate(null))])).toMatch(/^by a certificate whose name was not read in v2/);
    expect(words([signed('v1')])).toBe('v1, without a certificate (not verified)');
  });

  it('nobody, or not known', () => {
    expect(words([])).toBe('not known: no signature of any scheme was found');
    const line = { path: '(APK Signing Block)', format: 'signature', state: 'partial', reason: 'malformed' } as const;
    const coverage = [{ ...line, offset: 0, detail: 'cut off', matters: false }];
    expect(words([], { ...emptyReport, coverage })).toBe('not known: what should say so cannot be read');
  });

  it('Apple’s: the team, or that there is none', () => {
    expect(words([{ scheme: 'codesign', teamId: 'A1B2C3D4E5', certificates: [] }], report)).toBe(
      'by team A1B2C3D4E5 (not verified)',
    );
    expect(words([signed('codesign')], report)).toBe('by no team that it names (not verified)');
    expect(words([], report)).toBe('not known: no code signature was read');
  });

  it('a name that would act on a terminal does not', () => {
    const [line] = render(
      {
        ...emptyReport,
        bundle: { ...emptyReport.bundle, signatures: [signed('v2', certificate(`CN=${hostileText}`))] },
      },
      'text',
    ).match(/^Signed.*$/m)!;
    expect(line).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});
