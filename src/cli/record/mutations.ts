/** The mutations that `hopledger record` sends, by their field, with the types of input and answer. */
export const MUTATIONS = {
  recordLaunch: { input: 'RecordLaunchInput', answer: 'RecordResult' },
  recordAdoption: { input: 'RecordAdoptionInput', answer: 'RecordResult' },
  recordHopPrepared: { input: 'RecordHopPreparedInput', answer: 'RecordResult' },
  recordHopStarted: { input: 'RecordHopStartedInput', answer: 'RecordResult' },
  recordHopCompleted: { input: 'RecordHopCompletedInput', answer: 'RecordResult' },
  recordHopFailed: { input: 'RecordHopFailedInput', answer: 'RecordResult' },
  recordGuestReset: { input: 'RecordGuestResetInput', answer: 'RecordResult' },
  recordDevicePlugged: { input: 'RecordDevicePluggedInput', answer: 'RecordResult' },
  recordDeviceUnplugged: { input: 'RecordDeviceUnpluggedInput', answer: 'RecordResult' },
  recordStateSaved: { input: 'RecordStateSavedInput', answer: 'RecordResult' },
  recordStateRestored: { input: 'RecordStateRestoredInput', answer: 'RecordResult' },
  recordStop: { input: 'RecordStopInput', answer: 'RecordResult' },
  observeValue: { input: 'ObserveValueInput', answer: 'RecordResult' },
  assertOrigin: { input: 'AssertOriginInput', answer: 'ChangeResult' },
  setLabels: { input: 'SetLabelsInput', answer: 'ChangeResult' },
  correctEvent: { input: 'CorrectEventInput', answer: 'ChangeResult' },
  retractEvent: { input: 'RetractEventInput', answer: 'ChangeResult' },
  reportHost: { input: 'ReportHostInput', answer: 'HostResult' },
  retireHost: { input: 'RetireHostInput', answer: 'HostResult' },
} as const;

export type Mutation = keyof typeof MUTATIONS;

export const mutationDocument = (mutation: Mutation): string => {
  const { input, answer } = MUTATIONS[mutation];
  const recorded =
    answer === 'HostResult'
      ? '... on HostRecorded { eventIds position repeated }'
      : '... on Recorded { eventIds position revision repeated vm { uuid name state tainted } }';
  return `mutation Record($input: ${input}!) {
    outcome: ${mutation}(input: $input) { __typename ${recorded} ... on Problem { code message } }
  }`;
};

/** What a mutation answers. */
export type Outcome = RecordedOutcome | ProblemOutcome;

export interface RecordedOutcome {
  readonly __typename: 'Recorded' | 'HostRecorded';
  readonly eventIds: readonly string[];
  readonly position: string;
  readonly revision?: string;
  readonly repeated: boolean;
  readonly vm?: {
    readonly uuid: string;
    readonly name: string | null;
    readonly state: string;
    readonly tainted: boolean | null;
  };
}

export interface ProblemOutcome {
  readonly __typename: 'IdempotencyConflict' | 'UnknownVm' | 'UnknownHost' | 'UnknownEvent' | 'BadInput';
  readonly code: string;
  readonly message: string;
}
