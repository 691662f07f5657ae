// Posts events as the SDK writes them: cloudevents-emit.mjs URL FILE, the file an array of CloudEvents. Each goes in
// binary and in structured mode, its data there once more as bytes, and all together as a batch. Prints the replies.
import { readFileSync } from 'node:fs'
import { CloudEvent, Mode, emitterFor, httpTransport } from 'cloudevents'

const [url, file] = process.argv.slice(2)
const events = JSON.parse(readFileSync(file, 'utf8')).map((event) => new CloudEvent(event))
const binary = emitterFor(httpTransport(url), { mode: Mode.BINARY })
const structured = emitterFor(httpTransport(url), { mode: Mode.STRUCTURED })
const asBytes = (event) => event.cloneWith({ data: new TextEncoder().encode(JSON.stringify(event.data)) })

const replies = []
for (const event of events) {
  replies.push((await binary(event)).body)
  replies.push((await structured(event)).body)
  replies.push((await structured(asBytes(event))).body)
}
const batch = { method: 'POST', headers: { 'content-type': 'application/cloudevents-batch+json' }, body: JSON.stringify(events) }
replies.push(await (await fetch(url, batch)).text())
console.log(JSON.stringify(replies))
