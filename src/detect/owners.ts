import type { Rules } from '../rules/schema.ts';
import { FileNames } from './file-names.ts';

/** Whose code is by its name: vendors' rules say what theirs is called, in `code`. Ids of vendors, null for nobody's. */
export class Owners {
  readonly #packages = new Map<string, string>();
  readonly #files = new FileNames<string>();

  constructor(rules: Rules) {
    for (const { id, code } of rules.vendors.values()) {
      for (const { packages, files } of code) {
        for (const name of packages) this.#packages.set(name, id);
        for (const file of files) this.#files.add(file, id);
      }
    }
  }

  /** The longest package of a vendor that it is or lies below. */
  ofPackage(name: string): { readonly vendor: string; readonly prefix: string } | null {
    for (let end = name.length; end > 0; end = name.lastIndexOf('.', end - 1)) {
      const prefix = name.slice(0, end);
      const vendor = this.#packages.get(prefix);
      if (vendor !== undefined) return { vendor, prefix };
    }
    return null;
  }

  /** By the name of a library or framework. */
  ofFile(name: string): string | null {
    return this.#files.exact(name) ?? this.#files.like(name) ?? null;
  }
}
