// An OpenID Connect provider for the gateway's tests: discovery, the code flow with PKCE, RS256.
// See README.md for its settings and for what /test/next can arrange.

import { Console } from 'node:console'
import { constants, createSign, generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'

// Standard output has one line, for the test; what libraries say goes elsewhere.
globalThis.console = new Console(process.stderr, process.stderr)
const { default: Provider } = await import('oidc-provider')

const { values: settings } = parseArgs({
  options: {
    'client-id': { type: 'string', default: process.env.OIDC_CLIENT_ID ?? 'waybill' },
    'client-secret': { type: 'string', default: process.env.OIDC_CLIENT_SECRET ?? 'waybill-secret' },
    'redirect-uri': {
      type: 'string',
      multiple: true,
      default: (process.env.OIDC_REDIRECT_URIS ?? '').split(/\s+/).filter(Boolean),
    },
  },
})
const clientId = settings['client-id']
const redirectUris = settings['redirect-uri']

// Whoever started this holds the other end of standard input: when it closes, nobody needs this.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume()

const accounts = new Map() // sub -> claims
let last // the sub that /test/next named last
let once = {} // what /test/next arranged for the next authorization alone
const spoiled = new Map() // code -> how to spoil the ID token it is exchanged for

// A hint names a known account by its subject or its e-mail address; an unknown one is made from it.
function accountFor(hint) {
  if (!hint) return last
  if (accounts.has(hint)) return hint
  for (const [sub, claims] of accounts) if (claims.email === hint) return sub
  const email = hint.includes('@') ? hint : `${hint}@example.com`
  accounts.set(hint, { sub: hint, email, email_verified: true, name: email.split('@')[0] })
  return hint
}

const kid = 'test-key'
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

function isLoopback(uri) {
  const { protocol, hostname } = new URL(uri)
  return protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function makeProvider(issuer) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: settings['client-secret'],
        redirect_uris: redirectUris.length > 0 ? redirectUris : ['http://127.0.0.1/'],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
        id_token_signed_response_alg: 'RS256',
      },
    ],
    jwks: { keys: [{ ...key.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomUUID()] },
    pkce: { required: () => true },
    scopes: ['openid', 'email', 'profile', 'offline_access'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    // The session is as short as one authorization, so times of life matter to nobody.
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 60,
      RefreshToken: 600,
      Session: 60,
    },
    findAccount: (_ctx, sub) =>
      accounts.has(sub) ? { accountId: sub, claims: () => ({ ...accounts.get(sub) }) } : undefined,
    // Consent is given to everything that is asked for.
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId })
      grant.addOIDCScope(oidc.params.scope)
      await grant.save()
      return grant
    },
    renderError(ctx, out) {
      ctx.type = 'json'
      ctx.body = JSON.stringify(out)
    },
  })
  if (redirectUris.length === 0) provider.Client.prototype.redirectUriAllowed = isLoopback
  provider.use(async (ctx, next) => {
    await next()
    const how = ctx.path === '/token' && ctx.body?.id_token && spoiled.get(ctx.oidc?.params?.code)
    if (how) ctx.body.id_token = spoil(ctx.body.id_token, how)
  })
  for (const event of ['authorization.error', 'grant.error', 'server_error']) {
    provider.on(event, (_ctx, error) => console.error(event, error.error_description ?? error.stack ?? error))
  }
  return provider
}

// The token with other claims (null takes one away), signed anew: by the provider's own key, by a
// stranger's under the same name, or not at all.
function spoil(token, { claims = {}, signature = 'right' }) {
  const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'))
  for (const [name, value] of Object.entries(claims)) {
    if (value === null) delete payload[name]
    else payload[name] = value
  }
  const header = signature === 'none' ? { alg: 'none' } : { alg: 'RS256', typ: 'JWT', kid }
  const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const signed = `${encode(header)}.${encode(payload)}`
  if (signature === 'none') return `${signed}.`
  const by = { key: signature === 'wrong' ? strangersKey : key, padding: constants.RSA_PKCS1_PADDING }
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(by, 'base64url')}`
}

async function readJson(request) {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString() || '{}')
}

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  response.end(JSON.stringify(body))
}

async function arrange(request, response) {
  const { deny = false, nonce, id_token = {}, ...claims } = await readJson(request)
  if (claims.sub !== undefined) {
    last = String(claims.sub)
    accounts.set(last, { ...claims, sub: last })
  }
  const how = nonce === undefined ? id_token : { ...id_token, claims: { nonce, ...id_token.claims } }
  once = { deny, how: Object.keys(how).length > 0 ? how : undefined }
  answer(response, 200, { next: last ?? null, deny, id_token: how })
}

// The person at the browser: signs in as the account that is named, or says no.
async function interact(provider, request, response) {
  const { params } = await provider.interactionDetails(request, response)
  const accountId = accountFor(params.login_hint)
  let result = { login: { accountId } }
  if (request.headers[innerHeader] === `${inner}-deny`) {
    result = { error: 'access_denied', error_description: 'the test arranged it so' }
  } else if (accountId === undefined) {
    result = { error: 'login_required', error_description: 'neither login_hint nor /test/next names an account' }
  }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

// Marks requests that this process makes to itself.
const inner = randomUUID()
const innerHeader = 'x-inner'

// Walks through sign-in and consent as a browser would, with cookies of this authorization alone,
// and answers with the last step only: the redirect to the client.
async function authorize(issuer, request, response) {
  const { deny = false, how } = once
  once = {}
  const headers = { [innerHeader]: deny ? `${inner}-deny` : inner }
  const cookies = new Map()
  let url = new URL(request.url, issuer)
  for (let step = 0; step < 6; step += 1) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const got = await fetch(url, { redirect: 'manual', headers: { ...headers, cookie } })
    for (const line of got.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      cookies.set(name, value)
    }
    const location = got.headers.get('location')
    if (location === null) {
      response.writeHead(got.status, { 'content-type': got.headers.get('content-type') ?? 'text/plain' })
      response.end(await got.text())
      return
    }
    url = new URL(location, url)
    if (url.origin !== issuer) {
      const code = url.searchParams.get('code')
      if (code !== null && how !== undefined) spoiled.set(code, how)
      answer(response, 303, {}, { location })
      return
    }
  }
  answer(response, 500, { error: 'server_error', error_description: 'the redirects do not end' })
}

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = makeProvider(issuer)
  const standard = provider.callback()
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url, issuer)
    let done
    if (request.method === 'POST' && pathname === '/test/next') {
      done = arrange(request, response)
    } else if (pathname.startsWith('/interaction/')) {
      done = interact(provider, request, response)
    } else if (request.method === 'GET' && pathname === '/auth' && !request.headers[innerHeader]) {
      done = authorize(issuer, request, response)
    } else {
      done = standard(request, response)
    }
    Promise.resolve(done).catch((error) => {
      console.error(error)
      if (!response.headersSent) answer(response, 400, { error: 'invalid_request', error_description: error.message })
    })
  })
  process.stdout.write(`${JSON.stringify({ issuer })}\n`)
})
