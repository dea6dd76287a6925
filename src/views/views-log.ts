/** Where the views say what an operator should know. */
export interface ViewsLog {
  info(message: string): void;
  warn(message: string): void;
}

export const SILENT: ViewsLog = { info: () => undefined, warn: () => undefined };

/** Also of errors from another realm or a native module, which are no `Error` here. */
export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
