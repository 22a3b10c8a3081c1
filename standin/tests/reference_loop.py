"""A plain loop over libaxcl_rt.so through ctypes, call for call in pyaxengine's order.

Every layer is a session: all inputs go up and all outputs come down at each run, token by token,
for the prompt too, and the caches stay on the host. Standard library only.

    reference_loop.py LIBRARY FOLDER COUNT < prompts > answers

Each line of `prompts` is the ids of a prompt; each line of `answers` the COUNT ids that follow.
"""

import ctypes
import re
import sys
from array import array
from pathlib import Path

SYMBOLS = """
axclInit axclFinalize axclrtGetSocName axclrtGetDeviceList axclrtSetDevice
axclrtGetCurrentContext axclrtSetCurrentContext axclrtMalloc axclrtFree axclrtMemcpy
axclrtEngineInit axclrtEngineGetVNpuKind axclrtEngineFinalize axclrtEngineLoadFromFile
axclrtEngineCreateContext axclrtEngineUnload axclrtEngineGetModelCompilerVersion
axclrtEngineGetIOInfo axclrtEngineGetShapeGroupsCount axclrtEngineGetNumInputs
axclrtEngineGetNumOutputs axclrtEngineGetInputSizeByIndex axclrtEngineGetOutputSizeByIndex
axclrtEngineGetInputNameByIndex axclrtEngineGetOutputNameByIndex axclrtEngineGetInputDims
axclrtEngineGetOutputDims axclrtEngineGetInputDataType axclrtEngineGetOutputDataType
axclrtEngineCreateIO axclrtEngineDestroyIO axclrtEngineSetInputBufferByIndex
axclrtEngineSetOutputBufferByIndex axclrtEngineGetInputBufferByIndex
axclrtEngineGetOutputBufferByIndex axclrtEngineExecute
""".split()
RETURN_TEXT = {"axclrtGetSocName", "axclrtEngineGetModelCompilerVersion",
               "axclrtEngineGetInputNameByIndex", "axclrtEngineGetOutputNameByIndex"}  # fmt: skip
RETURN_SIZE = {"axclrtEngineGetInputSizeByIndex", "axclrtEngineGetOutputSizeByIndex"}
RETURN_COUNT = {"axclrtEngineGetNumInputs", "axclrtEngineGetNumOutputs"}

HOST_TO_DEVICE, DEVICE_TO_HOST = 1, 2
BLOCKED = 0xC780  # -65536 in bf16
NAMED_TYPES = {3, 4, 5, 6, 7, 8, 14, 15}  # all that pyaxengine takes


class DeviceList(ctypes.Structure):
    """Ids of the cards."""

    _fields_ = [("num", ctypes.c_uint32), ("devices", ctypes.c_int32 * 256)]


class Dims(ctypes.Structure):
    """Shape of a tensor."""

    _fields_ = [("count", ctypes.c_int32), ("dims", ctypes.c_int32 * 32)]


class Library:
    """The functions of SYMBOLS; those that return a code raise when it is not 0."""

    def __init__(self, path):
        assert len(SYMBOLS) == 36
        library = ctypes.CDLL(path)
        for name in SYMBOLS:
            setattr(self, name, self._bound(getattr(library, name), name))

    @staticmethod
    def _bound(function, name):
        if name in RETURN_TEXT:
            function.restype = ctypes.c_char_p
        elif name in RETURN_SIZE:
            function.restype = ctypes.c_uint64
        elif name in RETURN_COUNT:
            function.restype = ctypes.c_uint32
        else:
            function.restype = ctypes.c_uint32

            def checked(*arguments):
                code = function(*arguments)
                if code != 0:
                    raise RuntimeError(f"{name}: {code:#010x}")

            return checked
        return function


class Tensors:
    """The inputs or the outputs of group 0: names, card memory and its sizes."""

    def __init__(self, api, info, io, side):
        def call(what):
            return getattr(api, f"axclrtEngine{what}".replace("Put", side))

        self.names, self.buffers, self.sizes = [], [], []
        for i in range(call("GetNumPuts")(info)):
            kind, dims = ctypes.c_int32(), Dims()
            call("GetPutDataType")(info, i, ctypes.byref(kind))
            assert kind.value in NAMED_TYPES
            call("GetPutDims")(info, 0, i, ctypes.byref(dims))
            size = call("GetPutSizeByIndex")(info, 0, i)
            device = ctypes.c_void_p()
            api.axclrtMalloc(ctypes.byref(device), ctypes.c_size_t(size), 0)
            call("SetPutBufferByIndex")(io, i, device, ctypes.c_uint64(size))
            self.names.append(call("GetPutNameByIndex")(info, i).decode())
            self.buffers.append(device)
            self.sizes.append(size)

    def size(self, name):
        """Bytes of a tensor."""
        return self.sizes[self.names.index(name)]


class Session:
    """A model file on the card and the memory that its group 0 is bound to."""

    def __init__(self, api, context, path):
        self.api, self.current = api, context
        self.model, self.context = ctypes.c_uint64(), ctypes.c_uint64()
        self.info, self.io = ctypes.c_void_p(), ctypes.c_void_p()
        api.axclrtEngineLoadFromFile(str(path).encode(), ctypes.byref(self.model))
        api.axclrtEngineCreateContext(self.model, ctypes.byref(self.context))
        assert api.axclrtEngineGetModelCompilerVersion(self.model)
        api.axclrtEngineGetIOInfo(self.model, ctypes.byref(self.info))
        groups = ctypes.c_int32()
        api.axclrtEngineGetShapeGroupsCount(self.info, ctypes.byref(groups))
        assert groups.value >= 1
        api.axclrtEngineCreateIO(self.info, ctypes.byref(self.io))
        self.inputs = Tensors(api, self.info, self.io, "Input")
        self.outputs = Tensors(api, self.info, self.io, "Output")

    def run(self, feed):
        """Bytes by input name to bytes by output name."""
        api = self.api
        api.axclrtSetCurrentContext(self.current)
        for i, name in enumerate(self.inputs.names):
            self._copy(api.axclrtEngineGetInputBufferByIndex, i, bytes(feed[name]), HOST_TO_DEVICE)
        api.axclrtEngineExecute(self.model, self.context, 0, self.io)
        found = {}
        for i, name in enumerate(self.outputs.names):
            data = ctypes.create_string_buffer(self.outputs.sizes[i])
            self._copy(api.axclrtEngineGetOutputBufferByIndex, i, data, DEVICE_TO_HOST)
            found[name] = data.raw
        return found

    def _copy(self, buffer_of, index, host, kind):
        device, size = ctypes.c_void_p(), ctypes.c_uint64()
        buffer_of(self.io, index, ctypes.byref(device), ctypes.byref(size))
        ends = (device, host) if kind == HOST_TO_DEVICE else (host, device)
        self.api.axclrtMemcpy(*ends, ctypes.c_size_t(size.value), kind)

    def close(self):
        """In pyaxengine's order: neither the description nor the card is given back."""
        self.api.axclrtEngineDestroyIO(self.io)
        for buffer in self.inputs.buffers + self.outputs.buffers:
            self.api.axclrtFree(buffer)
        self.api.axclrtEngineUnload(self.model)


class Model:
    """A model folder's layers, head and embedding table."""

    def __init__(self, api, context, folder):
        layers = {int(re.search(r"_l(\d+)_together", path.name)[1]): path
                  for path in Path(folder).rglob("*_together.axmodel")}  # fmt: skip
        self.layers = [Session(api, context, layers[i]) for i in sorted(layers)]
        self.head = Session(api, context, next(Path(folder).rglob("*_post.axmodel")))
        self.embeddings = next(Path(folder).rglob("*.bfloat16.bin")).read_bytes()
        self.row = self.layers[0].outputs.size("K_cache_out")
        self.hidden = self.layers[0].inputs.size("input")
        self.forget()

    def forget(self):
        """Begins a conversation with empty caches."""
        self.filled = 0
        self.caches = [
            {name: bytearray(layer.inputs.size(name)) for name in ("K_cache", "V_cache")}
            for layer in self.layers
        ]

    def evaluate(self, token):
        """The most likely token after this one at the next position."""
        hidden = self.embeddings[token * self.hidden :][: self.hidden]
        mask = array("H", [BLOCKED]) * (self.layers[0].inputs.size("mask") // 2)
        mask[: self.filled] = array("H", bytes(2 * self.filled))
        mask[-1] = 0
        position = self.filled.to_bytes(4, "little")
        for layer, cache in zip(self.layers, self.caches):
            given = {**cache, "indices": position, "input": hidden, "mask": mask.tobytes()}
            found = layer.run(given)
            for name in cache:
                begin = self.filled * self.row
                cache[name][begin : begin + self.row] = found[f"{name}_out"]
            hidden = found["output"]
        self.filled += 1
        return best(array("H", self.head.run({"input": hidden})["output"]))

    def close(self):
        """Unloads everything."""
        for session in [*self.layers, self.head]:
            session.close()


def best(logits):
    """Index of the largest bf16 value."""
    return max(range(len(logits)), key=lambda i: logits[i] ^ (0xFFFF if logits[i] >> 15 else 0x8000))


def start(api):
    """The card in use, and the thread's context."""
    api.axclInit((ctypes.c_char * 0)())
    assert api.axclrtGetSocName()
    devices = DeviceList()
    api.axclrtGetDeviceList(ctypes.byref(devices))
    api.axclrtSetDevice(devices.devices[0])
    api.axclrtEngineInit(0)
    kind, context = ctypes.c_int32(), ctypes.c_void_p()
    api.axclrtEngineGetVNpuKind(ctypes.byref(kind))
    api.axclrtGetCurrentContext(ctypes.byref(context))
    return context


def main():
    """Answers the prompts."""
    library, folder, count = sys.argv[1:]
    api = Library(library)
    model = Model(api, start(api), folder)
    for line in sys.stdin:
        model.forget()
        for token in map(int, line.split()):
            following = model.evaluate(token)
        answer = [following]
        while len(answer) < int(count):
            answer.append(model.evaluate(answer[-1]))
        print(*answer)
    model.close()
    api.axclrtEngineFinalize()
    api.axclFinalize()


if __name__ == "__main__":
    main()
