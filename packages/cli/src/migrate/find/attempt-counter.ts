/** Names of variables that count attempts. */
export const COUNTER = /attempt|retr(y|ies)|tries|trial/i;
