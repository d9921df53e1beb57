// What the Digital Bazaar stack takes for the same work: processor time for one credential, after a warm-up.
// Reads {credential, contexts, seed, date} on standard input; writes microseconds as JSON. The packages are those that
// tests/peers/package.json pins; every context is given and marked static, so nothing is fetched or processed twice.
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
import {generateKeyPairSync, sign, verify} from 'node:crypto';

const peers = createRequire(new URL('../tests/peers/package.json', import.meta.url));
const load = async name => import(pathToFileURL(peers.resolve(name)).href);
const Ed25519Multikey = await load('@digitalbazaar/ed25519-multikey');
const vc = await load('@digitalbazaar/vc');
const {DataIntegrityProof} = await load('@digitalbazaar/data-integrity');
const {cryptosuite} = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));
const key = await Ed25519Multikey.generate({seed: Buffer.from(asked.seed, 'hex')});
const did = `did:key:${key.publicKeyMultibase}`;
Object.assign(key, {id: `${did}#${key.publicKeyMultibase}`, controller: did});
const method = {id: key.id, type: 'Multikey', controller: did, publicKeyMultibase: key.publicKeyMultibase};
const multikey = 'https://w3id.org/security/multikey/v1';
const known = {
  ...asked.contexts,
  [key.id]: {'@context': multikey, ...method},
  [did]: {'@context': ['https://www.w3.org/ns/did/v1', multikey], id: did, verificationMethod: [method],
    assertionMethod: [method.id], authentication: [method.id]}
};
const documentLoader = async url => {
  if (!known[url]) throw new Error(`not given: ${url}`);
  return {contextUrl: null, documentUrl: url, document: known[url], tag: 'static'};
};
const copy = value => JSON.parse(JSON.stringify(value));
const issue = () => vc.issue({
  credential: copy(asked.credential), documentLoader,
  suite: new DataIntegrityProof({signer: key.signer(), cryptosuite, date: asked.date})
});
const issued = JSON.stringify(await issue());
const check = async () => {
  const result = await vc.verifyCredential({
    credential: JSON.parse(issued), documentLoader, now: new Date(asked.date),
    suite: new DataIntegrityProof({cryptosuite}), checkStatus: async () => ({verified: true})
  });
  if (!result.verified) throw result.error;
};
const pair = generateKeyPairSync('ed25519');
const message = Buffer.alloc(64, 120);
const signature = sign(null, message, pair.privateKey);

async function median(work, times, rounds = 7) {
  for (let n = 0; n < times; n++) await work();
  const found = [];
  for (let round = 0; round < rounds; round++) {
    const begun = process.cpuUsage();
    for (let n = 0; n < times; n++) await work();
    const {user, system} = process.cpuUsage(begun);
    found.push((user + system) / times);
  }
  return found.sort((a, b) => a - b)[rounds >> 1];
}

process.stdout.write(JSON.stringify({
  raw_sign: await median(() => sign(null, message, pair.privateKey), 500),
  raw_verify: await median(() => verify(null, message, pair.publicKey, signature), 500),
  issue: await median(issue, 20),
  verify: await median(check, 20)
}));
