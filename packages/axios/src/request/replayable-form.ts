import type { RequestHeaders } from '../axios-types.js';
import { setHeader } from './attempt-config.js';

/** The used part of a form of the `form-data` package. axios's `putForm` and `postForm` use that package in Node. */
interface FormDataPackage {
  getBuffer(): Uint8Array;
  getHeaders(): Record<string, string>;
  /** The parts that are still to be sent. Sending takes them out. */
  readonly _streams: readonly unknown[];
}

/** A form before it is sent, by what it is made of: nothing is copied. */
export interface FormParts {
  readonly form: FormDataPackage;
  readonly parts: readonly unknown[];
}

/** Tells if it is a form of the `form-data` package whose parts are all in memory. Such a form can be sent again. */
export function isReplayableForm(data: unknown): data is FormDataPackage {
  if (typeof data !== 'object' || data === null) return false;
  const { getBuffer, getHeaders, _streams } = data as Partial<FormDataPackage>;
  if (typeof getBuffer !== 'function' || typeof getHeaders !== 'function' || !Array.isArray(_streams)) return false;
  return _streams.every((part) => typeof part === 'string' || typeof part === 'function' || part instanceof Uint8Array);
}

/** The parts of a form that can be sent again, to be taken before it is sent; undefined for everything else. */
export function formParts(data: unknown): FormParts | undefined {
  return isReplayableForm(data) ? { form: data, parts: [...data._streams] } : undefined;
}

/** Puts the form's bytes in place of the form, with the boundary that it had when it was sent first. */
export function sendBytes(config: { data?: unknown; headers: RequestHeaders }, { form, parts }: FormParts): void {
  const whole: FormDataPackage = Object.assign(Object.create(Object.getPrototypeOf(form)), form, { _streams: parts });
  for (const [name, value] of Object.entries(whole.getHeaders())) setHeader(config.headers, name, value);
  // An empty form is sent as nothing at all.
  config.data = parts.length === 0 ? '' : whole.getBuffer();
}
