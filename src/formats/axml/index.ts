/** Android binary XML (AOSP androidfw ResourceTypes.h, ResXMLTree): compiled manifests and layouts. Those that are written as text: text.ts. */
export { androidAttribute, androidAttributeName, androidNamespace, attribute } from './attributes.ts';
export { readBinaryXml } from './document.ts';
export type { XmlAnomaly, XmlAttribute, XmlDocument, XmlElement } from './types.ts';
