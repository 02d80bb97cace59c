import type { Anomaly } from '../../types.ts';
import type { Problem } from '../problems.ts';

/** Where the bytes of a string lie, without its length and NUL. What App Bundles keep is UTF-8. */
export interface StringPlace {
  readonly start: number;
  readonly end: number;
  readonly encoding: 'mutf-8' | 'utf-16le' | 'utf-8';
}

export interface XmlAttribute {
  /** By resource id where that is known, else the document's own string; empty where neither can be read. */
  readonly name: string;
  readonly namespace: string | null;
  readonly resourceId: number | null;
  /** The typed value; null for a reference, a dimension, a fraction, none, and for a string that cannot be read. */
  readonly value: string | number | boolean | null;
  /** The source text, where the compiler kept it. */
  readonly raw: string | null;
  /** Where the string stands that `value` is, or else `raw`. */
  readonly place: StringPlace | null;
  /** Res_value::dataType. */
  readonly type: number;
  /** The resource or theme attribute that the value refers to, such as 0x7f0a0001. */
  readonly reference: number | null;
  /** Of the attribute structure, in bytes from the start of the document. */
  readonly offset: number;
}

export interface XmlElement {
  readonly name: string;
  readonly namespace: string | null;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Of the texts that stand in it, outside of its children, those that can be read. */
  readonly texts: readonly string[];
  /** Of the start-element chunk, in bytes from the start of the document. */
  readonly offset: number;
}

/**
 * What no compiler writes though the platform, or its kin, reads it; one for each code, at its first place:
 * `axml.file-type`, `axml.file-size`, `axml.trailing-bytes`, `axml.header-size`, `axml.chunk-size`,
 * `axml.zero-size-chunk`, `axml.junk-chunk`, `axml.second-pool`, `axml.string-count`, `axml.string-offset`,
 * `axml.string-length`, `axml.attribute-start`, `axml.attribute-size`, `axml.attribute-name`, `axml.attribute-id`
 * (none: the platform does not find the attribute), `axml.attribute-namespace`, `axml.raw-value` (differs from the
 * value), `axml.second-root`, `axml.unbalanced-end`.
 */
export type XmlAnomaly = Omit<Anomaly, 'path'>;

export interface XmlDocument {
  readonly root: XmlElement | null;
  readonly anomalies: readonly XmlAnomaly[];
  readonly problems: readonly Problem[];
}
