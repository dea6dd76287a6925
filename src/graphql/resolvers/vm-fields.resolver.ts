import { Args, Context, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { isTaint } from '../../domain/vm/carried.js';
import { HopledgerError } from '../../errors.js';
import { pageOf } from '../../views/queries/page-of.js';
import type { GraphqlContext } from '../context.js';
import { presentDevice } from '../present/build.js';
import { carriedKey, filterCarried, presentCarried } from '../present/carried.js';
import { connection, type Connection } from '../present/connection.js';
import { presentEvent } from '../present/event.js';
import { presentHop } from '../present/hop.js';
import { presentLineage } from '../present/lineage.js';
import {
  leftoverKey,
  presentLeftover,
  presentPowerCycle,
  presentProcess,
  presentSavedState,
  type ProcessNode,
  type SavedStateNode,
  type VmNode,
} from '../present/vm.js';
import type * as G from '../schema.generated.js';

interface PageArgs {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** A page of a list of the VM at hand. */
const page = <T, N>(
  list: readonly T[],
  keyOf: (item: T) => string,
  { first, after }: PageArgs,
  context: GraphqlContext,
  present: (item: T) => N,
): Connection<N> => {
  const { items, hasNext } = pageOf(list, keyOf, context.pageSize(first), decode(after));
  return connection(items.map(present), (_node, index) => encode(items[index], keyOf), { hasNext });
};

/** Cursors are opaque: they hold the entry's key, and say nothing that a client should build on. */
const encode = <T>(item: T | undefined, keyOf: (item: T) => string): string =>
  item === undefined ? '' : Buffer.from(keyOf(item)).toString('base64url');
const decode = (cursor: string | null | undefined): string | null =>
  cursor == null ? null : Buffer.from(cursor, 'base64url').toString();

const idOf = ({ id }: { readonly id: string }): string => id;
const MAX_LINEAGE = 500;

/** Fields of a VM that take arguments. */
@Resolver('Vm')
export class VmFieldsResolver {
  @ResolveField('processes')
  processes(
    @Parent() vm: VmNode,
    @Args() args: G.VmProcessesArgs,
    @Context() context: GraphqlContext,
  ): Connection<ProcessNode> {
    return page(vm.answer.vm.processes, idOf, args, context, (process) => presentProcess(process, vm.scene));
  }

  @ResolveField('powerCycles')
  powerCycles(
    @Parent() vm: VmNode,
    @Args() args: G.VmPowerCyclesArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.PowerCycle> {
    return page(vm.answer.vm.powerCycles, idOf, args, context, presentPowerCycle);
  }

  @ResolveField('hops')
  hops(
    @Parent() vm: VmNode,
    @Args() args: G.VmHopsArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.Hop> {
    return page(vm.answer.vm.hops, idOf, args, context, (hop) => presentHop(hop, vm.scene));
  }

  @ResolveField('devices')
  devices(
    @Parent() vm: VmNode,
    @Args() args: G.VmDevicesArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.Device> {
    const { current, processes } = vm.answer.vm;
    const devices = (current ?? processes.at(-1))?.configuration?.devices ?? [];
    return page(devices, ({ alias }) => alias, args, context, presentDevice);
  }

  @ResolveField('carried')
  carried(
    @Parent() vm: VmNode,
    @Args() args: G.VmCarriedArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.CarriedValue> {
    return carriedPage(vm, args, context);
  }

  @ResolveField('taints')
  taints(
    @Parent() vm: VmNode,
    @Args() args: G.VmTaintsArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.CarriedValue> {
    const taints = vm.carriedValues.filter((value) => isTaint(value) === true);
    return page(taints, carriedKey, args, context, (value) => presentCarried(value, vm.scene));
  }

  @ResolveField('lineage')
  lineage(@Parent() vm: VmNode, @Args() { last }: G.VmLineageArgs): G.Lineage {
    const processes = last ?? MAX_LINEAGE;
    if (processes < 1)
      throw new HopledgerError('BAD_INPUT', `last must be 1 or more, not ${processes}`, { field: 'last' });
    if (processes > MAX_LINEAGE) {
      const facts = { field: 'last', first: processes, limit: MAX_LINEAGE };
      throw new HopledgerError('PAGE_TOO_LARGE', `last is ${processes}; the limit is ${MAX_LINEAGE}`, facts);
    }
    return presentLineage(vm.answer.vm, processes, vm.scene);
  }

  @ResolveField('savedStates')
  savedStates(
    @Parent() vm: VmNode,
    @Args() args: G.VmSavedStatesArgs,
    @Context() context: GraphqlContext,
  ): Connection<SavedStateNode> {
    return page(vm.answer.vm.savedStates, idOf, args, context, (state) => presentSavedState(state, vm.scene));
  }

  @ResolveField('savedState')
  savedState(@Parent() vm: VmNode, @Args() { id }: G.VmSavedStateArgs): SavedStateNode | null {
    const found = vm.answer.vm.savedStates.find((state) => state.id === id);
    return found === undefined ? null : presentSavedState(found, vm.scene);
  }

  @ResolveField('leftovers')
  leftovers(
    @Parent() vm: VmNode,
    @Args() args: G.VmLeftoversArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.Leftover> {
    return page(vm.answer.vm.leftovers, leftoverKey, args, context, (leftover) =>
      presentLeftover(leftover, vm.scene),
    );
  }

  @ResolveField('events')
  events(
    @Parent() vm: VmNode,
    @Args() args: G.VmEventsArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.RecordedEvent> {
    return page(vm.answer.events, idOf, args, context, (event) => presentEvent(vm.uuid, event));
  }
}

@Resolver('VmProcess')
export class VmProcessFieldsResolver {
  @ResolveField('carried')
  carried(
    @Parent() process: ProcessNode,
    @Args() args: G.VmProcessCarriedArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.CarriedValue> {
    return carriedPage(process, args, context);
  }
}

@Resolver('SavedState')
export class SavedStateFieldsResolver {
  @ResolveField('carried')
  carried(
    @Parent() state: SavedStateNode,
    @Args() args: G.SavedStateCarriedArgs,
    @Context() context: GraphqlContext,
  ): Connection<G.CarriedValue> {
    return carriedPage(state, args, context);
  }
}

const carriedPage = (
  { carriedValues, scene }: Pick<VmNode, 'carriedValues' | 'scene'>,
  args: G.VmCarriedArgs,
  context: GraphqlContext,
): Connection<G.CarriedValue> =>
  page(filterCarried(carriedValues, args.filter), carriedKey, args, context, (value) =>
    presentCarried(value, scene),
  );
