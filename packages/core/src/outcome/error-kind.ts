/** Meaning of an error's code for the attempt. */
export type ErrorKind =
  /** There never was a connection: the server received nothing of the request. */
  | 'unreached'
  /** The connection broke, went silent or brought unreadable data: it is not known how far the request got. */
  | 'lost'
  /** Our own host has run out of something: nothing is known about the server. */
  | 'starved'
  /** The server could not prove its identity: nothing was sent, and trying again changes nothing. */
  | 'untrusted'
  /** The server answered that this caller, or all callers, ask too much. */
  | 'throttled'
  /**
   * The server answered that another caller was first (a deadlock, a lock, a changing leader): it is alive, and trying
   * again helps.
   */
  | 'contended'
  /** The server answered that it has failed in a way that trying again does not change. */
  | 'broken'
  /** The server answered: it is alive, and its answer is final. */
  | 'answered'
  /** Trying again changes nothing, or it is not known whether it would. */
  | 'final';
