import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { hopMatrix, type MatrixCell } from '../../domain/hop/matrix.js';
import type { Build } from '../../domain/qemu/build.js';
import type { LaunchConfiguration } from '../../domain/qemu/device.js';
import { HopledgerError } from '../../errors.js';
import { VmReader } from '../../recording/vm-reader.js';

/** Work grows with the third power. */
export const MAX_MATRIX_BUILDS = 12;

/** Every pair of builds, for a guest born on each of `births`. Records nothing. */
export class GetHopMatrix extends Query<readonly MatrixCell[]> {
  constructor(
    readonly configuration: LaunchConfiguration,
    readonly builds: readonly Build[],
    /** Empty: each of the builds. */
    readonly births: readonly Build[],
  ) {
    super();
  }
}

@QueryHandler(GetHopMatrix)
export class GetHopMatrixHandler implements IQueryHandler<GetHopMatrix> {
  constructor(private readonly reader: VmReader) {}

  /** @throws HopledgerError BAD_INPUT */
  execute({ configuration, builds, births }: GetHopMatrix): Promise<readonly MatrixCell[]> {
    for (const [field, given] of [
      ['builds', builds],
      ['births', births],
    ] as const) {
      if (given.length > MAX_MATRIX_BUILDS)
        throw new HopledgerError('BAD_INPUT', `${field}: has over ${MAX_MATRIX_BUILDS} entries`, { field });
    }
    if (builds.length === 0) throw new HopledgerError('BAD_INPUT', 'builds: is empty', { field: 'builds' });
    return Promise.resolve(
      hopMatrix(this.reader.catalogue, configuration, builds, births.length === 0 ? builds : births),
    );
  }
}
