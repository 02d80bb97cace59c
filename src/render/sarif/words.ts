import type { Level } from '../../types.ts';
import { cut, seen } from '../seen.ts';

/** SARIF 2.1.0 (OASIS Standard, errata 01); sections are named where a rule of it decides something. */
export type Json = { readonly [key: string]: unknown };

/**
 * A text as a plain text message: braces stand for arguments (3.11.5) and `[words](target)` is a link (3.11.6), so that
 * an app's text could put one into a viewer.
 */
export function messageText(text: string, most = 8000): string {
  return cut(seen(text), most).replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

export const message = (text: string, most?: number): Json => ({ text: messageText(text, most) });

/** `result.level`, which is `none` for whatever is no failure (3.27.10). */
export const levelWords: Record<Level, 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/**
 * In the middle of what GitHub calls critical (over 9.0), high (7.0 to 8.9), medium (4.0 to 6.9) and low (0.1 to 3.9):
 * docs.github.com, "SARIF support for code scanning", seen 2026-11-26.
 */
export const severities: Record<Level, string> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: '0.5',
};

/** A path as a relative reference: each part percent-encoded, and none that leads upwards or names a host. */
export function uriOf(path: string): string {
  return seen(path)
    .split('/')
    .map((part) => (/^\.{1,2}$/.test(part) ? part.replaceAll('.', '%2E') : encodeURIComponent(part)))
    .join('/')
    .replace(/^\/+/, (slashes) => '%2F'.repeat(slashes.length));
}
