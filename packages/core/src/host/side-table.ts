/** Keeps a value for each object without a visible trace on the object: a WeakMap at a fraction of the cost. */
export class SideTable<V> {
  /** Used for objects to which the engine adds no private field. */
  readonly #others = new WeakMap<object, V>();
  readonly #field = hiddenField<V>();

  set(target: object, value: V): void {
    if (!this.#field.set(target, value)) this.#others.set(target, value);
  }

  /** Returns the value that was set last. */
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
 * Adds a private field to an object that other code cannot see or reach. Every call that brings a response stores a
 * value this way, and an entry in a WeakMap would cost as much as the rest of a call's work in a policy.
 */
function hiddenField<V>() {
  return class Hidden extends Returned {
    #value: V;

    private constructor(target: object, value: V) {
      super(target);
      this.#value = value;
    }

    /** Returns false if the engine refuses the field: some may refuse objects that are not extensible. */
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
