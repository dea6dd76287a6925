/** Servers under measurement, each a process of its own, and one caller of theirs over loopback. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const DIST = resolve(process.env.HOPLEDGER_DIST ?? join(import.meta.dirname, '../dist'));

/** A module of the build that is measured. */
export const load = (file) => import(pathToFileURL(join(DIST, file)).href);

/** hopledger as it is shipped, with its log to a file; only the rate limit is off. */
export const startHopledger = (folder) =>
  start([join(DIST, 'main.js')], folder, {
    HOPLEDGER_DATA_DIRECTORY: folder,
    HOPLEDGER_LISTEN_PORT: '0',
    HOPLEDGER_RATE_LIMIT_REQUESTS: '0',
  });

export const startBare = (folder, answerBytes) =>
  start([join(import.meta.dirname, 'bare.mjs'), String(answerBytes)], folder, {});

export const startEcho = (folder) => start([join(import.meta.dirname, 'echo.mjs')], folder, {});

let started = 0;
async function start(args, folder, settings) {
  const log = join(folder, `process-${(started += 1)}.log`);
  const output = openSync(log, 'w');
  const env = { PATH: process.env.PATH, ...settings };
  const child = spawn(process.execPath, args, { stdio: ['ignore', output, output], env });
  closeSync(output);
  const exited = once(child, 'exit');
  let url;
  while ((url = /"url":"([^"]+)","msg":"listening"/.exec(readFileSync(log, 'utf8'))?.[1]) === undefined) {
    if (child.exitCode !== null) throw new Error(readFileSync(log, 'utf8'));
    await setTimeout(20);
  }
  return {
    url,
    /** Resolves when the views have read the ledger: until then they take their share of the processor. */
    async ready() {
      while (!(await fetch(`${url}/health/ready`)).ok) await setTimeout(50);
    },
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Connections that stay open, as those of a host's hook agent or of a dashboard behind a proxy do. */
export class Caller {
  #agent = new Agent({ keepAlive: true });

  /** @returns the body of the answer; throws when it is not 200 */
  post(url, body) {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece) => (text += piece));
        response.on('end', () =>
          response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode} ${text}`)),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }

  async graphql(url, query, variables = {}) {
    const { data, errors } = JSON.parse(
      await this.post(`${url}/graphql`, JSON.stringify({ query, variables })),
    );
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** Sends each body once, so many at a time. @returns how long each took, and how many came through a second */
  async measure(url, bodies, atOnce) {
    const latenciesMs = [];
    const queue = bodies.values();
    const begin = performance.now();
    const lane = async () => {
      for (const body of queue) {
        const sent = performance.now();
        await this.post(url, body);
        latenciesMs.push(performance.now() - sent);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return { latenciesMs, perSecond: bodies.length / ((performance.now() - begin) / 1000) };
  }

  close() {
    this.#agent.destroy();
  }
}
