/** Keeps a value beside each object, without a trace on it: what a WeakMap does, at a fraction of the cost. */
export class SideTable<V> {
  /** For objects to which the engine adds no private field. */
  readonly #others = new WeakMap<object, V>();
  readonly #field = hiddenField<V>();

  set(target: object, value: V): void {
    if (!this.#field.set(target, value)) this.#others.set(target, value);
  }

  /** What was set last. */
  get(target: object): V | undefined {
    return this.#field.get(target) ?? this.#others.get(target);
  }
}

class Returned {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so that a subclass's private field lands on the target
    return target;
  }
}

/**
 * A private field of its own on objects of somebody else's. No code but this can see or reach it. Every call that brings a
 * response keeps something beside it, and an entry in a WeakMap costs as much as all else that a policy does for the call.
 */
function hiddenField<V>() {
  return class Hidden extends Returned {
    #value: V;

    private constructor(target: object, value: V) {
      super(target);
      this.#value = value;
    }

    /** False where the engine will not have it: some may refuse what is not extensible. */
    static set(target: object, value: V): boolean {
      try {
        if (#value in target) target.#value = value;
        else new Hidden(target, value);
        return true;
      } catch {
        return false;
      }
    }

    static get(target: object): V | undefined {
      return #value in target ? target.#value : undefined;
    }
  };
}
