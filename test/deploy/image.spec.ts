import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { PINNED, PROBED, text } from './deploy-files.js';

const FILE = 'deploy/docker/Dockerfile';
const lines = text(FILE)
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => /^[A-Z]+ /.test(line));
const of = (instruction: string): string[] =>
  lines
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length).trim());

describe('the image', () => {
  const { bin, engines } = JSON.parse(text('package.json')) as {
    bin: Record<string, string>;
    engines: { node: string };
  };

  it('is made from one version of Node, of a long-term line that hopledger runs on', () => {
    const images = new Set(of('FROM').map((line) => line.split(' ')[0] ?? ''));
    expect([...images]).toEqual([expect.stringMatching(PINNED)]);
    const major = Number(/^node:(\d+)/.exec([...images][0] ?? '')?.[1]);
    expect(major % 2).toBe(0);
    expect(major).toBeGreaterThanOrEqual(Number(/\d+/.exec(engines.node)?.[0]));
  });

  it('holds what the program needs and no tools to build it', () => {
    expect(of('RUN')).toContain('npm ci --omit=dev');
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM ')));
    expect(last.filter((line) => line.includes('npm'))).toEqual([]);
    expect(last.filter((line) => line.startsWith('COPY --from=')).map((line) => line.split(' ')[1])).toEqual([
      '--from=dependencies',
      '--from=build',
    ]);
  });

  it('copies files that there are, and that its .dockerignore lets through', () => {
    const admitted = text(`${FILE}.dockerignore`)
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    for (const words of of('COPY')
      .filter((line) => !line.startsWith('--from'))
      .map((line) => line.split(/ +/)))
      for (const source of words.slice(0, -1)) {
        expect(existsSync(source)).toBe(true);
        expect(admitted).toContain(source);
      }
  });

  it('runs as a user that is not root, named by number', () => {
    expect(of('USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('starts the command, which serves when nothing else is asked', () => {
    expect(JSON.parse(of('ENTRYPOINT')[0] ?? '')).toEqual(['node', bin['hopledger']]);
    expect(JSON.parse(of('CMD').at(-1) ?? '')).toEqual(['serve']);
  });

  it('asks for its health where it answers', () => {
    const [, port, path] = /127\.0\.0\.1:(\d+)(\/[\w/]+)/.exec(of('HEALTHCHECK')[0] ?? '') ?? [];
    expect(PROBED).toContain(path);
    expect(of('EXPOSE')).toEqual([port]);
  });
});
