import { attempt } from '../../coverage.ts';
import { readSigningBlock } from '../../formats/signing/apk.ts';
import { readPkcs7Certificates } from '../../formats/signing/pkcs7.ts';
import type { ByteSource } from '../../runtime/runtime.ts';
import type { Anomaly, Certificate, Coverage, Signature } from '../../types.ts';
import { type Reader, readDocument, type SignatureFacts } from '../app.ts';
import type { Archive } from '../archive.ts';
import { drive } from '../content.ts';
import type { Entry } from '../entry.ts';

/** What a JAR signature is stored as: one file for each signer. */
const signatureFile = /^META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i;
/** As many as Android lets one APK have. */
const MOST_SIGNERS = 10;

/** Who signed an APK, as it says itself: no signature is verified. */
export async function readSignatures(
  archive: Archive,
  source: ByteSource | null,
  reader: Reader,
): Promise<SignatureFacts> {
  const coverage: Coverage[] = [];
  const anomalies: Anomaly[] = [];
  const files = archive.entries.filter((entry) => signatureFile.test(entry.path));
  if (files.length > MOST_SIGNERS) {
    coverage.push(
      line('(JAR signatures)', null, `${files.length} signature files, ${MOST_SIGNERS} were read`, 'budget'),
    );
  }
  const signatures: Signature[] = [];
  for (const file of files.slice(0, MOST_SIGNERS)) {
    const signature = await readJarSignature(file, reader, coverage);
    if (signature) signatures.push(signature);
  }
  if (!source) coverage.push(line(BLOCK, null, 'an APK that was unpacked has lost its signing block', 'missing'));
  if (!archive.signingBlock || !source) return { signatures, signingBlock: [], coverage, anomalies };

  const block = await drive(readSigningBlock(archive.signingBlock, reader.budgets), source);
  for (const { scheme, certificates } of block.signers) {
    const read: Certificate[] = [];
    for (const { offset, length } of certificates) read.push(certificate(await source.read(offset, length), reader));
    signatures.push({ scheme, teamId: null, certificates: read });
  }
  for (const { offset, message, reason } of block.problems) coverage.push(line(BLOCK, offset, message, reason));
  const [payload] = block.payload;
  if (payload) {
    const bytes = block.payload.reduce((sum, { size }) => sum + size, 0);
    const ids = [...new Set(block.payload.map(({ id }) => hex(id)))].slice(0, 5).join(', ');
    const detail = `${bytes} bytes that no installer reads lie in the APK Signing Block (${ids})`;
    anomalies.push({ code: 'apk.signing-block-payload', path: null, offset: payload.offset, detail });
  }
  const signingBlock = block.others.map(({ id, name, size }) => ({ id: hex(id), name, size }));
  return { signatures, signingBlock, coverage, anomalies };
}

const BLOCK = '(APK Signing Block)';

const hex = (id: number) => `0x${id.toString(16).padStart(8, '0')}`;

/** Who signed hides no SDK: that it cannot be read leaves the rest of the answer whole. */
function line(path: string, offset: number | null, detail: string, reason: Coverage['reason'] = 'malformed'): Coverage {
  return { path, format: 'signature', state: 'partial', reason, offset, detail, matters: false };
}

async function readJarSignature(entry: Entry, reader: Reader, coverage: Coverage[]): Promise<Signature | null> {
  const failures: Coverage[] = [];
  // The entry is read once more with all others: its anomalies are told there.
  const read = await readDocument(entry, 'signature', reader, { coverage: failures, anomalies: [] });
  coverage.push(...failures.map((failure) => ({ ...failure, matters: false })));
  if (!read) return null;
  const { bytes } = read;
  const found = attempt(
    () => readPkcs7Certificates(bytes),
    ({ offset, message, reason }) => coverage.push(line(entry.path, offset, message, reason)),
  );
  const certificates = found?.map(({ offset, length }) => certificate(bytes.subarray(offset, offset + length), reader));
  return certificates ? { scheme: 'v1', teamId: null, certificates } : null;
}

function certificate(der: Uint8Array, { runtime }: Reader): Certificate {
  const hash = runtime.sha256();
  hash.update(der);
  const read = runtime.certificate(der);
  return {
    sha256: hash.digest(),
    subject: read?.subject ?? null,
    issuer: read?.issuer ?? null,
    notBefore: read?.notBefore ?? null,
    notAfter: read?.notAfter ?? null,
  };
}
