// Sends lines with LogDNA's own client: logdna-send.mjs URL KEY FILE, the file an array of {line, …options}.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { createLogger } = createRequire(import.meta.url)('@logdna/logger')
const [url, key, file] = process.argv.slice(2)
const logger = createLogger(key, { url })
logger.on('error', (error) => {
  console.error(error)
  process.exitCode = 1
})
for (const { line, ...options } of JSON.parse(readFileSync(file, 'utf8'))) {
  logger.log(line, options)
}
logger.flush()
