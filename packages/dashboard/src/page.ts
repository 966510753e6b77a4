import type { IncomingMessage, ServerResponse } from 'node:http';
import { ask } from './access/authorize.js';
import { isFromLoopback } from './access/loopback.js';
import { PageTokens } from './access/page-tokens.js';
import { isSameOrigin } from './access/same-origin.js';
import { FleetWatch, instanceInStores } from './fleet/fleet-watch.js';
import type { Background } from './host/background.js';
import { type Answer, json, plain, send } from './http/answer.js';
import { control } from './http/control.js';
import { asset, pageHtml } from './http/page-html.js';
import { type PageFile, type Route, routeOf } from './http/route.js';
import { setSecurityHeaders } from './http/security-headers.js';
import type { DashboardSettings } from './options.js';
import { openEventStream } from './stream/event-stream.js';
import { Hub } from './stream/hub.js';
import { takeStreamPlace } from './stream/open-streams.js';
import { fullView } from './view/current-view.js';
import { rowId } from './view/key-row.js';
import { Observer } from './view/observer.js';
import type { FullView } from './view/wire.js';

const READ_METHODS: readonly (string | undefined)[] = ['GET', 'HEAD'];

const NOT_FOUND = plain(404, 'There is no such page.');
const FROM_AFAR = `This page answers only requests from this machine: under localhost, 127.0.0.1 or [::1], and not through a proxy.
To show it to others, say who may see it: dashboard({ authorize: (request) => ... }).`;

/** Calls the next handler of a framework. */
export type Next = (error?: unknown) => void;

/** One page: what it observes, and its answers. */
export class Page {
  readonly #settings: DashboardSettings;
  readonly #background: Background;
  readonly #observer: Observer;
  readonly #fleet: FleetWatch;
  readonly #hub: Hub;
  readonly #tokens: PageTokens;
  readonly #closeStreams = new Set<() => void>();
  #isClosed = false;

  constructor(settings: DashboardSettings, background: Background) {
    this.#settings = settings;
    this.#background = background;
    this.#observer = new Observer(settings.policies, background);
    this.#fleet = new FleetWatch(
      {
        name: () => this.#instance(),
        policies: () => this.#observer.policies(),
        rows: () => this.#observer.keyRows(),
      },
      background,
    );
    this.#hub = new Hub(
      this.#observer,
      () => this.#view(),
      () => this.#fleet.view(),
    );
    this.#tokens = new PageTokens(() => background.wallNow());
    this.#observer.onLook(() => {
      this.#fleet.update();
      if (this.#hub.receivers > 0) this.#fleet.look();
    });
    this.#observer.start();
  }

  /** Answers a request. Never rejects or throws, so that a page cannot stop the server in which it is mounted. */
  async handle(request: IncomingMessage, response: ServerResponse, next: Next | undefined): Promise<void> {
    // A client that disconnects during an answer is not an error of the process.
    response.on('error', () => {});
    const route = routeOf(request);
    if (this.#isHidden(route) && next !== undefined) {
      next();
      return;
    }
    try {
      setSecurityHeaders(response);
      const answer = this.#isHidden(route) ? NOT_FOUND : await this.#answerTo(route, request, response);
      if (answer !== undefined && !response.writableEnded) send(request, response, answer);
    } catch {
      if (response.headersSent) response.destroy();
      else send(request, response, plain(500, 'The page has failed.'));
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const close of this.#closeStreams) close();
    this.#fleet.stop();
    this.#observer.stop();
  }

  /** Tells if a route is switched off, and so must look as if it did not exist. */
  #isHidden(route: Route): boolean {
    const isAction = route.kind === 'file' && route.file === 'action';
    return this.#isClosed || route.kind === 'unknown' || (isAction && this.#settings.adminAuthorize === undefined);
  }

  /** Undefined: a stream has been opened, or `authorize` has answered itself. */
  async #answerTo(route: Route, request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
    const { authorize, public: isPublic } = this.#settings;
    if (!isPublic) {
      if (authorize === undefined && !isFromLoopback(request)) return plain(403, FROM_AFAR);
      if (authorize !== undefined && !(await ask(authorize, request, response)).allowed) return denial(response);
    }
    if (route.kind === 'file' && route.file === 'action') return this.#act(route.query, request, response);
    if (!READ_METHODS.includes(request.method)) return plain(405, 'Only GET and HEAD.', { allow: 'GET, HEAD' });
    switch (route.kind) {
      case 'redirect':
        return plain(302, `See ${route.location}`, { location: route.location });
      case 'page':
        return this.#html();
      case 'file':
        return this.#file(route.file, route.query, request, response);
      case 'unknown':
        return NOT_FOUND;
    }
  }

  #html(): Answer {
    const { adminAuthorize, title } = this.#settings;
    const token = adminAuthorize === undefined ? '' : this.#tokens.issue();
    return { status: 200, type: 'text/html', body: pageHtml(title, token) };
  }

  #file(
    file: PageFile,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Answer | undefined {
    switch (file) {
      case 'app.js':
      case 'app.css': {
        const found = asset(file);
        return request.headers['if-none-match'] === found.headers.etag ? { ...found, status: 304, body: '' } : found;
      }
      case 'events':
        return request.method === 'HEAD' ? plain(200, '') : this.#stream(request, response);
      case 'snapshot.json':
        this.#fleet.look();
        return json(this.#view());
      case 'history.json':
        return this.#history(query);
      case 'policy.json':
        return this.#policy(query);
      case 'action':
        return NOT_FOUND;
    }
  }

  #stream(request: IncomingMessage, response: ServerResponse): Answer | undefined {
    const leave = takeStreamPlace();
    if (leave === undefined) return plain(503, 'Too many pages are open.', { 'retry-after': '10' });
    response.once('close', leave);
    const close = openEventStream(request, response, this.#hub, this.#background);
    this.#closeStreams.add(close);
    response.once('close', () => this.#closeStreams.delete(close));
    this.#fleet.look();
    return undefined;
  }

  async #act(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<Answer> {
    const { adminAuthorize } = this.#settings;
    if (request.method !== 'POST') return plain(405, 'Only POST.', { allow: 'POST' });
    if (!isSameOrigin(request)) return plain(403, 'Not from this page.');
    if (!this.#tokens.isValid(request.headers['x-breakwater-token'])) {
      return plain(403, 'This page is too old, or of another instance. Load it again.');
    }
    const decision = adminAuthorize && (await ask(adminAuthorize, request, response));
    return decision?.allowed === true ? control(query, decision.name, this.#observer) : denial(response);
  }

  #view(): FullView {
    const { title, adminAuthorize } = this.#settings;
    const facts = { title, instance: this.#instance(), admin: adminAuthorize !== undefined };
    return fullView(this.#observer, facts, this.#fleet.view());
  }

  /** Returns the name of this process: by default the one by which the policies' store knows it. */
  #instance(): string {
    const { instance, isNamed } = this.#settings;
    return isNamed ? instance : (instanceInStores(this.#observer.policies()) ?? instance);
  }

  #history(query: URLSearchParams): Answer {
    const id = rowId(query.get('policy') ?? '', query.get('key') ?? '');
    const sinceMs = Number(query.get('since')) || 0;
    const stretch = this.#observer.history(id, sinceMs, Number(query.get('step') ?? 1_000));
    return stretch === undefined ? json({ error: 'step must be 1000 or 10000' }, 400) : json(stretch);
  }

  #policy(query: URLSearchParams): Answer {
    const id = query.get('id') ?? '';
    const policy = this.#observer.policy(id);
    if (policy === undefined) return json({ error: 'there is no such policy' }, 404);
    const { name, mode, parts, worstCase, text } = policy.describe();
    const key = query.get('key');
    return json({
      name,
      mode,
      parts,
      worstCase,
      text,
      instances: key === null ? [] : this.#fleet.instancesOf(id, key),
    });
  }
}

/** Returns a denial with the status that `authorize` has set, such as 401 or a redirect to a login. */
function denial({ statusCode }: ServerResponse): Answer {
  // Koa begins with 404.
  const isChosen = statusCode >= 300 && statusCode !== 404;
  return plain(isChosen ? statusCode : 403, 'Not allowed.');
}
