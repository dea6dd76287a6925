#!/usr/bin/env node
/**
 * A program that answers a probe as a real QEMU binary did (test/fixtures/qemu). By the environment:
 * FAKE_QEMU: which, `11.1.3`. FAKE_QEMU_ENDS_AT: the type whose properties end it. FAKE_QEMU_ARGUMENTS: a file that gets
 * its arguments, a line for each start.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';

const { FAKE_QEMU = '11.1.3', FAKE_QEMU_ENDS_AT, FAKE_QEMU_ARGUMENTS } = process.env;
const path = new URL(`../fixtures/qemu/${FAKE_QEMU}.json.gz`, import.meta.url);
const answers = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8'));
if (FAKE_QEMU_ARGUMENTS !== undefined)
  appendFileSync(FAKE_QEMU_ARGUMENTS, `${JSON.stringify(process.argv.slice(2))}\n`);

const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const orRefuse = (value) =>
  value == null ? { error: { class: 'GenericError', desc: 'not here' } } : { return: value };
const inner = (typename) => {
  const device = answers.inner[typename];
  return device === undefined ? [] : [{ name: 'virtio-backend', type: `child<${device}>` }];
};

const answer = (command, given) => {
  switch (command) {
    case 'qmp_capabilities':
      return { return: {} };
    case 'query-version':
      return { return: answers.version };
    case 'query-target':
      return { return: answers.target };
    case 'query-machines':
      return given['compat-props'] === true && !answers.machines.some((machine) => 'compat-props' in machine)
        ? orRefuse(null)
        : { return: answers.machines };
    case 'qom-list-types':
      return { return: answers.types };
    case 'device-list-properties':
      if (given.typename === FAKE_QEMU_ENDS_AT) {
        console.error(`missing object type of ${given.typename}`);
        process.abort();
      }
      return orRefuse(answers.properties[given.typename]);
    case 'qom-list-properties':
      return { return: inner(given.typename) };
    case 'query-kvm':
      return orRefuse(answers.kvm);
    case 'query-cpu-definitions':
      return orRefuse(answers.cpuModels);
    case 'query-cpu-model-expansion':
      return orRefuse(answers.hostCpu);
    default:
      return orRefuse(null);
  }
};

send({ QMP: { version: answers.version, capabilities: ['oob'] } });
createInterface({ input: process.stdin }).on('line', (line) => {
  const { execute, arguments: given = {} } = JSON.parse(line);
  send(answer(execute, given));
});
