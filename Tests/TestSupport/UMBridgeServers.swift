/// Servers that tests of external likelihoods talk to; each takes its port as first argument.
public enum UMBridgeServers {
  /// A real server of the package `umbridge`: `gauss`, an asymmetric normal density of 2 + 1
  /// parameters in two blocks with gradient, -∞ where the first is above 3; `plain`, four
  /// parameters without gradient; `pair`, two outputs; `echo`, its configuration's `level`;
  /// `broken`, which raises.
  public static let real = """
    import sys, math, umbridge

    class Model(umbridge.Model):
        def __init__(self, name, sizes, f, gradient=None, outputs=[1]):
            super().__init__(name)
            self.sizes, self.f, self.g, self.outputs = sizes, f, gradient, outputs
        def get_input_sizes(self, config): return self.sizes
        def get_output_sizes(self, config): return self.outputs
        def __call__(self, x, config): return [self.f(x, config)]
        def gradient(self, out_wrt, in_wrt, x, sens, config):
            return [sens[0] * v for v in self.g(x)[in_wrt]]
        def supports_evaluate(self): return True
        def supports_gradient(self): return self.g is not None

    def gauss(x, config):
        (a, b), (c,) = x
        if a > 3: return [-math.inf]
        return [-0.5 * (a * a + 4 * b * b + (c - a * b) ** 2)]

    def slopes(x):
        (a, b), (c,) = x
        r = c - a * b
        return [[-a + r * b, -4 * b + r * a], [-r]]

    def broken(x, config): raise ValueError("the spectrum generator failed")

    umbridge.serve_models([
        Model("gauss", [2, 1], gauss, slopes),
        Model("plain", [4], lambda x, config: [-0.5 * sum(v * v for v in x[0])]),
        Model("pair", [1], lambda x, config: [1.0, 2.0], outputs=[2]),
        Model("echo", [1], lambda x, config: [float(config.get("level", -1)) + x[0][0]]),
        Model("broken", [1], broken),
    ], int(sys.argv[1]), error_checks=True)
    """

  /// A server that answers `/Evaluate` as the configuration's `mode` says and counts the requests
  /// of each mode; `GET /count/mode` tells the number. Everything else of the protocol is right.
  public static let misbehaving = """
    import sys, os, time, json, socket, threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    counts, lock = {}, threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def log_message(self, *arguments): pass
        def reply(self, text, status=200, length=None):
            data = text.encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data) if length is None else length))
            self.end_headers()
            self.wfile.write(data)
        def do_GET(self):
            if self.path.startswith("/count/"): return self.reply(str(counts.get(self.path[7:], 0)))
            self.reply('{"protocolVersion": 1.0, "models": ["m"]}')
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path == "/ModelInfo":
                return self.reply('{"support": {"Evaluate": true, "Gradient": true}}')
            if self.path == "/InputSizes": return self.reply('{"inputSizes": [2]}')
            if self.path == "/OutputSizes": return self.reply('{"outputSizes": [1]}')
            mode = body["config"].get("mode", "good")
            with lock: n = counts[mode] = counts.get(mode, 0) + 1
            x = body["input"][0]
            good = '{"output": [[%r]]}' % (-0.5 * sum(v * v for v in x))
            if mode == "dies" and n > 3: os._exit(1)
            if mode == "dies-later" and n > 1200: os._exit(1)
            if mode == "hangs": time.sleep(30)
            if mode == "twice" and n <= 2: return self.reply("busy", 503)
            if mode == "always": return self.reply("down for repair", 500)
            if mode == "cut":
                self.reply(good, length=1000)
                return self.connection.shutdown(socket.SHUT_RDWR)
            if mode == "closes":
                self.close_connection = True  # without saying so
                return self.reply(good)
            if mode == "dripping":
                self.send_response(200); self.send_header("Content-Length", "100"); self.end_headers()
                for _ in range(100): self.wfile.write(b" "); self.wfile.flush(); time.sleep(0.1)
                return
            if mode == "chunked":
                self.send_response(200); self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                data = good.encode()
                for part in (data[:5], data[5:]):
                    self.wfile.write(b"%x\\r\\n%s\\r\\n" % (len(part), part)); self.wfile.flush()
                return self.wfile.write(b"0\\r\\n\\r\\n")
            answers = {
                "shape": '{"output": [[-1.0, -2.0]]}', "flat": '{"output": [-1.0]}',
                "text": '{"output": [["low"]]}', "nan": '{"output": [[NaN]]}',
                "python-nan": '{"output": [[nan]]}', "plus": '{"output": [[Infinity]]}',
                "minus": '{"output": [[-Infinity]]}', "python-minus": '{"output": [[-inf]]}',
                "html": "<html>welcome</html>", "empty": "", "none": '{"output": null}',
            }
            if mode in ("refuses", "refused-early"):
                return self.reply('{"error": {"type": "InvalidInput", "message": "no"}}', 400)
            if mode == "model-error":
                return self.reply('{"error": {"type": "InvalidOutput", "message": "bad"}}', 500)
            if mode == "missing": return self.reply("not here", 404)
            if mode == "gradient":
                return self.reply('{"output": [1.0]}' if self.path == "/Gradient" else good)
            if mode == "raw": return self.wfile.write(b"220 mail.example.org ESMTP\\r\\n")
            self.reply(answers.get(mode, good))

    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
    """
}
