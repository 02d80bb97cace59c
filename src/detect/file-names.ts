/** Names of libraries and frameworks as rules write them, with what each stands for: one `*` is any run of characters. */
export class FileNames<T> {
  readonly #exact = new Map<string, T>();
  readonly #likes: { readonly head: string; readonly tail: string; readonly of: T }[] = [];

  add(file: string, of: T): void {
    const star = file.indexOf('*');
    if (star < 0) this.#exact.set(file, of);
    else this.#likes.push({ head: file.slice(0, star), tail: file.slice(star + 1), of });
  }

  /** What is written out. */
  exact(name: string): T | undefined {
    return this.#exact.get(name);
  }

  /** The first with a `*` that is the name. @param fits whether it is taken, by what `*` stands for */
  like(name: string, fits: (of: T, star: string) => boolean = () => true): T | undefined {
    return this.#likes.find(({ head, tail, of }) => {
      if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
      return fits(of, name.slice(head.length, name.length - tail.length));
    })?.of;
  }
}
