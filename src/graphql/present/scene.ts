import { behaviourOf, type Catalogue } from '../../domain/catalogue/catalogue.js';
import { diagnose } from '../../domain/diagnose/diagnose.js';
import type { Recorded } from '../../domain/vm/envelope.js';
import type { Hop } from '../../domain/vm/vm.js';
import type { VmAnswer } from '../../recording/vm-reader.js';
import type * as G from '../schema.generated.js';
import { presentBehaviour, presentRule } from './behaviour.js';
import { presentDiagnosis } from './diagnosis.js';
import { presentEvent } from './event.js';

/** Where ids become what they name: the events of one VM (none for a launch that has not been) and the catalogue. */
export interface Scene {
  event(id: string | null): G.RecordedEvent | null;
  behaviour(id: string | null): G.Behaviour | null;
  rule(behaviour: string, id: string | null): G.Rule | null;
  /** What the words of a failed hop mean. */
  diagnosis(hop: Hop): G.Diagnosis | null;
}

export const sceneOf = (catalogue: Catalogue, answer: VmAnswer | null): Scene => {
  let byId: ReadonlyMap<string, Recorded> | undefined;
  return {
    event(id) {
      if (id === null || answer === null) return null;
      byId ??= new Map(answer.events.map((event) => [event.id, event]));
      const found = byId.get(id);
      return found === undefined ? null : presentEvent(answer.vm.uuid, found);
    },
    behaviour(id) {
      const found = id === null ? undefined : behaviourOf(catalogue, id);
      return found === undefined ? null : presentBehaviour(found);
    },
    rule(behaviour, id) {
      const found = behaviourOf(catalogue, behaviour)?.rules.find((rule) => rule.id === id);
      return found === undefined ? null : presentRule(found);
    },
    diagnosis({ error, to }) {
      if (error === null) return null;
      const process = answer?.vm.processes.find(({ id }) => id === to.process);
      const devices = process?.configuration?.devices ?? [];
      return presentDiagnosis(diagnose(error, catalogue, { build: to.build, devices }));
    },
  };
};
