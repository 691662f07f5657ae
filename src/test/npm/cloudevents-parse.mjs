// Parses and validates HTTP messages: cloudevents-parse.mjs FILE, the file an array of {headers, body}. Prints an
// array of what each held, as arrays of events.
import { readFileSync } from 'node:fs'
import { HTTP } from 'cloudevents'

const messages = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const parsed = messages.map((message) => [HTTP.toEvent(message)].flat())
parsed.flat().forEach((event) => event.validate())
console.log(JSON.stringify(parsed))
