// The verifier of the Digital Credentials Consortium: what it says about one credential.
// Reads {credential, registries} on standard input. It may fetch, and only from this machine: a status list, a registry.
import {verifyCredential} from '@digitalcredentials/verifier-core';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const {credential, registries} = JSON.parse(Buffer.concat(chunks).toString('utf8'));

console.log = console.error; // it speaks about schemas that are not fetched, and only the answer belongs on the output
const elsewhere = globalThis.fetch;
globalThis.fetch = async (url, ...rest) => {
  const {hostname} = new URL(url?.url ?? url);
  if (hostname !== '127.0.0.1') throw new Error(`not fetched: ${hostname}`);
  return elsewhere(url, ...rest);
};

const {log, errors} = await verifyCredential({credential, knownDIDRegistries: registries});
process.stdout.write(JSON.stringify({log, errors: errors?.map(({name, message}) => ({name, message}))}));
