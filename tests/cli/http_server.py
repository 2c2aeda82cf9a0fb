#!/usr/bin/env python3
"""An HTTP server that misbehaves on purpose, for the tests of the HTTP client.

Usage: server.py LOG [PORT]. Prints its port. Holds keyed registers:
  GET /kv/KEY           -> {"value": N} or 404
  POST /kv/KEY {"value": N}
  POST /cas/KEY {"old": N, "new": N} -> 200 or 409
  GET /after/N          -> 503, and 200 from the Nth time on
Each request that is executed adds a line "CONNECTION METHOD PATH BODY" to LOG. What goes wrong is set by
POST /mode NAME, or by the word before the path, /NAME/kv/KEY:
  drop    execute, then close without an answer, on every third request of a connection
  stall   execute, then say nothing
  huge    answer 1 GB;  lying-huge: say so in Content-Length and send it
  garbage answer what is not HTTP;  half: the first half of an answer
  headers answer headers without end
  close   answer, then close the connection without having said so
  error   500 for everything
"""
import socket, sys, threading, json, time

log = open(sys.argv[1], "a", buffering=1)
lock = threading.Lock()
data = {}


def execute(who, method, path, body):
    with lock:
        log.write("%d %s %s %s\n" % (who, method, path, body))
        if path.startswith("/kv/"):
            key = path[4:]
            if method == "GET":
                if key not in data:
                    return 404, ""
                return 200, json.dumps({"value": data[key]})
            data[key] = json.loads(body)["value"]
            return 200, "{}"
        if path.startswith("/cas/"):
            key, wish = path[5:], json.loads(body)
            if data.get(key) != wish["old"]:
                return 409, "{}"
            data[key] = wish["new"]
            return 200, "{}"
        if path.startswith("/after/"):
            data[path] = data.get(path, 0) + 1
            return (200 if data[path] >= int(path[7:]) else 503), "{}"
    return 404, ""


def read_request(f):
    line = f.readline()
    if not line:
        return None
    method, path, _ = line.decode().split(" ", 2)
    length = 0
    while True:
        h = f.readline()
        if h in (b"\r\n", b""):
            break
        if h.lower().startswith(b"content-length:"):
            length = int(h.split(b":")[1])
    return method, path, f.read(length).decode()


def serve(c, who):
    f = c.makefile("rb")
    n = 0
    try:
        while True:
            r = read_request(f)
            if r is None:
                break
            method, path, body = r
            mode = ""
            for m in MODES:
                if path.startswith("/" + m + "/"):
                    mode, path = m, path[len(m) + 1:]
            n += 1
            if mode == "error":
                c.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\noops")
                continue
            status, text = execute(who, method, path, body)
            if mode == "drop" and n % 3 == 0:
                break
            if mode == "stall":
                time.sleep(30)
                break
            if mode == "garbage":
                c.sendall(b"\x00\x01\x02 this is not HTTP\r\n\r\n")
                break
            if mode == "headers":
                c.sendall(b"HTTP/1.1 200 OK\r\n")
                while True:
                    c.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")
            if mode in ("huge", "lying-huge"):
                kind = b"Connection: close" if mode == "huge" else b"Content-Length: 1073741824"
                c.sendall(b"HTTP/1.1 200 OK\r\n" + kind + b"\r\n\r\n")
                for _ in range(1024):
                    c.sendall(b"1" * 1048576)
                break
            out = "HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%s" % (status, len(text), text)
            if mode == "half":
                c.sendall(("HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n" + text).encode())
                break
            c.sendall(out.encode())
            if mode == "close":
                break
    except (OSError, ValueError):
        pass
    f.close()
    c.close()


MODES = ("drop", "stall", "huge", "lying-huge", "garbage", "headers", "close", "error", "half")
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0))
s.listen(128)
print(s.getsockname()[1], flush=True)
n = 0
while True:
    c, _ = s.accept()
    n += 1
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=serve, args=(c, n), daemon=True).start()
