import { describe, expect, test } from '@jest/globals';
import { loadConfig, type Environment } from './config.js';
import { createLogger, NestLogger } from './logging.js';
import { requestId } from './request-id.js';

function logTo(settings: Environment = {}) {
  const lines: string[] = [];
  return { logger: createLogger(loadConfig(settings), { write: (line) => lines.push(line) }), lines };
}

describe('the log', () => {
  test('is JSON with the level in words and the time in ISO', () => {
    const { logger, lines } = logTo();
    logger.info({ vm: 'v' }, 'recorded');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      vm: 'v',
      msg: 'recorded',
    });
  });

  test('hides secrets wherever they stand', () => {
    const { logger, lines } = logTo();
    logger.info({
      authorization: 'Bearer s3',
      req: { headers: { authorization: 'Bearer s3' } },
      entry: { token: 's3' },
    });
    expect(lines.join('')).not.toContain('s3');
  });

  test('for people has one readable line, and the stack of an error below it', () => {
    const { logger, lines } = logTo({ HOPLEDGER_LOG_PRETTY: 'true' });
    logger.warn({ vm: 'v', n: 3 }, 'odd');
    logger.error({ err: new Error('broken') }, 'failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}odd vm=v n=3\n$/);
    expect(lines[1]).toMatch(/ERROR failed\nError: broken\n\s+at /);
  });

  test("Nest's chatter is debug, its warnings are warnings", () => {
    const { logger, lines } = logTo({ HOPLEDGER_LOG_LEVEL: 'debug' });
    const nest = new NestLogger(logger);
    nest.log('Mapped route', 'RouterExplorer');
    nest.warn('careful', 'Injector');
    nest.error(new Error('broken'), 'Handler');
    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 'debug', msg: 'Mapped route', context: 'RouterExplorer' }),
      expect.objectContaining({ level: 'warn', msg: 'careful' }),
      expect.objectContaining({ level: 'error', msg: 'broken' }),
    ]);
  });
});

describe('request ids', () => {
  test('a harmless one of the caller is kept', () => {
    expect(requestId({ headers: { 'x-request-id': 'trace:1.a-B_c' } })).toBe('trace:1.a-B_c');
  });

  test.each([undefined, '', 'a b', 'a\nb', 'x'.repeat(129), '"'])('%p is replaced', (given) => {
    expect(requestId({ headers: { 'x-request-id': given } })).toMatch(/^[0-9a-f-]{36}$/);
  });
});
