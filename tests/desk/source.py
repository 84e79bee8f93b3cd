"""load_source (load_source.cpp) as a process: the market and the LPs of a desk, as fast as one asks."""

import json
import os
import subprocess

SYMBOLS = 20


class Source:
    def __init__(self, program, lps=4):
        self.process = subprocess.Popen([os.path.abspath(program), str(lps), str(SYMBOLS)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.ports = json.loads(self.process.stdout.readline())

    def send(self, rate, seconds):
        """So many messages a second for so long: (how many, by how many seconds the last was behind)."""
        self.process.stdin.write(f"rate {rate} {seconds}\n")
        self.process.stdin.flush()
        words = self.process.stdout.readline().split()
        assert len(words) == 4, f"load_source ended within {seconds:g} s at {rate} messages a second"
        return int(words[1]), float(words[3])

    def stop(self):
        self.process.stdin.close()
        self.process.wait(10)

    def alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.kill()
        self.process.wait()
