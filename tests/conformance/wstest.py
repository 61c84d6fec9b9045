"""
The Autobahn test suite under Python 3.

`autobahntestsuite` 25.10.1 is Python 2 code above `autobahn` 0.10.9, which runs under both. What is
Python 2 about it is little, and all of it is here: some syntax, which is rewritten as its modules are
loaded, and strings that hold bytes. Those become strings of the same characters (Latin-1), and bytes
where they meet the library. The cases and their verdicts are the suite's own.

    pip install six txaio twisted wsaccel
    pip install --no-deps autobahn==0.10.9 autobahntestsuite==25.10.1
    python3 wstest.py -m fuzzingclient|fuzzingserver -s spec.json
"""

import argparse
import binascii
import builtins
import importlib.abc
import importlib.util
import json
import os
import re
import sys
import types
import warnings

warnings.simplefilter("ignore")

FOLDER = os.path.dirname(importlib.util.find_spec("autobahntestsuite").origin)

REWRITES = [
    (r"(?m)^(\s*)print\s*$", r"\1print('')"),
    (r"(?m)^(\s*)print ([^(].*)$", r"\1print(\2)"),
    (r"(?m)^(\s*except \w+), (\w+):", r"\1 as \2:"),
    (r"([\w.\[\]]+)\.has_key\(([^()]*)\)", r"(\2 in \1)"),
    (r"\(object, Case, ?\)", r"(Case,)"),
    (r"(?m)^(\s*)implements\(.*\)$", r"\1pass"),
    (r"from zope\.interface import implements", r"pass"),
    (r"from autobahn\.websocket\.utf8validator import Utf8Validator", r"pass"),
    (r"from twisted\.internet import reactor, ssl", r"from twisted.internet import reactor"),
    (r"binascii\.(?:b2a_hex|hexlify)", r"b2a_hex"),
    (r"len\(self\.payload\) / ", r"len(self.payload) // "),
]


class Python2(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the suite's modules, which name each other as Python 2 lets them."""

    def find_spec(self, name, path=None, target=None):
        base = name.removeprefix("autobahntestsuite.").replace(".", "/")
        for file, folder in ((f"{base}/__init__.py", f"{base}/"), (f"{base}.py", None)):
            for place in ("", "case/"):
                full = f"{FOLDER}/{place}{file}"
                if os.path.isfile(full):
                    spec = importlib.util.spec_from_loader(name, self, origin=full)
                    if folder is not None:
                        spec.submodule_search_locations = [f"{FOLDER}/{folder}"]
                    return spec
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        # A literal of Python 2 holds the bytes that are in the file, whatever they encode.
        with open(module.__spec__.origin, encoding="latin-1") as file:
            source = file.read()
        for pattern, by in REWRITES:
            source = re.sub(pattern, by, source)
        if os.path.dirname(module.__spec__.origin) == f"{FOLDER}/case":
            source = re.sub(r"(?m)^from case import", "from case.case import", source)
        exec(compile(source, module.__spec__.origin, "exec"), module.__dict__)


def to_bytes(text):
    """The bytes that a string of Python 2 holds."""
    return text.encode("latin-1") if isinstance(text, str) else text


def to_text(data):
    """The string of Python 2 that holds these bytes."""
    return data.decode("latin-1") if isinstance(data, (bytes, bytearray)) else data


def hexadecimal(data):
    """What `binascii.b2a_hex` was, a string."""
    return binascii.b2a_hex(to_bytes(data)).decode()


class CaseSide:
    """Stands between a protocol of the suite and the library: strings here, bytes there."""

    # Nobody reads the log of what travelled.
    createWirelog = property(lambda self: False, lambda self, wanted: None)

    def sendFrame(self, opcode, payload="", mask=None, payload_len=None, **options):
        payload = to_bytes(payload)
        if payload_len is not None:
            # The library divides, which gives a fraction now.
            payload = (payload * (payload_len // len(payload) + 1))[:payload_len]
        super().sendFrame(opcode, payload=payload, mask=to_bytes(mask), **options)

    def sendMessage(self, payload, *args, **options):
        super().sendMessage(to_bytes(payload), *args, **options)

    def sendPing(self, payload=None):
        super().sendPing(to_bytes(payload))

    def sendPong(self, payload=None):
        super().sendPong(to_bytes(payload))

    def sendMessageFrame(self, payload, sync=False):
        super().sendMessageFrame(to_bytes(payload), sync)

    def sendMessageFrameData(self, payload, sync=False):
        return super().sendMessageFrameData(to_bytes(payload), sync)

    def sendData(self, data, *args, **options):
        super().sendData(to_bytes(data), *args, **options)

    def sendCloseFrame(self, code=None, reasonUtf8=None, isReply=False):
        super().sendCloseFrame(code=code, reasonUtf8=to_bytes(reasonUtf8), isReply=isReply)

    def onMessage(self, payload, binary):
        # The cases about compression count and hash bytes, and know it.
        knows_bytes = hasattr(self.runCase, "TESTDATA")
        super().onMessage(payload if knows_bytes else to_text(payload), binary)

    def onPong(self, payload):
        super().onPong(to_text(payload))


def main():
    """Does what `wstest` does, in two of its modes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-m", choices=("fuzzingclient", "fuzzingserver"), required=True)
    parser.add_argument("-s", required=True)
    arguments = parser.parse_args()
    with open(arguments.s) as file:
        spec = json.load(file)

    prepare()
    import case
    import fuzzing
    from twisted.internet import reactor

    # Pickles of equal values differ under Python 3.
    case.Case.compare = lambda self, one, other: one == other
    fuzzing.asciiLogData = fuzzing.binLogData = lambda *_, **__: ""
    fuzzing.FuzzingFactory.createReports = write_report
    for name in ("FuzzingServerProtocol", "FuzzingClientProtocol"):
        protocol = type(name, (CaseSide, getattr(fuzzing, name)), {})
        setattr(fuzzing, name, protocol)
    fuzzing.FuzzingServerFactory.protocol = fuzzing.FuzzingServerProtocol
    fuzzing.FuzzingClientFactory.protocol = fuzzing.FuzzingClientProtocol
    if arguments.m == "fuzzingclient":
        fuzzing.startClient(spec)
    else:
        fuzzing.startServer(spec, 0)
    reactor.run()


def prepare():
    """Gives the suite what Python 3 took away."""
    import txaio
    from autobahn.websocket import utf8validator

    txaio.use_twisted()

    class Utf8Validator(utf8validator.Utf8Validator):
        def validate(self, text):
            return super().validate(to_bytes(text))

    builtins.Utf8Validator = Utf8Validator
    builtins.b2a_hex = hexadecimal
    builtins.ssl = types.SimpleNamespace(ClientContextFactory=object)
    builtins.xrange = range
    builtins.unichr = chr
    # Importing the package itself would load all of its programs.
    package = types.ModuleType("autobahntestsuite")
    package.version = "25.10.1"
    sys.modules["autobahntestsuite"] = package
    resources = types.ModuleType("pkg_resources")
    resources.resource_filename = lambda _, path: f"{FOLDER}/{path}"
    sys.modules["pkg_resources"] = resources
    # No report is made but the one that says what the verdicts are.
    report = types.ModuleType("report")
    report.CSS_COMMON = report.CSS_DETAIL_REPORT = report.CSS_MASTER_REPORT = ""
    report.JS_MASTER_REPORT = ""
    sys.modules["report"] = report
    sys.meta_path.insert(0, Python2())


def write_report(factory):
    """Writes `index.json` and nothing else."""
    os.makedirs(factory.outdir, exist_ok=True)
    factory.createMasterReportJSON(factory.outdir)


if __name__ == "__main__":
    main()
