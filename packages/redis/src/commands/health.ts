import type { StoreId, StoreStatus } from '@breakwater/core/store';

/** Tells if Redis answers: degraded while any key is without it. In a cluster, a part of the keys may be. */
export class Health {
  readonly #without = new Set<object>();
  readonly #listeners = new Set<(status: StoreStatus) => void>();

  onStatus(listener: (status: StoreStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  isDegraded(key: object): boolean {
    return this.#without.has(key);
  }

  failed(key: object, error: unknown): void {
    const wasWell = this.#without.size === 0;
    this.#without.add(key);
    if (wasWell) this.#tell({ status: 'degraded', error });
  }

  worked(key: object): void {
    if (this.#without.delete(key) && this.#without.size === 0) this.#tell({ status: 'restored', error: undefined });
  }

  /** The key is no longer used, so its state counts no more. */
  forget(key: object): void {
    this.#without.delete(key);
  }

  /** Instances with other rules have been seen on a key, or no longer are. */
  rules(id: StoreId, differ: boolean): void {
    this.#tell({ status: differ ? 'rules-differ' : 'rules-agree', error: undefined, id });
  }

  #tell(status: StoreStatus): void {
    for (const listener of [...this.#listeners]) listener(status);
  }
}
