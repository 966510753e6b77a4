/** Meaning of an error's code for the attempt. */
export type ErrorKind =
  /** There never was a connection: the server saw nothing of the request. */
  | 'unreached'
  /** The connection broke, went silent or brought gibberish: how far the request got is not known. */
  | 'lost'
  /** Our own host has run out of something: no information about the server. */
  | 'starved'
  /** The server could not prove its identity: nothing was sent, and trying again changes nothing. */
  | 'untrusted'
  /** The server answered that this caller, or all, ask for too much. */
  | 'throttled'
  /**
   * The server answered that another caller was first (a deadlock, a lock, a changing leader): it is alive, and trying
   * again helps.
   */
  | 'contended'
  /** The server answered that it has failed, in a way that trying again does not change. */
  | 'broken'
  /** The server answered: it is alive, and its answer is final. */
  | 'answered'
  /** Trying again changes nothing, or there is no telling whether it would. */
  | 'final';
