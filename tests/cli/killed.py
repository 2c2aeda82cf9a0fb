#!/usr/bin/env python3
"""Kill belie with signal 9 at random moments; what it leaves must be readable and complete.

Usage: killed.py BELIE SERVER.py FOLDER COUNT SEED. The server's log is the truth:
  - the history can be read and checked, and is valid;
  - every write that the server executed has its invocation in the history: nothing is done before it
    is recorded;
  - of each connection all writes but the last have their completion: the next operation of a thread
    begins only after the end of its last one is recorded.
"""
import os, random, re, signal, subprocess, sys, time

belie, server, folder, count, seed = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
random.seed(seed)
log = os.path.join(folder, "log")
srv = subprocess.Popen([sys.executable, server, log], stdout=subprocess.PIPE, text=True)
port = srv.stdout.readline().strip()
bad, lines, torn, writes = [], 0, 0, 0
start = time.time()
for i in range(count):
    open(log, "w").close()
    store = os.path.join(folder, "store%d" % i)
    p = subprocess.Popen([belie, "run", "-q", "--target", "http-kv", "--node", "127.0.0.1:" + port, "--rate",
                          "0", "--concurrency", "5", "--time-limit", "100", "--store", store],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(random.uniform(0.02, 0.3))
    p.send_signal(signal.SIGKILL)
    p.wait()
    history = os.path.join(store, "current", "history.edn")
    if not os.path.exists(history):
        continue  # killed before the folder was there
    time.sleep(0.02)  # the server ends what it has begun
    text = open(history).read()
    lines += text.count("\n")
    torn += text != "" and not text.endswith("\n")
    begun = set(re.findall(r":type :invoke, :process \d+, :f :write, :value (\d+)", text))
    ended = set(re.findall(r":type :ok, :process \d+, :f :write, :value (\d+)", text))
    last = {}  # of each connection: the request before
    for line in open(log):
        who, method, path, body = line.rstrip("\n").split(" ", 3)
        value = re.search(r'"value":(\d+)', body)
        value = value.group(1) if method == "POST" and value else None
        if value and value not in begun:
            bad.append("%d: write %s was executed but not recorded as begun" % (i, value))
        if last.get(who) and last[who] not in ended:
            bad.append("%d: write %s was answered but not recorded as ended" % (i, last[who]))
        last[who] = value
        writes += value is not None
    if text:
        code = subprocess.run([belie, "check", "-q", history], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        if code.returncode != 0:
            bad.append("%d: check ended with %d %s" % (i, code.returncode, code.stderr))
srv.kill()
print("# %d kills in %.0f s, seed %s: %d lines, %d torn, %d writes executed" %
      (count, time.time() - start, seed, lines, torn, writes))
for b in bad[:20]:
    print("# " + b)
sys.exit(1 if bad or lines == 0 else 0)
