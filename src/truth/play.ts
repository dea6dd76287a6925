import type { Catalogue } from '../domain/catalogue/catalogue.js';
import type { Build } from '../domain/qemu/build.js';
import type { LaunchConfiguration } from '../domain/qemu/device.js';
import type { Vm } from '../domain/vm/vm.js';
import {
  aliasOf,
  buildOf,
  busesOf,
  configurationOf,
  deviceOf,
  errorOf,
  type GivenDevice,
  type History,
  type Step,
} from './history.js';
import { launchOutcomeOf, missingOf, outcomeOf, type Outcome, type Prediction } from './prediction.js';
import { Stand } from './stand.js';

/** After a step: what was predicted of it, when something was, and the VM as it is derived then. */
export interface Played {
  readonly step: number;
  readonly prediction: Prediction | null;
  readonly vm: Vm | null;
  /** As the running process was given them, with those plugged since. */
  readonly devices: readonly GivenDevice[];
}

/** Plays a history through recording and verdict, asking before each launch, hop and restore what will happen. */
export async function* play(history: History, catalogue: Catalogue): AsyncGenerator<Played> {
  const player = new Player(history, new Stand(history.id, catalogue));
  for (const [step, given] of history.steps.entries()) yield player.step(step, given);
}

const OUTCOMES: readonly string[] = ['ok', 'refused', 'does-not-start'];
const realOf = ({ result }: Step): Outcome | null =>
  result !== undefined && OUTCOMES.includes(result) ? (result as Outcome) : null;

class Player {
  private processes = 0;
  private host = '';
  private devices: readonly GivenDevice[] = [];
  constructor(
    private readonly history: History,
    private readonly stand: Stand,
  ) {}

  async step(step: number, given: Step): Promise<Played> {
    const prediction = await this.play(step, given);
    return { step, prediction, vm: await this.stand.vm(), devices: this.devices };
  }

  private play(step: number, given: Step): Promise<Prediction | null> {
    switch (given.do) {
      case 'launch':
        return this.launch(step, given);
      case 'hop':
        return this.hop(step, given, given.to, null);
      case 'restore':
        return this.hop(step, given, given.build, given.name ?? null);
      default:
        return this.happen(given).then(() => null);
    }
  }

  private async launch(step: number, given: Step): Promise<Prediction | null> {
    if (given.build === undefined) return null;
    const build = buildOf(given.build);
    const configuration = this.configurationOf(given);
    const { advice, overrides } = await this.stand.askLaunch(build, configuration);
    if (given.result === 'ok') {
      this.processes += 1;
      this.host = `p${this.processes}`;
      this.devices = given.devices ?? [];
      await this.stand.report({ type: 'VmLaunched', ...this.here(), build, configuration, kernel: null });
    }
    return {
      ...this.about(step, given, 'launch'),
      verdict: advice.verdict,
      predicted: launchOutcomeOf(advice),
      overridesMissing: missingOf(overrides, this.idsOf(given.devices ?? [])),
      reasons: advice.warnings.map(({ text }) => text),
      unknown: advice.verdict === 'UNKNOWN',
    };
  }

  private async hop(
    step: number,
    given: Step,
    to: Step['to'],
    savedState: string | null,
  ): Promise<Prediction | null> {
    if (to === undefined || (await this.stand.vm()) === null) return null;
    const build = buildOf(to);
    const configuration = this.configurationOf(given);
    const { assessment } = await this.stand.askHop(build, configuration, savedState);
    await this.carryOut(given, build, configuration, savedState);
    return {
      ...this.about(step, given, savedState === null ? 'hop' : 'restore'),
      verdict: assessment.verdict,
      predicted: outcomeOf(assessment),
      overridesMissing: missingOf(assessment.overrides, this.idsOf(given.devices ?? [])),
      reasons: assessment.reasons.map(({ text }) => text),
      unknown: assessment.asGiven === 'unknown',
    };
  }

  /** As both ends would report it. */
  private async carryOut(
    given: Step,
    build: Build,
    configuration: LaunchConfiguration,
    savedState: string | null,
  ): Promise<void> {
    const { stand } = this;
    this.processes += 1;
    const there = { host: `p${this.processes}`, name: null };
    const facts = { ...there, build, configuration, kernel: null };
    const via = savedState === null ? 'migration' : 'restore';
    await stand.report({ type: 'HopPrepared', ...there, via, configuration });
    if (given.result !== 'ok') {
      await stand.report({ type: 'HopStarted', ...facts, via });
      await stand.report({ type: 'HopFailed', ...there, error: errorOf(given) });
      return;
    }
    if (savedState === null) {
      await stand.report({ type: 'HopStarted', ...facts, via });
      const completed = { type: 'HopCompleted' as const, statistics: null };
      await stand.report({ ...completed, ...there, attestedBy: 'destination' });
      await stand.report({ ...completed, ...this.here(), attestedBy: 'source' });
    } else {
      await stand.report({ type: 'StateRestored', ...facts, savedState, fromVm: null });
    }
    this.host = there.host;
    this.devices = given.devices ?? [];
  }

  private async happen(given: Step): Promise<void> {
    const { stand, devices } = this;
    const here = this.here();
    switch (given.do) {
      case 'reset':
        await stand.report({ type: 'GuestReset', ...here, reason: null });
        if (given.result === 'crash') await stand.report({ type: 'VmStopped', ...here, reason: 'crashed' });
        break;
      case 'plug':
        if (given.result !== 'ok' || given.device === undefined) break;
        this.devices = [...devices, given.device];
        await stand.report({
          type: 'DevicePlugged',
          ...here,
          device: deviceOf(given.device, busesOf(this.devices)),
        });
        break;
      case 'unplug': {
        const gone = devices.find(({ id }) => id === given.id);
        if (gone !== undefined)
          await stand.report({ type: 'DeviceUnplugged', ...here, alias: aliasOf(gone, busesOf(devices)) });
        break;
      }
      case 'save':
        if (given.result === 'ok')
          await stand.report({
            type: 'StateSaved',
            ...here,
            savedState: given.name ?? null,
            stopped: false,
          });
        break;
      case 'poweroff':
        await stand.report({ type: 'VmStopped', ...here, reason: 'destroyed' });
        break;
    }
  }

  private here(): { readonly host: string; readonly name: null } {
    return { host: this.host, name: null };
  }

  private configurationOf({ machine, devices, globals }: Step): LaunchConfiguration {
    const { accel } = this.history;
    return configurationOf(machine ?? this.history.machine, devices ?? [], globals ?? [], accel ?? null);
  }

  private idsOf(devices: readonly GivenDevice[]): (alias: string) => string {
    const buses = busesOf(devices);
    const ids = new Map(devices.map((device) => [aliasOf(device, buses), device['id'] ?? '']));
    return (alias) => ids.get(alias) ?? alias;
  }

  private about<T extends Prediction['do']>(
    step: number,
    given: Step,
    what: T,
  ): { readonly history: string; readonly step: number; readonly do: T; readonly real: Outcome | null } {
    return { history: this.history.id, step, do: what, real: realOf(given) };
  }
}
