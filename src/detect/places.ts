import type { EntryFeatures } from '../inventory/facts.ts';

const scripts = /\.(?:[cm]?js|jsbundle|bundle|hbc|ts|lua)$/i;
const pages = /\.(?:x?html?|php)$/i;
const documents = /\.(?:plist|strings|stringsdict|nib|car|xml|json|txt|md)$/i;

/** Whether an entry is code, a page that may hold some, or text and pictures; what is of no known kind may be code. */
export function placeOf({ format, path }: Pick<EntryFeatures, 'format' | 'path'>): 'code' | 'page' | 'text' {
  switch (format) {
    case 'text':
      return scripts.test(path) ? 'code' : pages.test(path) ? 'page' : 'text';
    case 'media':
    case 'resources':
    case 'manifest':
    case 'plist':
    case 'signature':
      return 'text';
    case 'data':
      return documents.test(path) ? 'text' : 'code';
    default:
      return 'code';
  }
}
