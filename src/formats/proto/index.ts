/** Messages of protobuf that Android App Bundles hold: documents, resource tables, lists of libraries. */
export { bundletoolIn, type Coordinates, readDependencies } from './dependencies.ts';
export { type ListedPackage, readSetTable } from './set-table.ts';
export { openProtoTable, protoValues } from './table.ts';
export { readProtoXml } from './xml.ts';
