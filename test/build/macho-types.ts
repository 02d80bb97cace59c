export interface MachOExport {
  readonly name: string;
  /** Place of the library that really has it, from 1. */
  readonly reexport?: number;
}

export interface MachOImport {
  readonly name: string;
  /** Install name of one of `dylibs`; null is flat lookup. */
  readonly library: string | null;
  /** Default `bind`. Chained fixups have no tables. */
  readonly table?: 'bind' | 'weak' | 'lazy';
}

export interface MachOSymbol {
  readonly name: string;
  readonly defined?: boolean;
  readonly external?: boolean;
  readonly stab?: boolean;
}

export interface MachODylib {
  readonly name: string;
  readonly current?: string;
  readonly compatibility?: string;
  readonly kind?: 'load' | 'weak' | 'reexport' | 'lazy' | 'upward';
}

export interface MachOSection {
  readonly segment: '__TEXT' | '__DATA';
  readonly section: string;
  readonly bytes: Uint8Array;
  readonly flags?: number;
}

export interface MachODescription {
  readonly arch?: 'arm64' | 'armv7';
  readonly fileType?: 'object' | 'execute' | 'dylib' | 'bundle';
  readonly dylibs?: readonly (string | MachODylib)[];
  readonly id?: MachODylib;
  readonly rpaths?: readonly string[];
  /** 32 hexadecimal digits. */
  readonly uuid?: string;
  readonly platform?: {
    /** A number stands for a PLATFORM_* of its own. */
    readonly name: 'ios' | 'iossimulator' | 'macos' | number;
    readonly minos: string;
    readonly sdk?: string;
    readonly command?: 'build-version' | 'version-min';
  };
  /** The 64-bit field as hexadecimal digits. */
  readonly sourceVersion?: string;
  readonly exports?: readonly (string | MachOExport)[];
  readonly imports?: readonly MachOImport[];
  /** Default: opcodes in LC_DYLD_INFO_ONLY. A number is the format of chained imports. */
  readonly fixups?: 'opcodes' | 1 | 2 | 3;
  readonly symbols?: readonly MachOSymbol[];
  /** Classes in the class list; those whose names begin with `_Tt` as Swift's. */
  readonly objcClasses?: readonly string[];
  readonly objcProtocols?: readonly string[];
  /** By class, the types of its instance variables. */
  readonly objcVariables?: Readonly<Record<string, readonly string[]>>;
  /** More strings of `__objc_classname`, to which no list leads: categories, layouts of variables. */
  readonly objcNames?: readonly string[];
  /** Sections to stand for `__objc_classname` and `__objc_classlist`. */
  readonly objcNamesIn?: string;
  readonly objcListIn?: string;
  /** Format of the pointers of chained fixups: DYLD_CHAINED_PTR_64_OFFSET or DYLD_CHAINED_PTR_ARM64E_USERLAND24. */
  readonly pointers?: 6 | 12 | 99;
  /** Strings of `__objc_methname`. */
  readonly selectors?: readonly string[];
  /** Those of `selectors` that `__objc_selrefs` leads to. */
  readonly sends?: readonly string[];
  readonly cstrings?: readonly string[];
  readonly sections?: readonly MachOSection[];
  /** Writes LC_ENCRYPTION_INFO; true also replaces all of __TEXT behind the load commands by noise. */
  readonly encrypted?: boolean;
  /** Any of these three gives a code signature. */
  readonly entitlements?: string;
  readonly identifier?: string;
  readonly teamId?: string;
}

export interface FatMember {
  readonly arch: 'arm64' | 'armv7' | 'x86_64' | 'i386' | 'arm64e' | 'armv7s';
  /** A Mach-O or a static archive. */
  readonly bytes: Uint8Array;
}
