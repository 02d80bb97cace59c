/** Labels to which a package is followed down: `com.google.android.gms` has four. */
const DEEPEST = 4;

/** A company's package of fewer classes than this stands as one, whatever lies below it. */
const SPLITS_FROM = 50;

/** What shrinkers rename classes into: `a.b.c`. */
export const RENAMED = '(renamed packages)';

/** A package, with all below it. */
export interface PackageGroup {
  readonly name: string;
  readonly classes: number;
}

interface Node {
  readonly name: string;
  readonly depth: number;
  /** Classes directly in it, and with all below it. */
  own: number;
  all: number;
  readonly children: Map<string, Node>;
}

/**
 * Packages at the depth at which people name them. Down from the root, a package that holds classes of its own is one
 * (`org.webrtc`); one that only holds packages is gone through (`com.google`), as far as four labels.
 * @param packages classes defined directly in each
 */
export function groupPackages(packages: ReadonlyMap<string, number>): PackageGroup[] {
  const root: Node = { name: '', depth: 0, own: 0, all: 0, children: new Map() };
  let renamed = 0;
  for (const [name, classes] of packages) {
    const labels = name.split('.');
    if (labels.every((label) => label.length <= 2)) renamed += classes;
    else add(root, labels, classes);
  }
  const groups: PackageGroup[] = renamed > 0 ? [{ name: RENAMED, classes: renamed }] : [];
  for (const child of root.children.values()) groupsUnder(child, groups);
  return groups;
}

function add(root: Node, labels: readonly string[], classes: number): void {
  let node = root;
  for (const label of labels.slice(0, DEEPEST)) {
    const name = node === root ? label : `${node.name}.${label}`;
    let child = node.children.get(label);
    if (!child) {
      child = { name, depth: node.depth + 1, own: 0, all: 0, children: new Map() };
      node.children.set(label, child);
    }
    child.all += classes;
    node = child;
  }
  // What lies below the deepest is its own.
  node.own += classes;
}

function groupsUnder(node: Node, groups: PackageGroup[]): void {
  const { name, depth, own, all, children } = node;
  const isOne = depth === DEEPEST || children.size === 0 || (depth > 1 && (all < SPLITS_FROM || own * 10 >= all));
  // `kotlin`, `okhttp3`: one label that is no domain's.
  const isWhole = depth === 1 && own > 0 && name.length > 3;
  if (isOne || isWhole) {
    groups.push({ name, classes: all });
    return;
  }
  if (own > 0) groups.push({ name, classes: own });
  for (const child of children.values()) groupsUnder(child, groups);
}
