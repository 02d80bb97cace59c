import type { Budgets } from '../budgets.ts';
import { attempt } from '../coverage.ts';
import { attribute, readBinaryXml } from '../formats/axml/index.ts';
import { passageAt } from '../formats/passage.ts';
import type { LibraryHit } from '../inventory/facts.ts';
import type { Collector } from './collector.ts';

/** Bytes of such a document that are read: one with 300 plugins has a tenth. */
const MOST_BYTES = 512 * 1024;

/** Packages that are listed of one document. */
const MOST_NAMES = 1000;

/** Characters of a tag of such a document that are looked at, and names that are shown of a list. */
const LONGEST_TAG = 2000;
const SHOWN = 5;

/** Names as npm has them, and older plugins of Cordova; `"name": "version"`, `"pluginId": "name"`, `"pkg": "name"`. */
const versioned = /"((?:@[\w.-]{1,64}\/)?\w[\w.-]{0,127})"\s*:\s*"(\d[\w.+-]{0,64})"/g;
const pluginId = /"pluginId"\s*:\s*"((?:@[\w.-]{1,64}\/)?\w[\w.-]{0,127})"/g;
const pkg = /"pkg"\s*:\s*"((?:@[\w.-]{1,64}\/)?\w[\w.-]{0,127})"/g;
const packageName = /^(?:@[\w.-]{1,64}\/)?\w[\w.-]{0,127}$/;
const packageVersion = /^\d[\w.+-]{0,64}$/;

/** One character a byte, so that places in the text are places in the bytes. */
const latin1 = new TextDecoder('latin1');

/**
 * What a document says: packages that are built in, the address that the app's own pages are fetched from, and whose pages
 * besides them may be shown in their place.
 */
interface Said {
  readonly libraries: readonly LibraryHit[];
  readonly remote: Remote | null;
  readonly others: Others | null;
}

interface Others {
  readonly hosts: readonly string[];
  readonly by: string;
}

interface Remote {
  readonly url: string;
  readonly by: string;
}

/** Reads a document; `text` has one character a byte. */
type Row = (text: string, bytes: Uint8Array, budgets: Budgets) => Said;

const says = (libraries: readonly LibraryHit[]): Said => ({ libraries, remote: null, others: null });
const leads = (remote: Remote | null, hosts: readonly string[], by: string): Said => ({
  ...{ libraries: [], remote },
  others: hosts.length > 0 ? { hosts: hosts.slice(0, MOST_NAMES), by } : null,
});

/** Documents by which frameworks for web code in an app know their plugins and pages, by file name. */
const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  // PlatformJson.generateMetadata of npm:cordova-common@6.0.0 writes it.
  ['cordova_plugins.js', (text, bytes) => says(cordovaPlugins(text, bytes))],
  // framework/src/org/apache/cordova/ConfigXmlParser.java of npm:cordova-android@15.1.0 reads it.
  ['config.xml', (text, bytes, budgets) => cordovaSettings(text, bytes, budgets)],
  // dist/android/update.js of npm:@capacitor/cli@7.6.9 writes it.
  ['capacitor.plugins.json', (text, bytes) => says(named(text, bytes, pkg))],
  // `server` in dist/declarations.d.ts of npm:@capacitor/cli@7.6.9: `url`, "Load an external URL in the Web View", and
  // `allowNavigation`, "Set additional URLs the Web View can navigate to".
  ['capacitor.config.json', capacitorSettings],
  // Packages that were copied with their folders: NativeScript before it came with webpack, Node.js in an app.
  ['package.json', (text, bytes) => says(packageOf(text, bytes))],
]);

/** Folders in which a package.json is that of a package, and not of the app. */
const ofPackage = /[/!](?:node|tns)_modules\/(?:@[^/]{1,64}\/)?[^/]{1,128}\/package\.json$/;

/** A document of a framework for web code; null where the path is that of none. */
export function webDocument(path: string): WebDocument | null {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('!')) + 1);
  const row = rows.get(name);
  // Names may be 60 kB long.
  if (!row || (name === 'package.json' && !ofPackage.test(`/${path.slice(-256)}`))) return null;
  return new WebDocument(row);
}

/** Keeps a document while it streams by, and hands over what it says. */
export class WebDocument {
  readonly #row: Row;
  readonly #pieces: Uint8Array[] = [];
  #size = 0;

  constructor(row: Row) {
    this.#row = row;
  }

  push(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= MOST_BYTES) this.#pieces.push(bytes.slice());
  }

  end(into: Collector, budgets: Budgets): void {
    if (this.#size > MOST_BYTES) {
      const detail = `a list of plugins or settings of more than ${MOST_BYTES} bytes was only searched`;
      into.cover({ state: 'partial', reason: 'budget', offset: MOST_BYTES, detail });
      return;
    }
    const bytes = new Uint8Array(this.#size);
    let filled = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    const { libraries, remote, others } = this.#row(latin1.decode(bytes), bytes, budgets);
    into.libraries = [...into.libraries, ...libraries];
    if (others !== null) {
      const shown = others.hosts.slice(0, SHOWN).map((host) => JSON.stringify(host.slice(0, 100)));
      const more = others.hosts.length > SHOWN ? ` and ${others.hosts.length - SHOWN} more` : '';
      const detail = `the app's pages may lead to pages of ${shown.join(', ')}${more} with its plugins at hand (${others.by}): what those do is not in the bundle`;
      into.cover({ state: 'partial', reason: 'missing', detail, matters: false });
    }
    if (remote === null) return;
    const detail = `the app's pages are fetched from ${remote.url} (${remote.by}): what they do is not in the bundle`;
    into.cover({ state: 'partial', reason: 'missing', detail });
  }
}

/** Plugins with their versions, and by their scripts those that stand in no list of versions. */
function cordovaPlugins(text: string, bytes: Uint8Array): LibraryHit[] {
  const from = text.indexOf('module.exports.metadata');
  const versions = from < 0 ? [] : named(text, bytes, versioned, from);
  const known = new Set(versions.map(({ name }) => name));
  return [...versions, ...named(text, bytes, pluginId).filter(({ name }) => !known.has(name))];
}

/** What the pattern meets from there on: a name, and a version where it has one. One of each name. */
function named(text: string, bytes: Uint8Array, pattern: RegExp, from = 0): LibraryHit[] {
  const found = new Map<string, LibraryHit>();
  for (const { 0: whole, 1: name = '', 2: version = null, index } of text.slice(from).matchAll(pattern)) {
    if (found.size >= MOST_NAMES) break;
    if (!found.has(name)) found.set(name, hitAt(bytes, from + index, whole.length, name, version));
  }
  return [...found.values()];
}

function packageOf(text: string, bytes: Uint8Array): LibraryHit[] {
  const { name, version } = object(parsed(text)) ?? {};
  if (typeof name !== 'string' || !packageName.test(name)) return [];
  const said = typeof version === 'string' && packageVersion.test(version) ? version : null;
  const at = text.indexOf(`"${name}"`);
  // Escapes in the name: nobody writes them.
  return at < 0 ? [] : [hitAt(bytes, at, name.length + 2, name, said)];
}

function hitAt(bytes: Uint8Array, at: number, length: number, name: string, version: string | null): LibraryHit {
  const seen = passageAt(bytes.subarray(at, at + length), at, 'utf-8', 'list of packages');
  return { kind: 'string', name, version, seen };
}

function capacitorSettings(text: string): Said {
  const server = object(object(parsed(text))?.server);
  const { url, allowNavigation = [] } = server ?? {};
  const hosts = Array.isArray(allowNavigation) ? allowNavigation.filter((each) => typeof each === 'string') : [];
  return leads(remoteOf(url, 'server.url of Capacitor'), hosts, 'server.allowNavigation of Capacitor');
}

/**
 * The page that the app begins with, and whose pages it may lead to, in the settings as they are written, or compiled into
 * Android's resources.
 */
function cordovaSettings(text: string, bytes: Uint8Array, budgets: Budgets): Said {
  const told = (src: unknown, hrefs: readonly unknown[]) => {
    // The same list allows addresses of telephones and mail.
    const hosts = hrefs.filter((href): href is string => typeof href === 'string' && /^(?:https?:|\*)/i.test(href));
    return leads(remoteOf(src, 'content of Cordova'), hosts, 'allow-navigation of Cordova');
  };
  if (bytes[0] === 3) {
    const document = attempt(
      () => readBinaryXml(bytes, budgets),
      () => {},
    );
    if (document?.root?.name !== 'widget') return says([]);
    const { children } = document.root;
    const content = children.find(({ name }) => name === 'content');
    const allowed = children.filter(({ name }) => name === 'allow-navigation');
    return told(
      content && attribute(content, 'src')?.value,
      allowed.map((each) => attribute(each, 'href')?.value),
    );
  }
  const plain = withoutComments(text);
  if (!plain.includes('<widget')) return says([]);
  const [content] = tagsOf(plain, '<content ');
  const value = (tag: string | undefined, name: RegExp) => name.exec(tag ?? '')?.[1];
  return told(
    value(content, /\ssrc\s*=\s*["']([^"']+)["']/),
    tagsOf(plain, '<allow-navigation ').map((tag) => value(tag, /\shref\s*=\s*["']([^"']+)["']/)),
  );
}

/** Tags that begin so, each to its end. */
function tagsOf(text: string, begin: string): string[] {
  const tags: string[] = [];
  for (let at = text.indexOf(begin); at >= 0 && tags.length < MOST_NAMES; at = text.indexOf(begin, at + 1)) {
    const end = text.indexOf('>', at);
    tags.push(text.slice(at, Math.min(end < 0 ? text.length : end, at + LONGEST_TAG)));
  }
  return tags;
}

function withoutComments(text: string): string {
  const [first = '', ...others] = text.split('<!--');
  return others.reduce((kept, part) => {
    const end = part.indexOf('-->');
    return end < 0 ? kept : kept + part.slice(end + 3);
  }, first);
}

function remoteOf(url: unknown, by: string): Remote | null {
  if (typeof url !== 'string' || !/^\s*https?:\/\//i.test(url)) return null;
  return { url: url.trim().slice(0, 300), by };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON says nothing to the framework either.
    return null;
  }
}

function object(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
}
