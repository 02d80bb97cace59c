import type { Report, Signature } from '../../types.ts';
import { dim, type Span } from './layout.ts';
import { name } from './words.ts';

const SIGNERS_SHOWN = 3;

/** Who says to have signed, each signer once with all schemes: never that a signature holds. */
export function signedWords({ bundle, coverage }: Report): (string | Span)[] {
  const { signatures, platform } = bundle;
  if (signatures.length === 0) {
    // What is not there proves nothing: it may be in what is not aboard, cut off, or taken away.
    if (platform === 'ios') return ['not known: no code signature was read'];
    const unread = coverage.some((line) => line.format === 'signature' && line.state !== 'read');
    return [`not known: ${unread ? 'what should say so cannot be read' : 'no signature of any scheme was found'}`];
  }
  const schemes = new Map<string, { first: Signature; schemes: string[] }>();
  for (const signature of signatures) {
    const key = signature.certificates[0]?.sha256 ?? `team ${signature.teamId}`;
    const known = schemes.get(key);
    if (known) known.schemes.push(signature.scheme);
    else schemes.set(key, { first: signature, schemes: [signature.scheme] });
  }
  const signers = [...schemes.values()];
  const shown = signers.slice(0, SIGNERS_SHOWN).map(({ first, schemes }) => signerWords(first, schemes));
  const words = shown.flatMap((each, i) => (i === 0 ? each : ['; ', ...each]));
  return signers.length > shown.length ? [...words, `; and by ${signers.length - shown.length} more`] : words;
}

function signerWords({ certificates: [own], teamId, scheme }: Signature, schemes: readonly string[]) {
  if (scheme === 'codesign')
    return [`by ${teamId === null ? 'no team that it names' : `team ${name(teamId)}`} (not verified)`];
  if (!own) return [`${schemes.join(', ')}, without a certificate (not verified)`];
  const who = own.subject === null ? 'a certificate whose name was not read' : name(commonName(own.subject));
  return [`by ${who} in ${schemes.join(', ')} (not verified)`, dim(`, certificate sha256 ${own.sha256.slice(0, 12)}`)];
}

/** The CN of a name as RFC 4514 writes it; the whole of a name without one. */
function commonName(subject: string): string {
  const value = /(?:^|, )CN=((?:\\.|[^,\\])*)/.exec(subject)?.[1];
  return value === undefined || value === '' ? subject : value.replace(/\\([,+"\\<>;#= ])/g, '$1');
}
