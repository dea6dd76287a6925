import { AssessHopHandler } from './assess-hop.js';
import { AssessLaunchHandler } from './assess-launch.js';
import { GetFeatureBaselineHandler } from './feature-baseline.js';
import { FollowEventsHandler } from './follow-events.js';
import { FollowVmsHandler } from './follow-vms.js';
import { GetCatalogueHandler } from './get-catalogue.js';
import { GetFleetHandler, GetLedgerStatusHandler } from './get-fleet.js';
import { GetHostHandler, ListHostsHandler } from './get-hosts.js';
import { GetVmHandler } from './get-vm.js';
import { GetHopMatrixHandler } from './hop-matrix.js';
import { ListVmsHandler } from './list-vms.js';
import { GetCatalogueDigestsHandler, ListCatalogueRevisionsHandler } from './catalogue-revisions.js';
import { FindAffectedStatesHandler } from './plan/affected-states.js';
import { DrainHostHandler, ListDrainedVmsHandler } from './plan/drain-host.js';
import { FindRouteHandler } from './plan/find-route.js';
import { ListDestinationsHandler } from './plan/list-destinations.js';
import { ListSavedInStatesHandler, ListVmsInStatesHandler } from './plan/list-guests.js';
import { PreflightHandler } from './plan/preflight.js';
import { StateJudge } from './plan/state-judge.js';
import { ReadEventsHandler } from './read-events.js';

/** Providers that answer the queries of this folder. They inject `VmReader`, `HostRegistry`, `LEDGER` and `VIEWS`. */
export const VIEW_QUERY_HANDLERS = [
  GetVmHandler,
  ListVmsHandler,
  GetFleetHandler,
  GetLedgerStatusHandler,
  GetHostHandler,
  ListHostsHandler,
  GetFeatureBaselineHandler,
  GetCatalogueHandler,
  AssessHopHandler,
  AssessLaunchHandler,
  GetHopMatrixHandler,
  ListCatalogueRevisionsHandler,
  GetCatalogueDigestsHandler,
  StateJudge,
  FindAffectedStatesHandler,
  PreflightHandler,
  ListVmsInStatesHandler,
  ListSavedInStatesHandler,
  ListDestinationsHandler,
  DrainHostHandler,
  ListDrainedVmsHandler,
  FindRouteHandler,
  ReadEventsHandler,
  FollowEventsHandler,
  FollowVmsHandler,
] as const;
