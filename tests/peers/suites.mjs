// The independent stack for every other suite: issue, verify or derive with the Digital Bazaar libraries, offline.
// Reads one JSON object on standard input: {do, suite, curve, credential | presentation, contexts, date, ...}.
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as jcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import * as sd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));

const suites = {
  'eddsa-rdfc-2022': {sign: () => eddsaRdfc, verify: () => eddsaRdfc},
  'eddsa-jcs-2022': {sign: jcs.createSignCryptosuite, verify: jcs.createVerifyCryptosuite},
  'ecdsa-rdfc-2019': {sign: () => ecdsaRdfc, verify: () => ecdsaRdfc},
  'ecdsa-sd-2023': {
    sign: () => sd.createSignCryptosuite({mandatoryPointers: asked.mandatory}),
    verify: sd.createVerifyCryptosuite,
    derive: () => sd.createDiscloseCryptosuite({selectivePointers: asked.pointers})
  }
};
const suite = suites[asked.suite];

async function documentLoader(url) {
  if (asked.contexts[url]) return {contextUrl: null, documentUrl: url, document: asked.contexts[url], tag: 'static'};
  if (!url.startsWith('did:key:')) throw new Error(`not given: ${url}`);
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

async function newKey() {
  const key = asked.curve === 'Ed25519' ?
    await Ed25519Multikey.generate() : await EcdsaMultikey.generate({curve: asked.curve});
  const {publicKeyMultibase} = await key.export({publicKey: true});
  const did = `did:key:${publicKeyMultibase}`;
  Object.assign(key, {id: `${did}#${publicKeyMultibase}`, controller: did});
  return {did, signer: key.signer()};
}

function proofWith(cryptosuite, signer) {
  return new DataIntegrityProof({cryptosuite, ...(signer ? {signer, date: asked.date} : {})});
}

const named = (document, did) => JSON.parse(JSON.stringify(document).replaceAll('did:key:SIGNER', did));

const work = {
  async issue() {
    const {did, signer} = await newKey();
    const credential = named(asked.credential, did);
    return {issued: await vc.issue({credential, suite: proofWith(suite.sign(), signer), documentLoader})};
  },
  async present() {
    const {did, signer} = await newKey();
    const {challenge, domain} = asked;
    const presentation = named(asked.presentation, did);
    const signing = proofWith(suite.sign(), signer);
    const signed = await vc.signPresentation({
      presentation, suite: signing, challenge, domain, documentLoader
    });
    return {signed};
  },
  async derive() {
    const verifiableCredential = asked.credential;
    return {derived: await vc.derive({verifiableCredential, suite: proofWith(suite.derive()), documentLoader})};
  },
  async verify() {
    return told(await vc.verifyCredential({
      credential: asked.credential, suite: proofWith(suite.verify()), documentLoader, now: new Date(asked.date),
      checkStatus: async () => ({verified: true}) // the status is checked by its own test
    }));
  },
  async check() {
    const {challenge, domain} = asked;
    return told(await vc.verify({
      presentation: asked.presentation, challenge, domain, documentLoader, now: new Date(asked.date),
      suite: proofWith(suite.verify()), checkStatus: async () => ({verified: true})
    }));
  }
};

function told(result) {
  const errors = result.error?.errors ?? (result.error ? [result.error] : []);
  return {verified: result.verified, errors: errors.map(each => String(each.message ?? each))};
}

process.stdout.write(JSON.stringify(await work[asked.do]()));
