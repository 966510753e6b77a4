import type { PolicySettings } from '@breakwater/core';
import type { Block, Section } from '../report/section.js';
import { counted, durationText, numberText, sentence } from '../report/wording.js';
import { answerOf } from './answer.js';
import { breakerSection } from './breaker-section.js';
import type { Explanation } from './explanation.js';
import { partSentences } from './part-sentences.js';
import { waitsSection } from './waits-section.js';

/** Returns the sections of an explanation, in reading order. */
export function sectionsOf(explanation: Explanation, settings: PolicySettings): Section[] {
  return [
    answerSection(explanation),
    partsSection(explanation, settings),
    ...waitsSection(explanation, settings),
    worstCaseSection(explanation),
    loadSection(explanation, settings),
    ...breakerSection(explanation, settings),
    warningsSection(explanation),
  ];
}

function answerSection(explanation: Explanation): Section {
  return { title: 'In short', blocks: answerOf(explanation).map((text) => ({ kind: 'text', text })) };
}

function partsSection({ parts }: Explanation, settings: PolicySettings): Section {
  const terms = parts.map((part) => ({ term: part.title, sentences: partSentences(part, settings) }));
  return { title: 'What it does', blocks: [{ kind: 'terms', terms }] };
}

function worstCaseSection({ worstCase }: Explanation): Section {
  const { attempts, backoffMs, throttledMs, askedMs, callMs } = worstCase;
  const waits = [
    backoffMs === 0 ? '' : backoffMs === null ? 'no bound is known' : `${durationText(backoffMs)} by backoff`,
    throttledMs === backoffMs || throttledMs === null ? '' : `${durationText(throttledMs)} if throttled each time`,
    askedMs === throttledMs
      ? ''
      : askedMs === null
        ? 'as long as the server says'
        : `${durationText(askedMs)} if the server says so`,
  ].filter((text) => text !== '');
  const terms = [
    { term: 'Attempts', sentences: [`${numberText(attempts)}.`] },
    {
      term: 'Waiting',
      sentences: [sentence(waits.join(', ') || 'none')],
    },
    {
      term: 'In all',
      sentences: [
        callMs === null
          ? "Not known: attempts have no time limit here but the client's own (timeouts.attemptMs)."
          : `${durationText(callMs)}, from the call to its end.`,
      ],
    },
  ];
  return { title: 'One call at the most', blocks: [{ kind: 'terms', terms }] };
}

function loadSection({ loads }: Explanation, settings: PolicySettings): Section {
  const hasBudget = settings.budget !== false;
  const rows = loads.map(({ callsPerSecond, withoutBudget, withBudget }) => [
    numberText(callsPerSecond),
    ...[withoutBudget, ...(hasBudget ? [withBudget] : [])].flatMap(({ attemptsPerCall, attemptsPerSecond }) => [
      numberText(attemptsPerCall),
      numberText(attemptsPerSecond),
    ]),
  ]);
  const pairs = hasBudget ? ['without budget\n', 'with it\n'] : [''];
  const head = ['calls/s', ...pairs.flatMap((which) => [`${which}per call`, `${which}per second`])];
  return {
    title: 'Attempts that a server sees while all fails',
    blocks: [
      { kind: 'table', table: { head, rows } },
      { kind: 'text', text: 'As long as its circuit is closed. All rates are those of one key, which is one server.' },
      ...burstText({ loads }, settings),
    ],
  };
}

function burstText({ loads }: Pick<Explanation, 'loads'>, { budget, retry }: PolicySettings): Block[] {
  if (budget === false || retry === false || retry.maxRetries === 0) return [];
  const saved = loads.map(({ callsPerSecond, savedRetries }) => [callsPerSecond, savedRetries ?? 0] as const);
  const texts = saved.map(([rate, retries]) => `${counted(retries, 'retry', 'retries')} at ${counted(rate, 'call')}/s`);
  return [
    {
      kind: 'text',
      text: `The budget holds over any ${durationText(budget.windowMs)}. What calm times have saved up may go at once: ${texts.join(', ')}.`,
    },
  ];
}

function warningsSection({ warnings, ignored }: Explanation): Section {
  const omitted: Block[] = ignored.length === 0 ? [] : [{ kind: 'text', text: `Ignored: ${ignored.join(', ')}.` }];
  if (warnings.length === 0) return { title: 'Warnings', blocks: [{ kind: 'text', text: 'None.' }, ...omitted] };
  return { title: `Warnings (${warnings.length})`, blocks: [{ kind: 'warnings', warnings }, ...omitted] };
}
