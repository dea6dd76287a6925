/**
 * How many events of `$all` the server looks at between two signs of life. Its own choice, 32, makes it send one for each
 * 32 events of others.
 */
export const SEARCH_WINDOW = 1_000;
/** Events that the client holds for a reader; its own choice is 16. */
export const BUFFERED_EVENTS = 256;
