import type { Catalogue } from '../../domain/catalogue/catalogue.js';
import type { Assessment, Destination } from '../../domain/hop/assessment.js';
import { asGlobals, renderOverrides, type RenderedOverrides } from '../../domain/hop/render.js';
import type { StateAnswered } from '../../domain/plan/ask-state.js';

/** The overrides of an answer as each tool takes them. */
export const renderedFor = (
  catalogue: Catalogue,
  { overrides }: Assessment,
  { carried, configuration }: Omit<StateAnswered, 'assessment'>,
  { build }: Destination,
): RenderedOverrides =>
  renderOverrides(
    overrides,
    configuration === null ? null : asGlobals(catalogue, overrides, carried, configuration, build),
  );
