/** Injection token of the read models. Its type is `Views`. */
export const VIEWS = Symbol('VIEWS');
