import { isTaint, type Carried, type CarriedValue } from '../vm/carried.js';

/**
 * What is off the reference for the host's kernel alone: with no kernel to go by, the same guest on the same build would
 * have the reference value. Both are of the same devices, told with and without the kernel.
 */
export const kernelGaps = (withKernel: Carried, without: Carried): readonly CarriedValue[] =>
  withKernel.filter(
    (value) =>
      isTaint(value) === true &&
      without.some(
        (other) =>
          other.alias === value.alias &&
          other.behaviour === value.behaviour &&
          other.value === value.reference,
      ),
  );
