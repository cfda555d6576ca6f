/* What the consumer makes of each address it is given: `node resolve.js <limits as JSON> <address> …` */
import { extract } from "@extractus/oembed-extractor";

const [limits, ...addresses] = process.argv.slice(2);
const found = [];
for (const address of addresses) found.push(await extract(address, JSON.parse(limits)));
console.log(JSON.stringify(found));
