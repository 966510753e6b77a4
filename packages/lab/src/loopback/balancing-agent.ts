import { Agent, type ClientRequestArgs } from 'node:http';
import { connect, type Socket } from 'node:net';

/** An agent that connects each request anew, to a port that the given function picks: as through a load balancer. */
export class BalancingAgent extends Agent {
  readonly #pick: () => number;

  constructor(pick: () => number) {
    super({ keepAlive: false });
    this.#pick = pick;
  }

  override createConnection(_options: ClientRequestArgs): Socket {
    return connect({ host: '127.0.0.1', port: this.#pick() });
  }
}
