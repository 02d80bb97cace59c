/** Android binary XML (AOSP androidfw ResourceTypes.h, ResXMLTree): compiled manifests and layouts. */
export { androidAttribute, androidAttributeName, androidNamespace, attribute } from './axml-attributes.ts';
export { readBinaryXml } from './axml-document.ts';
export type { XmlAnomaly, XmlAttribute, XmlDocument, XmlElement } from './axml-types.ts';
