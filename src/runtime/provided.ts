/**
 * Tokens of what `RuntimeModule` provides: `constructor(@Inject(CONFIG) private readonly config: Config)`.
 * The types: `Config`, `Logger`, `Metrics`, `Readiness`, `Shutdown`, `Authenticator`.
 */
export const CONFIG = Symbol('CONFIG');
export const LOGGER = Symbol('LOGGER');
export const METRICS = Symbol('METRICS');
export const READINESS = Symbol('READINESS');
export const SHUTDOWN = Symbol('SHUTDOWN');
export const AUTHENTICATOR = Symbol('AUTHENTICATOR');
