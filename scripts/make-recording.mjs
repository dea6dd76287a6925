/**
 * Makes src/demo/recording/ from the raw recording of the lab: one timeline of everything that three libvirt hosts
 * said while 73 operations ran on them. Usage: node scripts/make-recording.mjs FOLDER
 *
 * FOLDER holds hosts.json, steps.jsonl, events/HOST.txt, logs/HOST-VM.log and xml/. How the times are found is told in
 * the README.md beside the recording.
 */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const [source] = process.argv.slice(2);
if (source === undefined) {
  console.error('usage: node scripts/make-recording.mjs FOLDER');
  process.exit(2);
}
const target = 'src/demo/recording';
const read = (...path) => readFileSync(join(source, ...path), 'utf8');
const fail = (message) => {
  throw new Error(message);
};

const hosts = JSON.parse(read('hosts.json')).hosts;
const steps = read('steps.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line));
const logNames = readdirSync(join(source, 'logs')).sort();

/** Milliseconds since 1970 of `2026-11-21 03:10:21.127+0000`. */
const stampMs = (text) => Date.parse(`${text.slice(0, 10)}T${text.slice(11, 23)}Z`);
const iso = (ms) => new Date(ms).toISOString();

/* The events of a host, each with all its lines, and the words that the steps repeat them in. */
function eventsOf(host) {
  const events = [];
  for (const line of read('events', `${host}.txt`).trimEnd().split('\n')) {
    if (/^\d{4}-/.test(line)) events.push({ at: stampMs(line), host, lines: [line] });
    else if (line.startsWith('\t')) events.at(-1).lines.push(line);
    else if (!line.startsWith('events received')) fail(`${host}: ${line}`);
  }
  return events;
}

/* Each step lists, without their times, the lines that came while it ran: one by one they are those of the files. */
function giveEventsToSteps() {
  for (const host of Object.keys(hosts)) {
    const left = eventsOf(host);
    for (const step of steps) {
      for (const words of step.events[host] ?? []) {
        if (!words.startsWith('event ')) continue;
        const event = left.shift();
        if (event?.lines[0].slice(30) !== words) fail(`${host}: ${words} is not ${event?.lines[0]}`);
        event.words = words.replace(/^event '(.*?)' for domain '.*?'(: )?/, '$1 ').trim();
        step.heard.push(event);
      }
    }
    if (left.length > 0) fail(`${host}: ${left.length} events in no step`);
  }
}

/* Starts and ends of processes in a log, in order. */
function landmarksOf(text) {
  return text.split('\n').flatMap((line) => {
    const [, kind] = /^\S+ \S+: (starting up|shutting down)/.exec(line) ?? [];
    return kind ? [{ kind, at: stampMs(line) }] : [];
  });
}

/**
 * The bounds of a step's start, in milliseconds since 1970. A hook is called so many milliseconds into the step, and
 * libvirt waits for it before it goes on to what it logs or announces next.
 */
function boundsOf(step, landmarks) {
  const atLeast = [];
  const atMost = [];
  const calls = (operation, host) =>
    step.hooks.filter((hook) => hook.host === host && hook.argv[1] === operation);
  for (const hook of step.hooks) {
    const [vm, operation] = hook.argv;
    const log = landmarks.get(`${hook.host}-${vm}`) ?? [];
    const heard = (words) =>
      step.heard.filter((event) => event.host === hook.host && event.words.startsWith(words));
    if (operation === 'start' && !hook.exit && log[0]?.kind === 'starting up') {
      atMost.push(log.shift().at - hook.ms);
    }
    if (operation === 'stopped' && log[0]?.kind === 'shutting down') {
      const { at } = log.shift();
      atLeast.push(at - hook.ms);
      for (const refused of step.hooks.filter((other) => other.host === hook.host && other.exit)) {
        atMost.push(at - refused.ms);
      }
    }
    if (operation === 'started') {
      atMost.push(...heard('lifecycle Started').map(({ at }) => at - hook.ms));
      // A cold boot is let go before the hook, a hop after it.
      const isIncoming = calls('migrate', hook.host).length > 0 || calls('restore', hook.host).length > 0;
      if (!isIncoming) atLeast.push(...heard('lifecycle Resumed').map(({ at }) => at - hook.ms));
    }
    // virsh returns after these, except from a kill, which is none of its commands.
    const done =
      operation === 'restore' ? 'lifecycle Resumed' : operation === 'release' ? 'lifecycle Stopped' : null;
    if (done && !step.virsh.startsWith('('))
      atLeast.push(...heard(done).map(({ at }) => at - step.s * 1000 - 5));
    if (operation === 'release') atMost.push(...heard('lifecycle Stopped').map(({ at }) => at - hook.ms));
    if (operation === 'stopped') atLeast.push(...heard('lifecycle Shutdown').map(({ at }) => at - hook.ms));
  }
  const basis = atMost.length > 0 ? 'hooks' : 'events';
  const [first] = step.heard;
  if (first) {
    atMost.push(first.at);
    // The command had returned by then, to the hundredth of a second that its duration is known to.
    if (basis === 'events') atLeast.push(first.at - step.s * 1000 - 5);
  }
  if (atMost.length === 0) return null;
  return { basis, least: Math.max(...atLeast), most: Math.min(...atMost) };
}

function timeSteps() {
  const landmarks = new Map(
    logNames.map((name) => [name.replace('.log', ''), landmarksOf(read('logs', name))]),
  );
  for (const step of steps) {
    step.durationMs = Math.round(step.s * 1000);
    const bounds = boundsOf(step, landmarks);
    if (bounds === null) continue;
    const { basis, least, most } = bounds;
    if (least > most) fail(`${step.step}: begins after ${iso(least)} and before ${iso(most)}`);
    // The upper bounds agree to a millisecond or two wherever there are several: the truth is right below them.
    const at = basis === 'hooks' ? Math.max(least, most - 1) : Math.round((least + most) / 2);
    step.timing = { basis, uncertaintyMs: Math.ceil(Math.max(most - at, at - least)) };
    step.at = Math.round(at);
  }
  for (const [name, left] of landmarks)
    if (left.length > 0) fail(`${name}.log: ${left.length} lines in no step`);
  for (let index = 0; index < steps.length; index++) if (steps[index].at === undefined) placeBetween(index);
}

/* Steps that nothing with a time speaks of share the pause between their neighbours evenly. */
function placeBetween(first) {
  let end = first;
  while (steps[end].at === undefined) end++;
  const group = steps.slice(first, end);
  const from = steps[first - 1].at + steps[first - 1].durationMs;
  const spare = steps[end].at - from - group.reduce((sum, { durationMs }) => sum + durationMs, 0);
  if (spare < 0) fail(`no room for ${group[0].step}`);
  const pause = spare / (group.length + 1);
  let at = from;
  for (const step of group) {
    at += pause;
    step.at = Math.round(at);
    step.timing = { basis: 'neighbours', uncertaintyMs: Math.ceil(spare) };
    at += step.durationMs;
  }
}

const files = new Set();
function file(name) {
  files.add(name);
  return name;
}

function deliveriesOf(step) {
  const hooks = step.hooks.map((hook) => ({
    kind: 'hook',
    at: step.at + hook.ms,
    host: hook.host,
    argv: hook.argv,
    xml: file(hook.stdin),
    exit: hook.exit ?? 0,
    answered: hook.stdout === undefined ? null : file(hook.stdout),
  }));
  const events = step.heard.map(({ at, host, lines }) => ({ kind: 'event', at, host, lines }));
  // Of the same millisecond, libvirt called the hook first; the sort keeps the order of each kind.
  return [...hooks, ...events]
    .sort((a, b) => a.at - b.at)
    .map((delivery) => ({ ...delivery, at: iso(delivery.at) }));
}

function afterOf(step) {
  const override = (which) =>
    Object.fromEntries(
      Object.entries(step.dumpxml ?? {})
        .filter(([key]) => key.endsWith(`/${which}`))
        .map(([key, { override: has }]) => [key.split('/')[0], has]),
    );
  for (const { file: name } of Object.values(step.dumpxml ?? {})) file(name);
  const xml = Object.entries(step.dumpxml ?? {}).map(([key, { file: name }]) => [key, name]);
  return {
    domstate: step.states,
    registers: step.aer ?? {},
    overrideInLiveXml: override('live'),
    overrideInInactiveXml: override('inactive'),
    persistent: step.persistent ?? {},
    xml: Object.fromEntries(xml),
  };
}

function operationOf(step, index) {
  return {
    number: index + 1,
    title: step.step,
    host: step.host,
    command: step.virsh,
    at: iso(step.at),
    durationMs: step.durationMs,
    timing: step.timing,
    exit: step.rc,
    stderr: step.stderr ?? [],
    note: step.note ?? null,
    deliveries: deliveriesOf(step),
    after: afterOf(step),
  };
}

function hostOf([name, { uuid }]) {
  const log = read(
    'logs',
    logNames.find((file) => file.startsWith(`${name}-`)),
  );
  const header =
    /libvirt version: (\S+), package: (.*), qemu version: ([\d.]+)(.*), kernel: (.*), hostname/.exec(log);
  const [, version, libvirtPackage, qemu, qemuPackage, kernel] =
    header ?? fail(`${name}: no start in its log`);
  return {
    name,
    uuid,
    libvirt: { version, package: libvirtPackage },
    qemu: { version: qemu, package: qemuPackage || null },
    kernel,
  };
}

function check(operations) {
  let last = '';
  for (const { title, at, deliveries } of operations) {
    for (const delivery of [{ at }, ...deliveries]) {
      if (delivery.at < last) fail(`${title}: ${delivery.at} is before ${last}`);
      last = delivery.at;
    }
  }
}

for (const step of steps) step.heard = [];
giveEventsToSteps();
for (const step of steps) step.heard.sort((a, b) => a.at - b.at);
timeSteps();
const operations = steps.map(operationOf);
check(operations);

for (const folder of ['xml', 'logs']) {
  rmSync(join(target, folder), { recursive: true, force: true });
  mkdirSync(join(target, folder), { recursive: true });
}
const logs = logNames.map((name) => {
  const [host, vm] = name.replace('.log', '').split('-');
  return { host, domain: vm, file: name };
});
const path = join(target, 'recording.json');
const recording = { hosts: Object.entries(hosts).map(hostOf), logs, operations };
const options = { ...(await resolveConfig(path)), filepath: path };
writeFileSync(path, await format(JSON.stringify(recording), options));
for (const name of files) copyFileSync(join(source, 'xml', name), join(target, 'xml', name));
for (const name of logNames) copyFileSync(join(source, 'logs', name), join(target, 'logs', name));

for (const basis of ['hooks', 'events', 'neighbours']) {
  const known = operations
    .filter(({ timing }) => timing.basis === basis)
    .map(({ timing }) => timing.uncertaintyMs);
  console.log(`${basis}: ${known.length} operations, start known to ${Math.max(...known)} ms or better`);
}
console.log(`${operations.length} operations, ${files.size} XML files, ${logNames.length} logs`);
