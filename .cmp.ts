import sharp from 'sharp';
import { readdirSync } from 'node:fs';
const [a, b] = process.argv.slice(2) as [string, string];
for (const f of readdirSync(b)) {
  if (!f.endsWith('.png')) continue;
  const x = await sharp(`${a}/${f}`).raw().toBuffer(); const y = await sharp(`${b}/${f}`).raw().toBuffer();
  let s = 0, m = 0, n = 0; for (let i = 0; i < x.length; i++) { const d = Math.abs(x[i]! - y[i]!); s += d * d; if (d > m) m = d; if (d > 3) n++; }
  console.log(f.padEnd(18), 'psnr', (10 * Math.log10(65025 / Math.max(1e-9, s / x.length))).toFixed(1), 'max', m, '>3:', (100 * n / x.length).toFixed(3) + '%');
}
