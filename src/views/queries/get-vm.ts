import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { VmReader, type AsOf, type VmAnswer } from '../../recording/vm-reader.js';

/** One VM, derived from its own events. Null when nothing of it was recorded (as of then). */
export class GetVm extends Query<VmAnswer | null> {
  constructor(
    readonly uuid: string,
    readonly asOf: AsOf | null = null,
  ) {
    super();
  }
}

@QueryHandler(GetVm)
export class GetVmHandler implements IQueryHandler<GetVm> {
  constructor(private readonly reader: VmReader) {}

  async execute({ uuid, asOf }: GetVm): Promise<VmAnswer | null> {
    return asOf === null ? this.reader.vm(uuid) : this.reader.vm(uuid, asOf);
  }
}
