/** Listeners of a {@link LiveSet}. Their errors are ignored. */
export interface LiveSetListener<T> {
  /** Called with each value that is added. */
  added?(value: T): void;
  /** Called if a value was taken out, but not if it was garbage-collected. */
  removed?(value: T): void;
}

/**
 * A set that holds its values weakly: a value is in it until it is deleted or nothing else refers to it. On a host
 * without `WeakRef` it stays empty, since it must not keep alive what would otherwise be freed.
 */
export class LiveSet<T extends object> {
  readonly #refs = new Set<WeakRef<T>>();
  readonly #refOf = new WeakMap<T, WeakRef<T>>();
  readonly #listeners = new Set<LiveSetListener<T>>();
  readonly #collected =
    typeof FinalizationRegistry === 'undefined'
      ? undefined
      : new FinalizationRegistry<WeakRef<T>>((ref) => this.#refs.delete(ref));

  add(value: T): void {
    if (typeof WeakRef === 'undefined' || this.#refOf.has(value)) return;
    const ref = new WeakRef(value);
    this.#refOf.set(value, ref);
    this.#refs.add(ref);
    this.#collected?.register(value, ref, ref);
    this.#notify('added', value);
  }

  delete(value: T): void {
    const ref = this.#refOf.get(value);
    if (ref === undefined) return;
    this.#refOf.delete(value);
    this.#refs.delete(ref);
    this.#collected?.unregister(ref);
    this.#notify('removed', value);
  }

  /** Returns the present values, oldest first. */
  values(): T[] {
    return [...this.#refs].flatMap((ref) => ref.deref() ?? []);
  }

  /** Number of entries, those of collected values included. */
  get size(): number {
    return this.#refs.size;
  }

  /** Calls the listener at each change, until the returned function is called. */
  watch(listener: LiveSetListener<T>): () => void {
    const own: LiveSetListener<T> = {
      added: (value) => listener.added?.(value),
      removed: (value) => listener.removed?.(value),
    };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  #notify(change: 'added' | 'removed', value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener[change]?.(value);
      } catch {
        // A listener must not fail the code that creates or closes a policy.
      }
    }
  }
}
