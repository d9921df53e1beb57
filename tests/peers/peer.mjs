// The independent stack: verify or issue one credential with the Digital Bazaar libraries, without any network.
// Reads one JSON object on standard input: {do: "verify" | "issue", credential, contexts, seed, date}.
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));

async function documentLoader(url) {
  if (asked.contexts[url]) return {contextUrl: null, documentUrl: url, document: asked.contexts[url], tag: 'static'};
  if (url.startsWith('did:key:')) {
    const [did, fragment] = url.split('#');
    const key = did.slice('did:key:'.length);
    const method = {id: `${did}#${key}`, type: 'Multikey', controller: did, publicKeyMultibase: key};
    const controller = {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
      id: did, verificationMethod: [method], assertionMethod: [method.id], authentication: [method.id]
    };
    const document = fragment ? {'@context': 'https://w3id.org/security/multikey/v1', ...method} : controller;
    return {contextUrl: null, documentUrl: url, document};
  }
  if (asked.documents?.[url]) return {contextUrl: null, documentUrl: url, document: asked.documents[url]};
  throw new Error(`not given: ${url}`);
}

async function issue() {
  const key = await Ed25519Multikey.generate({seed: Buffer.from(asked.seed, 'hex')});
  const did = `did:key:${key.publicKeyMultibase}`;
  Object.assign(key, {id: `${did}#${key.publicKeyMultibase}`, controller: did});
  const credential = JSON.parse(JSON.stringify(asked.credential).replaceAll('did:key:ISSUER', did));
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite, date: asked.date});
  return {issued: await vc.issue({credential, suite, documentLoader})};
}

async function verify() {
  const suite = new DataIntegrityProof({cryptosuite});
  const result = await vc.verifyCredential({
    credential: asked.credential, suite, documentLoader, now: new Date(asked.date),
    checkStatus: async () => ({verified: true}) // the status is checked by its own test
  });
  const errors = result.error?.errors ?? (result.error ? [result.error] : []);
  return {verified: result.verified, errors: errors.map(each => String(each.message ?? each))};
}

process.stdout.write(JSON.stringify(await (asked.do === 'issue' ? issue() : verify())));
