import { describe, expect, test } from '@jest/globals';
import { readCertificates } from './certificates.js';
import { BadConnectionString, describeConnection, parseConnectionString } from './connection-string.js';

const partOf = (text: string): string => {
  try {
    parseConnectionString(text);
  } catch (error) {
    if (error instanceof BadConnectionString) return error.part;
    throw error;
  }
  return 'nothing';
};

describe('a connection string', () => {
  test('needs no more than a host; then it is TLS, the leader, and port 2113', () => {
    expect(parseConnectionString('esdb://db.example')).toMatchObject({
      discover: false,
      hosts: [{ address: 'db.example', port: 2113 }],
      credentials: undefined,
      tls: true,
      nodePreference: 'leader',
      defaultDeadlineMs: 5_000,
    });
  });

  test('names a user, the nodes of a cluster, certificates and how to go about it', () => {
    const text =
      'esdb://adm%40in:pa%3Ass%2F@n1:2113,n2:2114,[::1]:2115?tlsCAFile=%2Fetc%2Fca.pem&user_cert_file=a&userkeyfile=b' +
      '&nodePreference=readOnlyReplica&discoveryInterval=50&maxDiscoverAttempts=3&defaultDeadline=1500';
    expect(parseConnectionString(text)).toMatchObject({
      credentials: { username: 'adm@in', password: 'pa:ss/' },
      hosts: [
        { address: 'n1', port: 2113 },
        { address: 'n2', port: 2114 },
        { address: '[::1]', port: 2115 },
      ],
      tlsCAFile: '/etc/ca.pem',
      userCertFile: 'a',
      userKeyFile: 'b',
      nodePreference: 'read_only_replica',
      discoveryIntervalMs: 50,
      maxDiscoverAttempts: 3,
      defaultDeadlineMs: 1_500,
    });
  });

  test('may stand for a cluster by one name', () => {
    expect(parseConnectionString('esdb+discover://cluster.example/?tls=false')).toMatchObject({
      discover: true,
      hosts: [{ address: 'cluster.example', port: 2113 }],
      tls: false,
    });
  });

  test.each([
    ['', 'form'],
    ['localhost:2113', 'form'],
    ['http://localhost:2113', 'scheme'],
    ['kurrentdb://localhost:2113', 'scheme'],
    ['esdb://', 'hosts'],
    ['esdb://a,', 'host 2'],
    ['esdb://a:0', 'host 1'],
    ['esdb://a:b:c', 'host 1'],
    ['esdb+discover://a,b', 'hosts'],
    ['esdb://admin@a', 'user'],
    ['esdb://admin:@a', 'user'],
    ['esdb://admin:%zz@a', 'password'],
    ['esdb://a?tls=yes', 'tls'],
    ['esdb://u:p@a?tls=false', 'tls'],
    ['esdb://a?tls=false&tlsCAFile=x', 'tls'],
    ['esdb://a?tlsVerifyCert=false', 'tlsVerifyCert'],
    ['esdb://a?throwOnAppendFailure=false', 'throwOnAppendFailure'],
    ['esdb://a?userCertFile=x', 'userKeyFile'],
    ['esdb://a?userKeyFile=x', 'userCertFile'],
    ['esdb://a?nodePreference=any', 'nodePreference'],
    ['esdb://a?defaultDeadline=soon', 'defaultDeadline'],
    ['esdb://a?defaultDeadline=', 'defaultDeadline'],
    ['esdb://a?keepAliveInterval=500', 'keepAliveInterval'],
    ['esdb://a?tls=true&tls=true', 'tls'],
    ['esdb://a?tsl=true', 'option tsl'],
    ['esdb://a?tls=true&s3cret', 'option 2'],
  ])('%j is wrong in its part %j', (text, part) => {
    expect(partOf(text)).toBe(part);
  });

  test('is described without its user, password and options', () => {
    const settings = parseConnectionString('esdb://admin:s3cret@a:1,b:2?connectionName=x');
    expect(describeConnection(settings)).toBe('esdb://a:1,b:2');
  });

  test('whose certificate is not there, or is none, says which', () => {
    const missing = parseConnectionString('esdb://a?tlsCAFile=/nowhere/ca.pem');
    expect(() => readCertificates(missing)).toThrow(/^tlsCAFile: .*ENOENT/);
    const noPem = parseConnectionString('esdb://a?tlsCAFile=package.json');
    expect(() => readCertificates(noPem)).toThrow('tlsCAFile: package.json is no PEM file');
  });
});
