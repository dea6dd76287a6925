import { headlineOf } from '../../domain/diagnose/headline.js';
import type { Diagnosis, Explanation, Finding } from '../../domain/diagnose/diagnosis.js';
import type * as G from '../schema.generated.js';
import { constantCase } from './constant-case.js';

export const presentDiagnosis = (diagnosis: Diagnosis): G.Diagnosis => ({
  ...diagnosis,
  summary: headlineOf(diagnosis),
  findings: diagnosis.findings.map(presentFinding),
});

const presentFinding = (finding: Finding): G.DiagnosisFinding => ({
  ...finding,
  kind: constantCase(finding.kind),
  severity: constantCase(finding.severity),
  register:
    finding.register === null
      ? null
      : { ...finding.register, certainty: constantCase(finding.register.certainty) },
  property:
    finding.property === null ? null : { ...finding.property, from: constantCase(finding.property.from) },
  claims: finding.claims.map(({ certainty, text }) => ({ certainty: constantCase(certainty), text })),
  explanations: finding.explanations.map(presentExplanation),
});

const presentExplanation = (explanation: Explanation): G.DiagnosisExplanation => ({
  behaviourId: explanation.behaviour,
  title: explanation.title,
  how: explanation.how.map(constantCase),
  carried: explanation.carried,
  offered: explanation.offered,
  certainty: constantCase(explanation.certainty),
});
