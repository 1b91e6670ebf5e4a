// A real OpenID provider on loopback: run.js PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI.
// People sign in by the provider's own form for development, with any name and password; what it
// says of them is theirs at example.org.
const fs = require('fs')
const { default: Provider } = require('oidc-provider')

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2)

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
  pkce: { required: () => true },
  jwks: JSON.parse(fs.readFileSync('keys.json', 'utf8')),
  cookies: { keys: ['of a test'] },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: async () => ({
      sub: id,
      name: `${id} of the shop`,
      preferred_username: id,
      email: `${id}@example.org`,
      email_verified: !id.startsWith('unverified'),
    }),
  }),
})
provider.listen(Number(port), '127.0.0.1')
