import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { parseInput } from '../../recording/commands/parse-input.js';
import { endpointSchema } from '../endpoint-input.js';
import { MESSAGE_TYPES } from '../message.js';
import { testMessage } from '../test-message.js';
import {
  ChangeEndpoint,
  PauseEndpoint,
  RegisterEndpoint,
  RemoveEndpoint,
  ReplayDeliveries,
  ResumeEndpoint,
  RotateEndpointSecret,
  TestEndpoint,
  type ReplayCount,
  type EndpointWithSecret,
} from './endpoint-commands.js';
import { EndpointDesk, type EndpointAnswer } from './endpoint-desk.js';
import { replaySchema } from './replay-input.js';

const HOUR_MS = 60 * 60 * 1000;
const MOST_HOURS = 30 * 24;

const hoursSchema = z.strictObject({
  previousValidHours: z.number().min(0, 'is below 0').max(MOST_HOURS, `is over ${MOST_HOURS}`),
});

@CommandHandler(RegisterEndpoint)
export class RegisterEndpointHandler implements ICommandHandler<RegisterEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, TOO_MANY_WEBHOOK_ENDPOINTS, WEBHOOK_KEY */
  async execute({ settings, report }: RegisterEndpoint): Promise<EndpointWithSecret> {
    const { urls, keys, maxEndpoints } = this.desk.options;
    const said = parseInput(endpointSchema(MESSAGE_TYPES, urls), settings);
    const key = keys.need();
    const answer = await this.desk.record(report, (endpoint) => ({
      type: 'register',
      endpoint,
      settings: said,
      keyId: key.id,
      createdBy: report.context.actor,
      most: maxEndpoints,
    }));
    return { ...answer, secret: answer.repeated ? null : key.secret(answer.eventId, 0) };
  }
}

@CommandHandler(ChangeEndpoint)
export class ChangeEndpointHandler implements ICommandHandler<ChangeEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT */
  async execute({ endpoint, settings, report }: ChangeEndpoint): Promise<EndpointAnswer> {
    const said = parseInput(endpointSchema(MESSAGE_TYPES, this.desk.options.urls).partial(), settings);
    const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
    return this.desk.record(report, () => ({ type: 'change', endpoint, settings: given }));
  }
}

@CommandHandler(PauseEndpoint)
export class PauseEndpointHandler implements ICommandHandler<PauseEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT */
  async execute({ endpoint, report }: PauseEndpoint): Promise<EndpointAnswer> {
    const { store, quietMs } = this.desk.options;
    const answer = await this.desk.record(report, () => ({
      type: 'pause',
      endpoint,
      reason: 'operator',
      url: null,
    }));
    // What the store does not know yet it cannot tell the end of.
    if (!(await store.waitFor(answer.position, 0))) return answer;
    const current = () => store.endpoints.get(endpoint);
    // Resumed or removed by another in the meantime: nothing is left to wait for.
    await store.waitUntil(() => current()?.paused?.quiet !== false, quietMs);
    return { ...answer, endpoint: current() ?? answer.endpoint };
  }
}

@CommandHandler(ResumeEndpoint)
export class ResumeEndpointHandler implements ICommandHandler<ResumeEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT */
  async execute({ endpoint, report }: ResumeEndpoint): Promise<EndpointAnswer> {
    return this.desk.record(report, () => ({ type: 'resume', endpoint }));
  }
}

@CommandHandler(RotateEndpointSecret)
export class RotateEndpointSecretHandler implements ICommandHandler<RotateEndpointSecret> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT, WEBHOOK_KEY */
  async execute({ endpoint, previousValidHours, report }: RotateEndpointSecret): Promise<EndpointWithSecret> {
    const hours = parseInput(hoursSchema, { previousValidHours }).previousValidHours;
    const key = this.desk.options.keys.need();
    const previousUntil = new Date(report.context.receivedAt + hours * HOUR_MS).toISOString();
    const answer = await this.desk.record(report, () => ({
      type: 'rotate',
      endpoint,
      keyId: key.id,
      previousUntil,
    }));
    const generation = answer.endpoint?.secret.generation;
    const isNews = !answer.repeated && generation !== undefined;
    return { ...answer, secret: isNews ? key.secret(endpoint, generation) : null };
  }
}

@CommandHandler(RemoveEndpoint)
export class RemoveEndpointHandler implements ICommandHandler<RemoveEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT */
  async execute({ endpoint, report }: RemoveEndpoint): Promise<EndpointAnswer> {
    return this.desk.record(report, () => ({ type: 'remove', endpoint }));
  }
}

@CommandHandler(TestEndpoint)
export class TestEndpointHandler implements ICommandHandler<TestEndpoint> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT, WEBHOOK_ENDPOINT_PAUSED */
  async execute({ endpoint, report }: TestEndpoint): Promise<EndpointAnswer & { readonly message: string }> {
    const { position } = this.desk.options.store.checkpoint;
    const time = new Date(report.context.receivedAt).toISOString();
    const answer = await this.desk.record(report, (id) => ({
      type: 'test',
      endpoint,
      message: testMessage({ id, endpoint, time, position }),
    }));
    return { ...answer, message: answer.eventId };
  }
}

@CommandHandler(ReplayDeliveries)
export class ReplayDeliveriesHandler implements ICommandHandler<ReplayDeliveries> {
  constructor(private readonly desk: EndpointDesk) {}

  /** @throws HopledgerError BAD_INPUT, IDEMPOTENCY_CONFLICT, UNKNOWN_WEBHOOK_ENDPOINT */
  async execute({
    endpoint,
    selection,
    deadOnly,
    report,
  }: ReplayDeliveries): Promise<EndpointAnswer & ReplayCount> {
    const { read, checkpoint } = this.desk.options.store;
    const said = parseInput(replaySchema(checkpoint.position), selection);
    const answer = await this.desk.record(report, () => ({
      type: 'replay',
      endpoint,
      selection: said,
      deadOnly,
    }));
    return { ...answer, ...(read.replayed(answer.eventId) ?? { count: null, nextFrom: null }) };
  }
}

/** Providers that answer the commands of this folder. They inject `EndpointDesk`. */
export const WEBHOOK_COMMAND_HANDLERS = [
  RegisterEndpointHandler,
  ChangeEndpointHandler,
  PauseEndpointHandler,
  ResumeEndpointHandler,
  RotateEndpointSecretHandler,
  RemoveEndpointHandler,
  TestEndpointHandler,
  ReplayDeliveriesHandler,
] as const;
