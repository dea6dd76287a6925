import { askHop, type HopAnswered } from '../../domain/hop/ask.js';
import { hostDestination } from '../../domain/hop/host-destination.js';
import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { AdviceGiven, HopPrepared, VmEventOf } from '../../domain/vm/events.js';
import type { HostRegistry } from '../../recording/host-registry.js';
import type { VmReader } from '../../recording/vm-reader.js';
import type { Config } from '../../runtime/config.js';
import { parseDomainXml } from './domain-xml.js';
import type { HookCall } from './hook-call.js';
import { decideHook } from './hook-policy.js';
import type { HookReport } from './hook-report.js';
import { launchConfigurationOf } from './launch-configuration.js';
import { mergeOverrides, type OverrideForm } from './merge-overrides.js';
import { removeOverrides } from './remove-overrides.js';

/** What a host is told of a hop, and how values are written into its XML. */
export interface Given {
  readonly advice: AdviceGiven;
  readonly form: OverrideForm;
}

/** Judges a hop by what is on record, and writes what it needs into its XML. Records nothing. */
export class HookJudge {
  constructor(
    private readonly reader: VmReader,
    private readonly hosts: HostRegistry,
    private readonly config: Pick<Config, 'hook' | 'xml'>,
  ) {}

  judge(
    call: HookCall,
    report: HookReport,
    prepared: HopPrepared,
    at: number,
    history: readonly Recorded[],
  ): Given {
    const destination = hostDestination({
      hosts: this.hosts.directory(),
      host: call.host,
      at,
      retired: this.hosts.host(call.host)?.retired === true,
      build: null,
      emulator: prepared.configuration?.emulator,
      factsOf: (fingerprint) => this.hosts.builds.factsOf(fingerprint),
    });
    const knowledge = this.reader.knowledge();
    const ask = (configuration: LaunchConfiguration | null): HopAnswered | null =>
      destination === null
        ? null
        : askHop({
            uuid: report.uuid,
            events: history,
            knowledge,
            destination,
            configuration,
            via: prepared.via,
            savedState: null,
            at,
          });
    const answered = ask(prepared.configuration);
    const decision = decideHook(answered, destination, this.config.hook, knowledge.catalogue);
    const removals = decision.answer === 'rewritten' ? (answered?.assessment?.removals ?? []) : [];
    const advice: VmEventOf<'AdviceGiven'> = {
      type: 'AdviceGiven',
      host: call.host,
      name: report.name,
      verdict: decision.verdict,
      answer: decision.answer,
      overrides: decision.overrides,
      removals,
      message: decision.message,
      catalogueRevision: knowledge.catalogue.revision,
      basedOnRevision: null,
    };
    const given: Given = { advice, form: decision.form };
    if (decision.answer !== 'rewritten') return given;
    const left = ask(this.configurationOf(this.rewrite(call.xml, advice, decision.form)))?.assessment;
    return left == null || (left.overrides.length === 0 && left.removals.length === 0)
      ? given
      : { ...given, advice: this.unwritten(advice) };
  }

  /** What libvirt will make of an XML. */
  private configurationOf(xml: string): LaunchConfiguration {
    return launchConfigurationOf(parseDomainXml(xml, this.config.xml)).configuration;
  }

  /** The rewritten XML was read and judged again, and would still not do: something in it outranks what was put in. */
  private unwritten(advice: AdviceGiven): AdviceGiven {
    const why =
      'hopledger: the domain XML sets the same properties in a way that outranks an override; set them there by hand';
    return {
      ...advice,
      answer: this.config.hook.blocked === 'refuse' ? 'refused' : 'warned',
      overrides: [],
      removals: [],
      message: `${why}\n${advice.message ?? ''}`,
    };
  }

  /** The XML as advised; as given when nothing was to be changed. */
  rewrite(xml: string, advice: AdviceGiven, form: OverrideForm): string {
    return advice.answer === 'rewritten'
      ? mergeOverrides(
          removeOverrides(xml, advice.removals, this.config.xml),
          advice.overrides,
          form,
          this.config.xml,
        )
      : xml;
  }
}
