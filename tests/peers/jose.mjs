// Independent stacks for signed tokens: npm jose, and @sd-jwt. Nothing touches the network.
// Reads one JSON object on standard input: {do, ...}, and writes one on standard output.
import {ES256, digest, generateSalt} from '@sd-jwt/crypto-nodejs';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import * as jose from 'jose';

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const asked = JSON.parse(Buffer.concat(chunks).toString('utf8'));

async function verifyToken() {
  const key = await jose.importJWK(asked.jwk, asked.alg);
  try {
    const options = {algorithms: [asked.alg], currentDate: new Date(asked.date), typ: asked.typ};
    const {payload, protectedHeader} = await jose.jwtVerify(asked.token, key, options);
    return {verified: true, payload, header: protectedHeader};
  } catch (error) {
    return {verified: false, error: error.code};
  }
}

async function signToken() {
  const {publicKey, privateKey} = await jose.generateKeyPair(asked.alg, {extractable: true});
  const jwk = await jose.exportJWK(publicKey);
  const issuer = `did:jwk:${Buffer.from(JSON.stringify(jwk)).toString('base64url')}`;
  const claims = JSON.parse(JSON.stringify(asked.claims).replaceAll('did:jwk:ISSUER', issuer));
  const header = {alg: asked.alg, typ: asked.typ, kid: `${issuer}#0`};
  return {token: await new jose.SignJWT(claims).setProtectedHeader(header).sign(privateKey), jwk};
}

const common = {hasher: digest, hashAlg: 'sha-256', saltGenerator: generateSalt};

async function verifyDisclosures() {
  const verifier = await ES256.getVerifier(asked.jwk);
  const kbVerifier = async (data, signature, payload) => (await ES256.getVerifier(payload.cnf.jwk))(data, signature);
  const instance = new SDJwtVcInstance({...common, verifier, kbVerifier});
  const currentDate = Date.parse(asked.date) / 1000;
  try {
    const {payload, kb} = await instance.verify(asked.token, {currentDate, keyBindingNonce: asked.nonce});
    return {verified: true, payload, kb: kb?.payload};
  } catch (error) {
    return {verified: false, error: error.message};
  }
}

async function present(token, privateJwk) {
  const kbSigner = await ES256.getSigner(privateJwk);
  const instance = new SDJwtVcInstance({...common, kbSigner, kbSignAlg: 'ES256'});
  const payload = {iat: Date.parse(asked.date) / 1000, aud: asked.audience, nonce: asked.nonce};
  return instance.present(token, asked.shown, {kb: {payload}});
}

async function issueAndPresent() {
  const [issuer, holder] = await Promise.all([ES256.generateKeyPair(), ES256.generateKeyPair()]);
  const {kty, crv, x, y} = issuer.publicKey;
  const did = `did:jwk:${Buffer.from(JSON.stringify({kty, crv, x, y})).toString('base64url')}`;
  const instance = new SDJwtVcInstance({...common, signer: await ES256.getSigner(issuer.privateKey), signAlg: 'ES256'});
  const {kty: k, crv: c, x: hx, y: hy} = holder.publicKey;
  const claims = {...asked.claims, iss: did, cnf: {jwk: {kty: k, crv: c, x: hx, y: hy}}};
  const issued = await instance.issue(claims, asked.frame, {header: {kid: `${did}#0`}});
  return {issued, presented: await present(issued, holder.privateKey)};
}

const work = {
  'verify-token': verifyToken,
  'sign-token': signToken,
  'verify-disclosures': verifyDisclosures,
  'issue-and-present': issueAndPresent,
  'present': async () => ({presented: await present(asked.token, asked.holder)})
};
process.stdout.write(JSON.stringify(await work[asked.do]()));
