/** The endpoint's name leads to where nothing is to be sent. */
export class RefusedAddress extends Error {
  constructor(
    readonly host: string,
    readonly address: string,
    readonly objection: string,
  ) {
    super(`${host === address ? host : `${host} is ${address}, which`} is ${objection}: not sent to`);
  }
}
