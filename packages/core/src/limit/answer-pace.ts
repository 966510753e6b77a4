/** Usual is the mean of so many answers, and later of about as many before the latest. */
const USUAL_OF = 1_024;
/** Weight of the latest among the times between two attempts, or two answers, and among the times that callers wait. */
const WEIGHT = 1 / 16;
/** An answer is late if it takes so many times as long as usual. */
const LATE = 3;
/** Late answers in a row, and attempts without any answer, that do not come by chance. */
const LATE_IN_A_ROW = 4;
const STALLED_ATTEMPTS = 16;
/** Answers fall behind if the time between two is so many times the time between two attempts. */
const SLOWER = 1.3;
/** Part of the time that callers wait within which an answer is to be expected. */
export const IN_TIME = 0.5;

/** The pace at which attempts begin and a server answers, and what is usual. */
export class AnswerPace {
  /** Usual time of an answer. 0 before the first. */
  usualMs = 0;
  usualInFlight = 0;
  /** The time that callers wait for an attempt. Infinite if it is not known. */
  patienceMs = Number.POSITIVE_INFINITY;
  #learned = 0;
  #attemptGapMs = 0;
  #beganMs = 0;
  #answerGapMs = 0;
  #answeredMs = 0;
  /** Attempts that have begun since the last answer and are in flight, and when the first of them began. */
  #unanswered = 0;
  #unansweredSinceMs = 0;
  #lateInARow = 0;
  /** The latest attempt that was answered began then. */
  #servedMs = Number.NEGATIVE_INFINITY;

  callerWaits(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    this.patienceMs = this.patienceMs === Number.POSITIVE_INFINITY ? ms : smoothed(this.patienceMs, ms);
  }

  attemptBegan(nowMs: number): void {
    this.#attemptGapMs = smoothed(this.#attemptGapMs, nowMs - this.#beganMs);
    this.#beganMs = nowMs;
    if (this.#unanswered === 0) this.#unansweredSinceMs = nowMs;
    this.#unanswered += 1;
  }

  /** Records that an attempt has ended in any way. */
  attemptEnded(inFlight: number): void {
    this.#unanswered = Math.min(this.#unanswered, inFlight);
  }

  answered(nowMs: number, startedMs: number): void {
    this.#answerGapMs = smoothed(this.#answerGapMs, nowMs - this.#answeredMs);
    this.#answeredMs = nowMs;
    this.#unanswered = 0;
    if (this.hasServedLater(startedMs)) return;
    this.#servedMs = startedMs;
    this.#lateInARow = this.#isLate(nowMs - startedMs) ? this.#lateInARow + 1 : 0;
  }

  learnUsual(durationMs: number, inFlight: number): void {
    if (this.#learned < USUAL_OF) this.#learned += 1;
    this.usualMs += (durationMs - this.usualMs) / this.#learned;
    this.usualInFlight += (inFlight - this.usualInFlight) / this.#learned;
  }

  /**
   * Tells if an attempt that began later was answered. One that hangs or is slow beside others that are answered tells
   * nothing of the server's load.
   */
  hasServedLater(startedMs: number): boolean {
    return startedMs < this.#servedMs;
  }

  /** Tells if so many attempts wait for so long without any answer that one more would be answered too late. */
  isStalled(nowMs: number): boolean {
    if (this.#unanswered < Math.max(STALLED_ATTEMPTS, this.usualInFlight)) return false;
    const silentMs = nowMs - this.#unansweredSinceMs;
    return this.#isLate(silentMs) && silentMs * this.#unanswered > IN_TIME * this.patienceMs;
  }

  /** Tells if answers, the last of which took `durationMs`, are late and come more slowly than attempts begin. */
  isBehind(durationMs: number): boolean {
    if (this.#lateInARow < LATE_IN_A_ROW || this.#answerGapMs <= SLOWER * this.#attemptGapMs) return false;
    const begunMeanwhile = durationMs / this.#attemptGapMs;
    return begunMeanwhile * this.#answerGapMs > IN_TIME * this.patienceMs;
  }

  #isLate(ms: number): boolean {
    return this.usualMs > 0 && ms > LATE * this.usualMs;
  }
}

function smoothed(beforeMs: number, ms: number): number {
  return beforeMs + (ms - beforeMs) * WEIGHT;
}
