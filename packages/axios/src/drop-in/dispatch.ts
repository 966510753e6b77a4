import { discardBody } from '@breakwater/core/adapter';
import { axiosHeaders, type ClientResponse, type FullResponse, isCancel } from '../axios-types.js';
import { cancelOf } from '../request/cancel.js';
import type { DropInConfig } from './retry-rule.js';
import { transformed } from './transform.js';

/**
 * Makes one more attempt as axios makes the first one, from the adapter to the parsed answer. It does not send another
 * request of the instance, which would run all interceptors again and transform the body twice.
 */
export async function dispatch(
  config: DropInConfig,
  send: (config: DropInConfig) => Promise<ClientResponse>,
): Promise<ClientResponse> {
  throwIfCancelled(config);
  const response = await send(config).catch((error: unknown) => {
    if (isCancel(error)) throw error;
    throwIfCancelled(config);
    const { response } = (error ?? {}) as { response?: FullResponse };
    if (response) parse(config, response);
    throw error;
  });
  if (cancelOf(config) !== undefined) discardBody(response);
  throwIfCancelled(config);
  parse(config, response as FullResponse);
  return response;
}

function throwIfCancelled(config: DropInConfig): void {
  const cancel = cancelOf(config);
  if (cancel !== undefined) throw cancel;
}

function parse(config: DropInConfig, response: FullResponse): void {
  const shown = config as { response?: FullResponse };
  // axios's own transform reads it here for its error about the body.
  shown.response = response;
  try {
    response.data = transformed(config, config.transformResponse, response);
  } finally {
    delete shown.response;
  }
  response.headers = axiosHeaders(response.headers);
}
