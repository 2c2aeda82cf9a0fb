"""libbelie for Python, with nothing but ctypes: copy this file beside your program.

    import belie
    h = belie.History("test")
    h.add("invoke", 0, "write", 1)
    h.add("ok", 0)
    result = h.check()
    print(result.verdict, result.text)

The library is found as libbelie.so.0, or at the path in the variable BELIE_LIBRARY.
"""

import ctypes as c
import json
import os

lib = c.CDLL(os.environ.get("BELIE_LIBRARY", "libbelie.so.0"))

NIL, FALSE, TRUE, NONE = 0, 1, 2, 3
VERDICTS = ("valid", "invalid", "unknown")
TYPES = {"invoke": 0, "ok": 1, "fail": 2, "info": 3}
NO_TIME, NO_END = -(2**63), 2**63 - 1


class Call(c.Structure):
    _fields_ = [
        ("history", c.c_void_p),
        ("f", c.c_char_p),
        ("in_", c.c_uint32),
        ("out", c.c_uint32),
        ("key", c.c_uint32),
        ("result_known", c.c_int),
        ("number", c.c_uint32),
    ]


INIT = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_uint32, c.POINTER(c.c_void_p))
STEP = c.CFUNCTYPE(
    c.c_int, c.c_void_p, c.c_void_p, c.POINTER(Call), c.c_uint, c.POINTER(c.c_void_p)
)
DESCRIBE = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.POINTER(c.c_char), c.c_size_t)


class ModelStruct(c.Structure):
    _fields_ = [
        ("size", c.c_size_t),
        ("name", c.c_char_p),
        ("context", c.c_void_p),
        ("init", INIT),
        ("step", STEP),
        ("equal", c.c_void_p),
        ("hash", c.c_void_p),
        ("free_state", c.c_void_p),
        ("describe", DESCRIBE),
        ("observes", c.c_void_p),
        ("key_of", c.c_void_p),
        ("one_object", c.c_int),
        ("thread_safe", c.c_int),
        ("state_bytes", c.c_size_t),
        ("max_states", c.c_size_t),
    ]


class Options(c.Structure):
    _fields_ = [
        ("size", c.c_size_t),
        ("model", c.c_char_p),
        ("consistency", c.c_char_p),
        ("algorithm", c.c_char_p),
        ("initial", c.c_char_p),
        ("nil_unknown", c.c_int),
        ("no_evidence", c.c_int),
        ("witness", c.c_int),
        ("jobs", c.c_uint),
        ("max_memory", c.c_uint64),
        ("control", c.c_void_p),
        ("user_model", c.POINTER(ModelStruct)),
    ]


class Event(c.Structure):
    _fields_ = [
        ("size", c.c_size_t),
        ("type", c.c_int),
        ("process", c.c_int64),
        ("f", c.c_char_p),
        ("value", c.c_uint32),
        ("key", c.c_uint32),
        ("version", c.c_int64),
        ("time", c.c_int64),
    ]


class Operation(c.Structure):
    _fields_ = [
        ("size", c.c_size_t),
        ("type", c.c_int),
        ("process", c.c_int64),
        ("f", c.c_char_p),
        ("in_", c.c_uint32),
        ("out", c.c_uint32),
        ("key", c.c_uint32),
        ("start", c.c_int64),
        ("end", c.c_int64),
    ]


def _declare(name, result, *arguments):
    f = getattr(lib, name)
    f.restype, f.argtypes = result, arguments


_ERROR = c.POINTER(c.c_void_p)
_declare("belie_version", c.c_char_p)
_declare("belie_free", None, c.c_void_p)
_declare("belie_history_new", c.c_void_p, c.c_char_p)
_declare("belie_history_open", c.c_void_p, c.c_char_p, c.c_void_p, _ERROR)
_declare(
    "belie_history_from_memory", c.c_void_p, c.c_char_p, c.c_char_p, c.c_size_t, c.c_void_p, _ERROR
)
_declare("belie_history_free", None, c.c_void_p)
_declare("belie_history_operations", c.c_size_t, c.c_void_p)
_declare("belie_history_add", c.c_int, c.c_void_p, c.POINTER(Event), _ERROR)
_declare("belie_history_add_operation", c.c_int, c.c_void_p, c.POINTER(Operation), _ERROR)
_declare("belie_int", c.c_uint32, c.c_void_p, c.c_int64)
_declare("belie_json", c.c_uint32, c.c_void_p, c.c_char_p, _ERROR)
_declare("belie_value_int", c.c_int, c.c_void_p, c.c_uint32, c.POINTER(c.c_int64))
_declare("belie_value_json", c.c_void_p, c.c_void_p, c.c_uint32)
_declare("belie_check", c.c_void_p, c.c_void_p, c.POINTER(Options), _ERROR)
_declare("belie_result_verdict", c.c_int, c.c_void_p)
_declare("belie_result_json", c.c_char_p, c.c_void_p)
_declare("belie_result_text", c.c_char_p, c.c_void_p)
_declare("belie_result_free", None, c.c_void_p)


class Error(Exception):
    pass


def _text(pointer):
    """The text that a call gave us, as a str; the text is freed."""
    text = c.string_at(pointer).decode(errors="replace")
    lib.belie_free(pointer)
    return text


def _python(history, value):
    """A value as a Python object, by way of JSON."""
    if value in (NONE, NIL):
        return None
    number = c.c_int64()
    if lib.belie_value_int(history, value, number):
        return number.value
    return json.loads(_text(lib.belie_value_json(history, value)))


class Result:
    def __init__(self, pointer):
        self.verdict = VERDICTS[lib.belie_result_verdict(pointer)]
        self.document = json.loads(lib.belie_result_json(pointer))
        self.text = lib.belie_result_text(pointer).decode(errors="replace")
        lib.belie_result_free(pointer)


class Model:
    """Your own sequential object: derive from this. States are hashable values."""

    name = "user-defined"

    def init(self, key):
        raise NotImplementedError

    def step(self, state, f, argument, result, known):
        """All states that are possible after the operation, in a list; empty where it is
        impossible. Not `known`: its outcome is unknown, and any result is right."""
        raise NotImplementedError

    def struct(self):
        """What the library calls. To it, a state is a number; here are the states."""
        states, numbers, found = [], {}, {}

        def number(state):
            if state not in numbers:
                numbers[state] = len(states)
                states.append(state)
            return numbers[state]

        def attempt(compute):
            try:
                return compute()
            except Exception as e:  # must not reach the library
                self.error = e
                return -1

        def init(_, history, key, out):
            def compute():
                out[0] = number(self.init(_python(history, key)))
                return 1

            return attempt(compute)

        def step(_, state, call, k, out):
            def compute():
                at = state or 0, call[0].f, call[0].in_, call[0].out, call[0].result_known
                if k == 0:
                    h = call[0].history
                    found[at] = list(
                        self.step(
                            states[state or 0],
                            call[0].f.decode(),
                            _python(h, call[0].in_),
                            _python(h, call[0].out),
                            bool(call[0].result_known),
                        )
                    )
                if k >= len(found[at]):
                    return 0
                out[0] = number(found[at][k])
                return 1

            return attempt(compute)

        def describe(_, state, text, n):
            shown = repr(states[state or 0]).encode()[: n - 1]
            c.memmove(text, shown + b"\0", len(shown) + 1)

        return ModelStruct(
            size=c.sizeof(ModelStruct),
            name=self.name.encode(),
            init=INIT(init),
            step=STEP(step),
            describe=DESCRIBE(describe),
        )


class History:
    """A history that is made with add and add_operation, or read from a file."""

    def __init__(self, name="history", path=None):
        error = c.c_void_p()
        if path is None:
            self._h = lib.belie_history_new(name.encode())
        else:
            self._h = lib.belie_history_open(os.fsencode(path), None, error)
        if not self._h:
            raise Error(_text(error))

    def __del__(self):
        if getattr(self, "_h", None):
            lib.belie_history_free(self._h)

    def __len__(self):
        return lib.belie_history_operations(self._h)

    def value(self, v):
        """A Python object (None, bool, int, str, list, dict...) as a value of this history."""
        error = c.c_void_p()
        value = lib.belie_json(self._h, json.dumps(v).encode(), error)
        if error:
            raise Error(_text(error))
        return value

    def add(self, type, process, f=None, value=None, key=None):
        """An event. `type` is "invoke", "ok", "fail" or "info"; completions need no f."""
        e = Event(c.sizeof(Event), TYPES[type], process, f and f.encode())
        e.value, e.version, e.time = self.value(value), -1, NO_TIME
        e.key = NONE if key is None else self.value(key)
        error = c.c_void_p()
        if not lib.belie_history_add(self._h, e, error):
            raise Error(_text(error))

    def add_operation(self, process, f, argument, result, start, end=None, key=None):
        """A whole operation; without an end its outcome is unknown."""
        o = Operation(c.sizeof(Operation), TYPES["info" if end is None else "ok"], process)
        o.f, o.in_, o.out = f.encode(), self.value(argument), self.value(result)
        o.start, o.end = start, NO_END if end is None else end
        o.key = NONE if key is None else self.value(key)
        error = c.c_void_p()
        if not lib.belie_history_add_operation(self._h, o, error):
            raise Error(_text(error))

    def check(self, model=None, **options):
        """`model`: a name, a Model, or None to find it; options as in belie_check_options."""
        o = Options(size=c.sizeof(Options))
        for name, given in options.items():
            setattr(o, name, given.encode() if isinstance(given, str) else given)
        if isinstance(model, Model):
            model.error = None
            struct = model.struct()  # must live until the check has ended
            o.user_model = c.pointer(struct)
        elif model is not None:
            o.model = model.encode()
        error = c.c_void_p()
        pointer = lib.belie_check(self._h, o, error)
        if isinstance(model, Model) and model.error:
            lib.belie_result_free(pointer)
            raise model.error
        if not pointer:
            raise Error(_text(error))
        return Result(pointer)
