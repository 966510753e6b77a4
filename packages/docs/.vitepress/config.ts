import { defineConfig } from 'vitepress';

const page = (text: string, link: string) => ({ text, link });

/** A wall that breaks a wave. */
const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M2 22c4 0 4-6 8-6s4 6 8 6" fill="none" stroke="#3b82c4" stroke-width="4"/><path d="M22 6v22" stroke="#1f2d3d" stroke-width="5"/></svg>',
)}`;

/**
 * Gives the longest lines of code and diagrams room on a wide screen, and the cells of tables on a narrow one: a table
 * scrolls rather than break into lines of one word.
 */
const STYLE = `.VPDoc.has-aside .content .content-container { max-width: 780px; }
.vp-doc div[class*='language-'] code { font-size: 13px; }
.vp-doc div[class*='language-'] > span.lang { color: var(--vp-c-text-2); }
.vp-doc table { font-size: 14px; line-height: 1.5; }
.vp-doc th, .vp-doc td { padding: 6px 10px; }
.VPDoc:not(.has-aside) .content .content-container { max-width: 940px; }
.vp-doc td { min-width: 110px; }
.vp-doc td[style] { min-width: 56px; }
.vp-doc td:nth-child(3):last-child { min-width: 210px; }
.vp-doc p > img { display: block; margin: 0 auto; }`;

// biome-ignore lint/style/noDefaultExport: VitePress reads the default export
export default defineConfig({
  title: 'Breakwater',
  description:
    'Retries that cannot storm and circuit breakers that a fleet shares, for existing axios and got codebases',
  lang: 'en',
  cleanUrls: true,
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: ICON }],
    ['style', {}, STYLE],
  ],
  lastUpdated: false,
  // The usual themes have comments that are too pale to read.
  markdown: { theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' } },
  transformPageData(data) {
    // Its tables are wide, and its pages short.
    if (data.relativePath.startsWith('reference/')) data.frontmatter.aside = false;
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('Start', '/start/axios'),
      page('Migrate', '/migrate/'),
      page('Parts', '/parts/'),
      page('Reference', '/reference/errors'),
    ],
    sidebar: [
      {
        text: 'Start',
        items: [
          page('With axios', '/start/axios'),
          page('With got', '/start/got'),
          page('With anything else', '/start/anything'),
          page('See that it works', '/start/see-it-work'),
        ],
      },
      {
        text: 'Migrate',
        items: [
          page('The steps', '/migrate/'),
          page('From bare axios', '/migrate/bare-axios'),
          page('From axios-retry', '/migrate/axios-retry'),
          page('From retry-axios', '/migrate/retry-axios'),
          page('From an interceptor', '/migrate/interceptors'),
          page("From got's own retry", '/migrate/got'),
          page('From cockatiel or opossum', '/migrate/cockatiel-opossum'),
          page('From p-retry', '/migrate/p-retry'),
        ],
      },
      {
        text: 'Parts of a policy',
        items: [
          page('What happens to a call', '/parts/'),
          page('Retry', '/parts/retry'),
          page('Backoff', '/parts/backoff'),
          page('Retry-After and cool-down', '/parts/cool-down'),
          page('Retry budget', '/parts/budget'),
          page('Circuit breaker', '/parts/circuit-breaker'),
          page('Limit', '/parts/limit'),
          page('Timeouts and deadline', '/parts/timeouts'),
          page('Idempotency keys', '/parts/idempotency'),
          page('Modes', '/parts/modes'),
          page('Keys', '/parts/keys'),
          page('Store', '/parts/store'),
        ],
      },
      {
        text: 'Operations',
        items: [
          page('Roll out', '/operations/roll-out'),
          page('OpenTelemetry', '/operations/opentelemetry'),
          page('Logs', '/operations/logs'),
          page('Prometheus, Grafana, alerts', '/operations/prometheus'),
          page('Runbook: a circuit is open', '/operations/runbook'),
        ],
      },
      {
        text: 'Fleet',
        items: [page('One breaker for a fleet', '/fleet/'), page('Run it', '/fleet/operations')],
      },
      {
        text: 'Recipes',
        items: [
          page('Testing your code', '/recipes/testing'),
          page('NestJS', '/recipes/nestjs'),
          page('Express', '/recipes/express'),
          page('Beside a cache or a rate limiter', '/recipes/caches-and-rate-limiters'),
          page('Fail over to another server', '/recipes/failover'),
          page('Refresh a token after a 401', '/recipes/token-refresh'),
          page('Sign each attempt', '/recipes/signing'),
          page('Repeat a payment safely', '/recipes/idempotent-payments'),
          page('Keys for tenants and routes', '/recipes/multi-tenant-keys'),
          page('Batch jobs', '/recipes/batch'),
          page('GraphQL', '/recipes/graphql'),
          page('AWS Lambda', '/recipes/lambda'),
          page('Next.js', '/recipes/nextjs'),
        ],
      },
      {
        text: 'Lab',
        items: [
          page('Built-in scenarios', '/lab/scenarios'),
          page('Published results', '/lab/published'),
          page('The programs', '/packages/lab'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Errors', '/reference/errors'),
          page('Events', '/reference/events'),
          page('Metrics', '/reference/metrics'),
          page('Reports', '/reference/reports'),
          page('Snapshot and description', '/reference/snapshot'),
          page('Presets', '/reference/presets'),
          page('What each failure counts as', '/reference/failures'),
          page('API', '/api/'),
        ],
      },
      {
        text: 'Packages',
        items: ['core', 'axios', 'got', 'redis', 'otel', 'dashboard', 'simulator', 'cli'].map((name) =>
          page(`@breakwater/${name}`, `/packages/${name}`),
        ),
      },
      {
        text: 'About',
        items: [
          page('Compatibility', '/compatibility'),
          page('What it costs', '/benchmarks'),
          page('Architecture', '/architecture'),
          {
            text: 'Decisions',
            link: '/decisions/',
            collapsed: true,
            items: [
              page('The adapter is swapped', '/decisions/0001-swap-the-adapter'),
              page("got's own loop is driven", '/decisions/0002-drive-gots-loop'),
              page('Decision and loop', '/decisions/0003-decision-and-loop'),
              page('No loop on the happy path', '/decisions/0004-no-loop-on-the-happy-path'),
              page('Private fields', '/decisions/0005-private-fields'),
              page('A local view decides', '/decisions/0006-local-view-decides'),
              page('The limit sleeps', '/decisions/0007-the-limit-sleeps'),
              page('The last real answer wins', '/decisions/0008-last-real-answer'),
            ],
          },
        ],
      },
    ],
  },
});
