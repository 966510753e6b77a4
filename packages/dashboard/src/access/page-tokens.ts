import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const MAX_AGE_MS = 12 * 3_600_000;

/** Tokens, one for each page. They are signed, so that none has to be stored. */
export class PageTokens {
  readonly #secret = randomBytes(32);
  readonly #wallNow: () => number;

  constructor(wallNow: () => number) {
    this.#wallNow = wallNow;
  }

  issue(): string {
    const content = `${randomBytes(12).toString('base64url')}.${this.#wallNow()}`;
    return `${content}.${this.#sign(content)}`;
  }

  /** Tells if this process has issued the token in the last twelve hours. */
  isValid(token: unknown): boolean {
    if (typeof token !== 'string') return false;
    const end = token.lastIndexOf('.');
    const content = token.slice(0, Math.max(0, end));
    const [given, right] = [Buffer.from(token.slice(end + 1)), Buffer.from(this.#sign(content))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
    const ageMs = this.#wallNow() - Number(content.split('.')[1]);
    return ageMs >= 0 && ageMs <= MAX_AGE_MS;
  }

  #sign(content: string): string {
    return createHmac('sha256', this.#secret).update(content).digest('base64url');
  }
}
