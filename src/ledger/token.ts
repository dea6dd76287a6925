/** Injection token of the one ledger of this process. Its type is `Ledger`. */
export const LEDGER = Symbol('LEDGER');
