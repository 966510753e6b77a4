type Loop = (calls: number) => Promise<void>;

/**
 * Calls one after the other, each awaited. The loop is compiled for its case alone, as a call site in an application
 * is: one that all cases share would be optimised for none of them.
 */
export function callLoop(call: () => unknown): Loop {
  const make = new Function('call', 'return async (calls) => { for (let i = 0; i < calls; i += 1) await call(); };');
  return make(call) as Loop;
}

/** The same for calls that all reject. */
export function rejectionLoop(call: () => unknown): Loop {
  const body = `return async (calls) => {
    let fulfilled = 0;
    for (let i = 0; i < calls; i += 1) {
      try {
        await call();
        fulfilled += 1;
      } catch {}
    }
    if (fulfilled > 0) throw new Error(fulfilled + ' calls were to be rejected, and were not');
  };`;
  return new Function('call', body)(call) as Loop;
}
