import type { XmlAttribute, XmlElement } from './types.ts';

/** The namespace of the framework's attributes. */
export const androidNamespace = 'http://schemas.android.com/apk/res/android';

/**
 * Resource ids of the framework attributes that manifests use: AOSP core/res/res/values/public-final.xml. The platform
 * finds attributes by these, never by name.
 */
export const androidAttribute: Readonly<Record<string, number>> = Object.freeze({
  theme: 0x01010000,
  label: 0x01010001,
  icon: 0x01010002,
  name: 0x01010003,
  permission: 0x01010006,
  readPermission: 0x01010007,
  writePermission: 0x01010008,
  protectionLevel: 0x01010009,
  permissionGroup: 0x0101000a,
  sharedUserId: 0x0101000b,
  hasCode: 0x0101000c,
  persistent: 0x0101000d,
  enabled: 0x0101000e,
  debuggable: 0x0101000f,
  exported: 0x01010010,
  process: 0x01010011,
  taskAffinity: 0x01010012,
  excludeFromRecents: 0x01010017,
  authorities: 0x01010018,
  initOrder: 0x0101001a,
  grantUriPermissions: 0x0101001b,
  priority: 0x0101001c,
  launchMode: 0x0101001d,
  configChanges: 0x0101001f,
  description: 0x01010020,
  targetPackage: 0x01010021,
  value: 0x01010024,
  resource: 0x01010025,
  mimeType: 0x01010026,
  scheme: 0x01010027,
  host: 0x01010028,
  port: 0x01010029,
  path: 0x0101002a,
  pathPrefix: 0x0101002b,
  pathPattern: 0x0101002c,
  targetActivity: 0x01010202,
  minSdkVersion: 0x0101020c,
  versionCode: 0x0101021b,
  versionName: 0x0101021c,
  targetSdkVersion: 0x01010270,
  maxSdkVersion: 0x01010271,
  testOnly: 0x01010272,
  backupAgent: 0x0101027f,
  allowBackup: 0x01010280,
  glEsVersion: 0x01010281,
  required: 0x0101028e,
  installLocation: 0x010102b7,
  isolatedProcess: 0x010103a9,
  multiArch: 0x0101048e,
  extractNativeLibs: 0x010104ea,
  fullBackupContent: 0x010104eb,
  usesCleartextTraffic: 0x010104ec,
  autoVerify: 0x010104ee,
  directBootAware: 0x01010505,
  externalService: 0x0101050e,
  version: 0x01010519,
  networkSecurityConfig: 0x01010527,
  certDigest: 0x01010548,
  splitName: 0x01010549,
  isFeatureSplit: 0x0101055b,
  compileSdkVersion: 0x01010572,
  compileSdkVersionCodename: 0x01010573,
  versionCodeMajor: 0x01010576,
  appComponentFactory: 0x0101057a,
  usesNonSdkApi: 0x0101058e,
  isSplitRequired: 0x01010591,
  foregroundServiceType: 0x01010599,
  hasFragileUserData: 0x0101059a,
  zygotePreloadName: 0x0101059d,
  useEmbeddedDex: 0x0101059e,
  allowAudioPlaybackCapture: 0x01010601,
  requestLegacyExternalStorage: 0x01010603,
  dataExtractionRules: 0x0101063e,
  attributionTags: 0x01010642,
  usesPermissionFlags: 0x01010644,
  requiredSplitTypes: 0x0101064e,
  splitTypes: 0x0101064f,
});

const names = new Map(Object.entries(androidAttribute).map(([name, id]) => [id, name]));

/** The name of a framework attribute that `androidAttribute` has. */
export function androidAttributeName(resourceId: number): string | undefined {
  return names.get(resourceId);
}

/** The resource id of a framework name that `androidAttribute` has. */
export function androidAttributeId(name: string): number | undefined {
  return Object.hasOwn(androidAttribute, name) ? androidAttribute[name] : undefined;
}

/**
 * The attribute that the platform finds: one of the framework by its resource id alone, whatever its name and namespace
 * (AOSP XmlAttributeFinder), any other, such as `package`, by its name outside every namespace
 * (ResXMLParser::indexOfAttribute without one).
 */
export function attribute(element: XmlElement, name: string): XmlAttribute | undefined {
  const id = androidAttributeId(name);
  // A loop without a function of its own: a manifest is asked thousands of times.
  for (let i = 0; i < element.attributes.length; i++) {
    const each = element.attributes[i]!;
    if (id === undefined ? each.name === name && each.namespace === null : each.resourceId === id) return each;
  }
  return undefined;
}
