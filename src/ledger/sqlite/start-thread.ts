import { Worker } from 'node:worker_threads';

/**
 * Starts `name`, a module beside this one, as a thread. Built, that is JavaScript. Run from source (tests), it is
 * TypeScript, which a thread of Node 20 cannot load, so the thread gets hooks that can.
 */
export function startThread(name: string, workerData: unknown): Worker {
  const fromSource = import.meta.url.endsWith('.ts');
  return new Worker(new URL(`./${name}${fromSource ? '.ts' : '.js'}`, import.meta.url), {
    name: `hopledger ${name}`,
    workerData,
    ...(fromSource && { execArgv: runTypeScript() }),
  });
}

/** Arguments with which `node` runs this project's TypeScript. For tests only: see typescript-hooks.mjs. */
export function runTypeScript(): string[] {
  const hooks = new URL('./typescript-hooks.mjs', import.meta.url).href;
  const register = `import { register } from 'node:module'; register(${JSON.stringify(hooks)});`;
  return ['--no-warnings', '--import', `data:text/javascript,${encodeURIComponent(register)}`];
}
