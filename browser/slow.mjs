// A bad link between a browser and the site: a proxy that lets bytes through at
// 50 kbit/s after half of 800 ms each way, and holds one piece in twenty back as
// TCP does when a segment is lost.
import net from "node:net";

const speed = 50000 / 8, oneWay = 400, loss = 0.05, again = 1000, piece = 1400;

// slow starts the proxy and returns its address, and how much went through.
export async function slow(base) {
  const to = new URL(base);
  const link = { bytes: 0 };
  let busy = { up: 0, down: 0 }; // until when the link itself is taken, in each direction
  const pass = (from, into, way) => {
    let last = 0; // what follows a lost piece waits for it
    from.on("data", (b) => {
      link.bytes += b.length;
      for (let i = 0; i < b.length; i += piece) {
        const part = b.subarray(i, i + piece);
        const now = Date.now();
        busy[way] = Math.max(busy[way], now) + part.length / speed * 1000;
        let at = busy[way] + oneWay;
        if (Math.random() < loss) at += again;
        last = Math.max(last, at);
        setTimeout(() => { if (!into.destroyed) into.write(part); }, last - now);
      }
    });
    from.on("end", () => setTimeout(() => into.end(), Math.max(0, last - Date.now()) + 1));
    from.on("error", () => into.destroy());
  };
  const server = net.createServer((near) => {
    const far = net.connect(Number(to.port), to.hostname);
    pass(near, far, "up");
    pass(far, near, "down");
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, link, stop: () => server.close() };
}
