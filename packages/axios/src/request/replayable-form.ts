import type { RequestHeaders } from '../axios-types.js';
import { setHeader } from './attempt-config.js';

/**
 * The part of a form of the `form-data` package that is used here. axios's `putForm` and `postForm` use that package in
 * Node.
 */
interface FormDataPackage {
  getBuffer(): Uint8Array;
  getHeaders(): Record<string, string>;
  /** The parts that remain to be sent. Sending removes them. */
  readonly _streams: readonly unknown[];
}

/** The contents of a form before it is sent. Nothing is copied. */
export interface FormParts {
  readonly form: FormDataPackage;
  readonly parts: readonly unknown[];
}

/** Tells if this is a form of the `form-data` package whose parts are all in memory. Such a form can be sent again. */
export function isReplayableForm(data: unknown): data is FormDataPackage {
  if (typeof data !== 'object' || data === null) return false;
  const { getBuffer, getHeaders, _streams } = data as Partial<FormDataPackage>;
  if (typeof getBuffer !== 'function' || typeof getHeaders !== 'function' || !Array.isArray(_streams)) return false;
  return _streams.every((part) => typeof part === 'string' || typeof part === 'function' || part instanceof Uint8Array);
}

/**
 * Returns the parts of a form that can be sent again; undefined for everything else. Must be called before the form is
 * sent.
 */
export function formParts(data: unknown): FormParts | undefined {
  return isReplayableForm(data) ? { form: data, parts: [...data._streams] } : undefined;
}

/** Replaces the form by its bytes, with the boundary of the first attempt. */
export function sendBytes(config: { data?: unknown; headers: RequestHeaders }, { form, parts }: FormParts): void {
  const whole: FormDataPackage = Object.assign(Object.create(Object.getPrototypeOf(form)), form, { _streams: parts });
  for (const [name, value] of Object.entries(whole.getHeaders())) setHeader(config.headers, name, value);
  // An empty form is sent as an empty body.
  config.data = parts.length === 0 ? '' : whole.getBuffer();
}
