// A real Bluesky PDS and the PLC directory that it needs, on loopback: run.js PLC_PORT PDS_PORT.
const net = require('net')
const crypto = require('crypto')
const fs = require('fs')

// Both servers listen on all interfaces; here they stay on this computer.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === 'number'
    ? listen.call(this, port, '127.0.0.1', ...rest)
    : listen.call(this, port, ...rest)
}

const plc = require('@did-plc/server')
const pds = require('@atproto/pds')

async function main() {
  const plcPort = Number(process.argv[2])
  const pdsPort = Number(process.argv[3])
  const folder = process.env.PDS_FOLDER
  fs.mkdirSync(`${folder}/blobs`, { recursive: true })
  const directory = plc.PlcServer.create({ db: plc.Database.mock(), port: plcPort })
  await directory.start()
  const environment = Object.assign(pds.readEnv(), {
    devMode: true,
    hostname: 'localhost',
    port: pdsPort,
    dataDirectory: folder,
    blobstoreDiskLocation: `${folder}/blobs`,
    didPlcUrl: `http://localhost:${plcPort}`,
    serviceHandleDomains: ['.test'],
    inviteRequired: false,
    adminPassword: crypto.randomBytes(16).toString('hex'),
    jwtSecret: process.env.PDS_JWT_SECRET,
    dpopSecret: crypto.randomBytes(32).toString('hex'),
    plcRotationKeyK256PrivateKeyHex: crypto.randomBytes(32).toString('hex'),
    disableSsrfProtection: true,
    rateLimitsEnabled: process.env.PDS_RATE_LIMITS === 'on',
    logEnabled: false,
  })
  const server = await pds.PDS.create(pds.envToCfg(environment), pds.envToSecrets(environment))
  await server.start()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
