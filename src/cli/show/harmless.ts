// Names and messages come from hosts and guests; a control character in one must not drive the terminal.

/** Without control characters but line ends. */
export const harmless = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '?');

/** Without any control character. */
export const harmlessLine = (text: string): string => text.replace(/\p{Cc}/gu, '?');
