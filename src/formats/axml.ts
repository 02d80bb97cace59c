/** Android binary XML (AOSP androidfw ResourceTypes.h, ResXMLTree): compiled manifests and layouts. */
export { androidAttribute, androidAttributeName, androidNamespace } from './axml-attributes.ts';
export {
  attribute,
  readBinaryXml,
  type XmlAnomaly,
  type XmlAttribute,
  type XmlDocument,
  type XmlElement,
} from './axml-document.ts';
