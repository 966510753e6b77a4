import { axiosHeaders, type RequestHeaders } from '../axios-types.js';
import { copyConfig, copyHeaders } from '../request/attempt-config.js';
import { fillDefaults } from './fill-defaults.js';
import type { DropInConfig } from './retry-rule.js';
import { transformed } from './transform.js';

/** A config as its adapter got it, and as the adapter has changed it. */
export interface Sent {
  readonly data: unknown;
  readonly adapter: unknown;
  readonly adapterAfter: unknown;
  readonly headers: RequestHeaders;
  readonly headersAfter: RequestHeaders;
}

/** Records a config before it is sent. The returned function must be called after sending. */
export function sentConfig(config: DropInConfig): () => Sent {
  const { data, adapter } = config;
  const headers = copyHeaders(config.headers);
  return () => {
    const headersAfter = copyHeaders(config.headers);
    return { data, adapter, adapterAfter: config.adapter, headers, headersAfter };
  };
}

/**
 * Returns the config of the next attempt: what was sent, with the user's changes since then. Headers that the adapter
 * added are omitted, because a new body has another length. Only a new body is transformed; the old one has been.
 */
export function configForResend(config: DropInConfig, sent: Sent | undefined, defaults: object): DropInConfig {
  const copy: DropInConfig = copyConfig(config, axiosHeaders(config.headers));
  if (sent !== undefined) {
    takeBack(copy.headers, sent);
    // An adapter may be a wrapper that has removed itself from the config.
    if (copy.adapter === sent.adapterAfter) copy.adapter = sent.adapter;
  }
  fillDefaults(copy, defaults);
  if (sent !== undefined && copy.data !== sent.data) {
    copy.data = transformed(copy, copy.transformRequest, { data: copy.data, headers: copy.headers });
  }
  if (['post', 'put', 'patch'].includes(copy.method ?? '')) nameForm(copy.headers);
  return copy;
}

/** Sets the content type that axios assumes for a body without one. */
function nameForm(headers: RequestHeaders): void {
  const { setContentType } = headers as { setContentType?: (type: string, rewrite: boolean) => void };
  setContentType?.call(headers, 'application/x-www-form-urlencoded', false);
}

function takeBack(headers: RequestHeaders, sent: Sent): void {
  for (const [name, value] of Object.entries(sent.headersAfter)) {
    if (value === sent.headers[name] || headers[name] !== value) continue;
    if (name in sent.headers) headers[name] = sent.headers[name];
    else delete headers[name];
  }
}
