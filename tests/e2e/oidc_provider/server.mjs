// A real OpenID provider on loopback, at / and at /realms/demo: node server.mjs PACKAGES [PEM]
//
// PACKAGES is a directory with node_modules/oidc-provider; PEM holds a key and its certificates, for https.
// The client `gateway` gets JWT access tokens for any resource (RFC 8707), whose audience is that resource; for
// `urn:signed:ALGORITHM` signed with that algorithm. Prints its address when it is ready, and ends when its input
// does. A line `rotate` on its input gives it new keys, `issuer NAME` another issuer to /realms/demo (its address
// with NAME behind it); each is answered with `ok`.
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [packages, pem] = process.argv.slice(2);
const entry = createRequire(path.join(path.resolve(packages), 'package.json')).resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(entry));

let generation = 0;
function keys() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { privateKey: curve } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const suffix = generation++ ? `-${generation}` : '';
  return {
    keys: [
      { ...privateKey.export({ format: 'jwk' }), use: 'sig', kid: `test${suffix}` },
      { ...curve.export({ format: 'jwk' }), use: 'sig', kid: `curve${suffix}` },
    ],
  };
}
let jwks = keys();

function resourceServer(audience) {
  const algorithm = /^urn:signed:(\w+)$/.exec(audience)?.[1] ?? 'RS256';
  return { scope: '', audience, accessTokenFormat: 'jwt', accessTokenTTL: 600, jwt: { sign: { alg: algorithm } } };
}
const mounts = new Map();

function handle(request, response) {
  const mount = request.url.startsWith('/realms/demo/') ? '/realms/demo' : '';
  // What a router does when it mounts an application: the provider finds its own path by the difference.
  request.originalUrl = request.url;
  request.url = request.url.slice(mount.length);
  mounts.get(mount)(request, response);
}

const secret = pem === undefined ? undefined : readFileSync(pem);
const server = secret === undefined ? http.createServer(handle) : https.createServer({ key: secret, cert: secret }, handle);

function serve(issuer) {
  const provider = new Provider(issuer, {
    jwks,
    cookies: { keys: ['only-a-test'] },
    clients: [
      {
        client_id: 'gateway',
        client_secret: 'only-a-test',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => resourceServer(resource),
      },
    },
  });
  return provider.callback();
}

let address;
let realm = '/realms/demo';
function mountAll() {
  mounts.set('', serve(address));
  mounts.set('/realms/demo', serve(address + realm));
}

server.listen(0, '127.0.0.1', () => {
  address = `${secret === undefined ? 'http' : 'https'}://127.0.0.1:${server.address().port}`;
  mountAll();
  console.log(address);
});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [command, name] = line.split(' ');
  if (command === 'rotate') jwks = keys();
  if (command === 'issuer') realm = name;
  mountAll();
  console.log('ok');
});
lines.on('close', () => process.exit(0));
