import { anomalyCodes } from '../../../types.ts';
import { wordList } from './word-list.ts';

/** What is odd about a container or document. Many have harmless causes: a policy says which count. */
export const anomalyWords = wordList('anomaly', 'anomaly', anomalyCodes, {
  'apk.dex-not-loaded': 'A classesN.dex without the one before it: Android does not load it. It was read all the same.',
  'apk.signing-block-payload':
    'The APK Signing Block holds bytes that no installer reads: tools leave marks there, and data can hide there. They were searched.',
  'axml.attribute-id':
    'The manifest names an attribute of the framework without its resource id: Android ignores it, other readers do not.',
  'axml.attribute-name':
    'The name of an attribute is missing, or is not that of its resource id, which Android goes by.',
  'axml.attribute-namespace': 'An attribute of the framework stands outside its namespace.',
  'axml.attribute-size': 'Attributes of the manifest claim another size than they have.',
  'axml.attribute-start': 'Attributes of the manifest start elsewhere than they do by the format.',
  'axml.chunk-size': 'A part of the manifest claims a size that does not fit.',
  'axml.file-size': 'The manifest claims another size than its content has.',
  'axml.file-type': 'The manifest does not begin as one.',
  'axml.header-size': 'A header of the manifest claims another size than it has by the format.',
  'axml.junk-chunk': 'The manifest holds a part of a kind that the format does not know: Android skips it.',
  'axml.raw-value':
    'The source text of an attribute differs from its value: readers that show the text show another app.',
  'axml.second-pool': 'The manifest holds a second table of strings.',
  'axml.second-root': 'The manifest holds a second root element.',
  'axml.string-count': 'The table of strings claims another number than it has.',
  'axml.string-length': 'A string of the manifest does not end where its length says.',
  'axml.string-offset': 'A string of the manifest starts outside of its table.',
  'axml.trailing-bytes': 'Bytes lie behind the manifest.',
  'axml.unbalanced-end': 'The manifest ends an element that it did not start.',
  'axml.zero-size-chunk': 'A part of the manifest claims to have no bytes: readers stop, or run for ever.',
  'content.embedded': 'Code or an archive stands inside other content. It was read as an entry of its own.',
  'dex.data-section': 'The data of a DEX end beyond what its header gives as its size.',
  'dex.endian-tag': 'A DEX claims another order of bytes than Android loads.',
  'dex.file-size': 'A DEX claims another size than its content has.',
  'dex.header-offset': 'A DEX in a container claims to start elsewhere than it does.',
  'dex.header-size': 'The header of a DEX claims another size than it has by the format.',
  'dex.magic': 'A DEX by its tables, whose first bytes were taken away: something must put them back before it runs.',
  'dex.trailing-bytes': 'Bytes lie behind the data of a DEX.',
  'elf.section-headers':
    'Section headers of a library disagree with what the system loads. They bind nobody, and mislead readers that follow them.',
  'set.package':
    'In a set of split APKs, a package of another app, or a list beside them that names another. Android installs no such set.',
  'set.signer':
    'In a set of split APKs, a package that others signed than the app, or nobody. Android installs no such set.',
  'set.version': 'In a set of split APKs, a package of another version than the app. Android installs no such set.',
  'macho.platform':
    'The code is built for another platform (a simulator, a Mac): what users of iOS are given may be another build.',
  'zip.bad-extra-field': 'An extra field of the archive runs past its end, or lacks the sizes that it should hold.',
  'zip.bad-offset': 'The directory names a place for an entry that lies outside of the entries.',
  'zip.bad-size': 'An entry claims data that would run past the last entry.',
  'zip.crc-mismatch': 'The content of an entry is not what its check sum says.',
  'zip.directory-gap': 'Bytes lie between the directory of the archive and its end.',
  'zip.directory-named-as-file': 'A directory bears the name of a file: some tools then see no file.',
  'zip.directory-size': 'The directory of the archive has another size than the end record claims.',
  'zip.directory-with-data': 'An entry with the name of a directory holds data.',
  'zip.disk-number': 'The archive claims to be one of several disks.',
  'zip.duplicate-name': 'Two entries bear one name: readers differ in which they take.',
  'zip.encryption-flag': 'An entry is marked as encrypted. Android ignores the mark; other readers ask for a password.',
  'zip.entry-count': 'The archive holds another number of entries than it claims.',
  'zip.hostile-name': 'The name of an entry leads out of the folder, or holds what no file system takes.',
  'zip.local-header-mismatch': 'The header of an entry says something else than the directory.',
  'zip.not-utf8': 'A name is not UTF-8.',
  'zip.orphan-entry':
    'An entry stands in the file that the directory does not name: installers do not see it. It was read all the same.',
  'zip.overlapping-entries': 'The data of two entries lie over each other.',
  'zip.prepended-data': 'Bytes stand before the archive, or before its first entry.',
  'zip.second-end-record': 'The file holds a further end of an archive: readers differ in which they take.',
  'zip.size-mismatch': 'An entry has another size than the directory claims.',
  'zip.trailing-data': 'Bytes follow the end of the archive.',
  'zip.unclaimed-data': 'Bytes between the entries belong to none.',
  'zip.unknown-method': 'An entry claims a compression that Android does not know; it is then taken as stored.',
  'zip.zip64': 'Fields for archives over 4 GiB stand where nothing needs them, or contradict the others.',
});
