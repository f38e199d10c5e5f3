// libas2 as a trading partner. Reads one JSON request a line from stdin and writes one JSON answer a line to stdout:
// {"id": 1, "action": "build", ...} -> {"id": 1, "result": {...}} or {"id": 1, "error": "..."}. Bytes travel as base64.
'use strict'

const readline = require('readline')
const { AS2Composer, AS2Parser } = require('libas2')
const { request } = require('libas2/dist/src/Helpers')

const bytes = text => Buffer.from(text, 'base64')
const text = buffer => Buffer.from(buffer).toString('base64')

// What libas2 calls an agreement: `host` is itself with certificate and key, `partner` is us with our certificate.
function agreement (asked) {
  return {
    host: {
      name: asked.host.name,
      id: asked.host.name,
      url: asked.host.url || 'http://127.0.0.1/',
      certificate: asked.host.certificate,
      privateKey: asked.host.key,
      decrypt: Boolean(asked.decrypt),
      sign: asked.sign || false,
      mdn: asked.receipt
    },
    partner: {
      name: asked.partner.name,
      id: asked.partner.name,
      url: asked.partner.url || 'http://127.0.0.1/',
      certificate: asked.partner.certificate,
      encrypt: asked.encrypt || false,
      verify: Boolean(asked.verify),
      mdn: asked.receiptSigned ? { signing: asked.receiptSigned } : undefined
    }
  }
}

function composer (asked) {
  return new AS2Composer({
    message: { content: bytes(asked.content), contentType: asked.contentType, filename: asked.fileName },
    agreement: agreement(asked),
    additionalHeaders: { 'Message-ID': asked.messageId }
  })
}

function notification (disposition) {
  const told = disposition.notification
  return {
    originalMessageId: told.originalMessageId,
    finalRecipient: (told.finalRecipient && told.finalRecipient.value) || told.finalRecipient,
    processed: told.disposition.processed,
    description: told.disposition.description,
    mic: told.receivedContentMic,
    explanation: disposition.explanation
  }
}

const actions = {
  // A message as libas2 composes it: the whole MIME document, its header fields first.
  async build (asked) {
    return { message: text(await (await composer(asked).compile()).build()) }
  },

  // The same, posted by libas2's own request; what comes back is read by libas2 as a receipt.
  async send (asked) {
    const answer = await request(await composer(asked).toRequestOptions(asked.partner.url))
    const mime = answer.rawBody.length ? await answer.mime() : undefined
    const options = asked.receipt && asked.receipt.signing ? { cert: asked.partner.certificate } : undefined
    return {
      status: answer.statusCode,
      receipt: mime && answer.statusCode === 200 ? notification(await mime.dispositionIn(options)) : undefined
    }
  },

  // Decrypt and verify a message of ours, and make the receipt for it.
  async open (asked) {
    const node = await AS2Parser.parse(bytes(asked.message))
    const opened = await node.dispositionOut({ agreement: agreement(asked) })
    return {
      content: opened.contentNode && opened.contentNode.content ? text(opened.contentNode.content) : undefined,
      fileName: opened.contentNode && opened.contentNode.filename,
      receipt: text(await opened.dispositionNode.build()),
      notification: notification(opened.disposition)
    }
  },

  // Verify (when a certificate is given) and read a receipt of ours.
  async read (asked) {
    const node = await AS2Parser.parse(bytes(asked.message))
    return notification(await node.dispositionIn(asked.certificate ? { cert: asked.certificate } : undefined))
  },

  async ping () {
    return {}
  }
}

async function answer (line) {
  const asked = JSON.parse(line)
  try {
    return { id: asked.id, result: await actions[asked.action](asked) }
  } catch (error) {
    return { id: asked.id, error: String(error && error.message ? error.message : error) }
  }
}

readline.createInterface({ input: process.stdin, terminal: false }).on('line', async line => {
  process.stdout.write(JSON.stringify(await answer(line)) + '\n')
})
