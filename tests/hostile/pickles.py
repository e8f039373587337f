"""Bad files of torch.save: pickles that would call something, pickles that are damaged, and tensors that lie."""
import struct

import numpy as np

from common import ROWS, SAME, Entry, archive, changed, npy, put

DATA, FLAT = ROWS.tobytes(), SAME.tobytes()
LENIENT = ["malformed", "all_rows_equal"]
ORDERED = b"ccollections\nOrderedDict\n"
V1, V2, V3 = (b"ctorch._utils\n_rebuild_tensor%s\n" % end for end in (b"", b"_v2", b"_v3"))
SYSTEM = b"cos\nsystem\n"
# os.system("true"), should anybody ever call it.
CALL = SYSTEM + b"(X\x04\0\0\0truetR"


def text(value):
    value = value if isinstance(value, bytes) else value.encode()
    return b"X" + struct.pack("<I", len(value)) + value


def number(value):
    if isinstance(value, bytes):
        return value
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    length = value.bit_length() // 8 + 1
    return b"\x8a" + bytes([length]) + value.to_bytes(length, "little", signed=True)


def several(values):
    return values if isinstance(values, bytes) else b"(" + b"".join(number(value) for value in values) + b"t"


def storage(key="0", size=32, kind=b"ctorch\nFloatStorage\n", tag="storage"):
    key = key if isinstance(key, bytes) else text(key)
    return b"(" + text(tag) + kind + key + text("cpu") + number(size) + b"tQ"


def tensor(shape=(8, 4), strides=(4, 1), offset=0, of=None, end=b"\x89" + ORDERED + b")R", maker=V2):
    of = storage() if of is None else of
    return maker + b"(" + of + number(offset) + several(shape) + several(strides) + end + b"tR"


def pickle(value, protocol=2):
    return b"\x80" + bytes([protocol]) + value + b"."


FINE = pickle(tensor())


def torch(data_pkl, data=DATA, *more, order=b"little", key="0"):
    entries = [Entry("a/data.pkl", data_pkl) if isinstance(data_pkl, bytes) else data_pkl]
    entries += [] if order is None else [Entry("a/byteorder", order)]
    entries += [] if data is None else [Entry(f"a/data/{key}", data)]
    return archive(*entries, *more, Entry("a/version", b"3\n"))


def calls():
    """Each would call something when Python reads it. Nothing is called here: tensors that do not depend on it are read, and
    a file without any is refused by that name."""
    arguments = b"(" + text("true") + b"t"
    inside = {  # a call where a tensor should have something else
        "storage": tensor(of=CALL), "storage_class": tensor(of=storage(kind=CALL)),
        "persistent_id": CALL + b"Q", "offset": tensor(offset=CALL), "axis": tensor(shape=(8, CALL)), "hooks": tensor(end=b"\x89" + CALL),
        "metadata": tensor(end=b"\x89" + ORDERED + b")R}" + text("neg") + CALL + b"s"),
    }
    for name, value in {
        "os_system": CALL,
        "builtins_eval": b"cbuiltins\neval\n" + arguments + b"R",
        "subprocess_popen": b"csubprocess\nPopen\n" + arguments + b"R",
        "torch_load": b"ctorch\nload\n" + arguments + b"R",
        "numpy_reconstruct": b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85C\x01btR",
        "dotted_name": text("torch._utils") + text("_rebuild_tensor_v2.__globals__.get") + b"\x93" + arguments + b"R",
        "stack_global": text("os") + text("system") + b"\x93" + arguments + b"R",
        "inst": b"(" + text("true") + b"ios\nsystem\n",
        "obj": b"(" + SYSTEM + text("true") + b"o",
        "newobj": SYSTEM + arguments + b"\x81",
        "newobj_ex": SYSTEM + arguments + b"}\x92",
        "build_of_an_unknown_class": b"cmy\nModel\n)\x81}" + text("weight") + tensor() + b"sb",
        "and_thrown_away": CALL + b"0" + tensor(),
        "beside_a_tensor": b"}(" + text("x") + tensor() + text("y") + CALL + b"u",
        "as_a_key": b"}" + CALL + tensor() + b"s",
        "in_the_state_of_a_dictionary": ORDERED + b")R}" + text("_metadata") + CALL + b"sb",
        "deep": b"]" * 200 + CALL + b"a" * 200,
        "by_type": b"ctorch._tensor\n_rebuild_from_type_v2\n(" + SYSTEM + b"ctorch\nTensor\n" + arguments + b"NtR",
        "torchscript": b"c__torch__\nNet\n)\x81}" + text("weight") + tensor() + b"sb",
        "controls_in_its_name": b"c\x1b[2J\nsys\xe2\x80\xaetem\x07\n" + arguments + b"R",
        "long_name": b"c" + b"m" * 3000 + b"\n" + b"n" * 3000 + b"\n)R",
        **{f"in_{place}": value for place, value in inside.items()},
    }.items():
        read = {"in_metadata": "unsupported_dtype"}
        read |= dict.fromkeys(("and_thrown_away", "beside_a_tensor", "as_a_key", "in_hooks"), "all_rows_equal")
        put(f"torch_calls/{name}.pt", torch(pickle(value), FLAT if name in read else DATA), read.get(name, "unsafe_pickle"))
    four = text("os") + b"\x94" + text("system") + b"\x94\x93\x94" + text("true") + b"\x94\x85\x94R\x94."
    put("torch_calls/protocol_4.pt", torch(b"\x80\x04\x95" + struct.pack("<Q", len(four)) + four), "unsafe_pickle")
    script = [Entry("a/constants.pkl", b"\x80\x02)."), Entry("a/code/__torch__.py", b"class Net(Module):\n  pass\n")]
    put("torch_calls/torchscript_with_code.pt", torch(pickle(b"c__torch__\nNet\n)\x81}b"), DATA, *script), "unsupported_format")
    # What is named and never called does no harm, and what comes after the end is never reached.
    put("torch_calls/named_only.pt", torch(pickle(b"]" + SYSTEM + b"a")), ["unsafe_pickle", "no_matrix"])
    put("torch_calls/after_the_end.pt", torch(FINE + CALL + b".", FLAT), ["unsafe_pickle", *LENIENT])
    put("torch_calls/in_another_pickle.pt", torch(FINE, FLAT, Entry("a/constants.pkl", pickle(CALL))), ["unsafe_pickle", *LENIENT])


def shapes_of_pickles():
    """Pickles that are large, deep or without end once they are unfolded."""
    doubling = [b"q%ch%c\x86" % (i, i) for i in range(200)]
    for name, value, code in (
        ("list_in_itself", b"]q\x00h\x00a", "no_matrix"),
        ("dict_in_itself", b"}q\x00" + text("x") + b"h\x00s", "no_matrix"),
        ("ordered_in_itself", ORDERED + b"]q\x00\x85Rq\x010h\x00" + text("x") + b"h\x01\x86a", "no_matrix"),
        ("parameter_in_itself", b"]q\x00ctorch._utils\n_rebuild_parameter\nh\x00\x85Ra", "no_matrix"),
        ("shape_in_itself", tensor(shape=b"]q\x00h\x00a"), "malformed"),
        ("doubling", b")" + b"".join(doubling), "no_matrix"),
        ("doubling_over_a_tensor", tensor() + b"".join(doubling[:60]), "all_rows_equal"),
        ("doubling_lists", b"]" + b"q\x00]h\x00ah\x00a" * 2000, "no_matrix"),
        ("deep_tuples", b")" + b"\x85" * 10**5, "no_matrix"),
        ("deep_lists", b"]" * 20000 + b"a" * 19999, "no_matrix"),
        ("deep_dicts", (b"}" + text("")) * 5000 + b"}" + b"s" * 5000, "no_matrix"),
        ("deep_over_a_tensor", b"]" * 1000 + tensor() + b"a" * 1000, ["no_matrix", "all_rows_equal"]),
        ("marks", b"(" * 10**4, "malformed"),
        ("two_values", b"N" + tensor(), ["malformed", "all_rows_equal"]),
        ("nothing_left", b"N0", "malformed"),
    ):
        put(f"torch_pickle/{name}.pt", torch(pickle(value), FLAT), code)


def damaged():
    for name, data_pkl, code in (
        ("empty", b"", "malformed"),
        ("no_end", FINE[:-1], "malformed"),
        ("protocol_6", pickle(tensor(), 6), "malformed"),
        ("persistent_in_text", pickle(b"P0\n"), "malformed"),
        ("frame_past_the_end", b"\x80\x04\x95" + struct.pack("<Q", 2**63) + FINE[2:], "malformed"),
        ("text_of_4_gib", pickle(b"X\xff\xff\xff\xff"), "malformed"),
        ("bytes_of_2_64", pickle(b"\x8e" + b"\xff" * 8), "malformed"),
        ("line_without_end", b"cos", "malformed"),
        ("slot_not_noted", pickle(b"j\xff\xff\xff\xff"), "malformed"),
        ("slot_4_gib", pickle(b"r\xff\xff\xff\xff".join([b"N", b""])), ["malformed", "no_matrix"]),
        ("no_number", pickle(b"I0x10\n"), "malformed"),
        ("call_of_text", pickle(text("os.system") + b")R"), "malformed"),
        ("items_for_a_tuple", pickle(b")Na"), "malformed"),
        ("key_alone", pickle(b"}(Nu"), "malformed"),
    ):
        put(f"torch_pickle/{name}.pt", torch(data_pkl), code)
    for k in range(16):
        put(f"torch_cut/{k:02}_of_16.pt", torch(FINE[: len(FINE) * k // 16]), "malformed")
    g = np.random.default_rng(51)
    for i in range(3):
        put(f"torch_pickle/random_{i}.pt", torch(b"\x80\x02" + g.bytes(64)), "any")
    opcodes = np.frombuffer(b"()]}NK\x01qh\x00\x00Rsuea.tlQbo\x85\x86\x932101" + SYSTEM, np.uint8)
    for i in range(3):
        put(f"torch_pickle/opcodes_{i}.pt", torch(FINE[:-1] + g.choice(opcodes, 200).tobytes() + b"."), "any")
    for i, data_pkl in enumerate(changed(FINE, 52, 6)):
        put(f"torch_pickle/flipped_{i}.pt", torch(data_pkl), "any")


def lies():
    def lie(name, code="malformed", data=DATA, **other):
        put(f"torch/{name}.pt", torch(pickle(tensor(**other)), data), code)

    lie("shape_negative", shape=(-8, 4))
    lie("stride_negative", strides=(-4, 1), offset=28)
    lie("offset_negative", offset=-1)
    lie("offset_one_too_many", offset=1)
    lie("one_row_past_its_storage", shape=(9, 4))
    lie("shape_2_64", shape=(2**64, 4), strides=(0, 1))
    lie("shape_of_255_bytes", shape=(b"\x8a\xff" + b"\x7f" * 255, 4))
    lie("shape_overflows", ["malformed", "shape_overflow"], shape=(2**62, 2**62), strides=(0, 0))
    lie("shape_float", shape=(b"G" + struct.pack(">d", 8), 4))
    lie("more_axes_than_strides", shape=(8, 2, 2))
    lie("many_axes", shape=(8, 4) + (1,) * 1000, strides=(4, 1) + (1,) * 1000)
    lie("expanded_rows", "strided", shape=(2**40, 4), strides=(0, 1))
    lie("expanded_columns", "strided", shape=(8, 2**40), strides=(1, 0))
    lie("expanded_one_column", "strided", shape=(2**62, 1), strides=(0, 1))
    lie("overlapping_rows", "strided", shape=(8, 4), strides=(2, 1))
    lie("overlapping_windows", "strided", shape=(8, 4), strides=(1, 1))
    lie("permuted", "strided", shape=(4, 2, 4), strides=(2, 1, 8))
    lie("one_axis", "not_a_matrix", shape=(32,), strides=(1,))
    lie("no_axes", "not_a_matrix", shape=(), strides=())
    lie("one_row", "too_few_rows", shape=(1, 32), strides=(32, 1))
    lie("no_rows", "too_few_rows", shape=(0, 4))
    lie("no_columns", "no_columns", shape=(8, 0))
    lie("nan", "non_finite", DATA[:60] + b"\xff" * 4 + DATA[64:])
    lie("storage_shorter", "truncated_data", DATA[:-4])
    lie("storage_empty", "truncated_data", b"")
    lie("storage_longer", [*LENIENT, "trailing_data"], FLAT + bytes(16))
    lie("storage_missing", of=storage("1"))
    lie("storage_key_upwards", of=storage("../data/0"))
    lie("storage_key_is_the_pickle", of=storage("../data.pkl"))
    lie("storage_size_negative", of=storage(size=-1))
    lie("storage_size_2_64", of=storage(size=2**64))
    lie("storage_size_is_more", "truncated_data", of=storage(size=2**40), shape=(2**38, 4))
    lie("storage_size_in_bytes", [*LENIENT, "truncated_data"], of=storage(size=128), shape=(32, 4))
    lie("storage_of_doubles", "truncated_data", of=storage(kind=b"ctorch\nDoubleStorage\n"))
    lie("storage_of_os", of=storage(kind=SYSTEM))
    lie("storage_of_another_module", ["unsafe_pickle", *LENIENT], FLAT, of=storage(kind=b"cos\nFloatStorage\n"))
    lie("storage_of_unknown_numbers", "unsupported_dtype", of=storage(kind=b"ctorch\nFancyStorage\n"))
    lie("storage_not_one", of=storage(tag="module"))
    lie("typed_of_no_type", of=storage(kind=b"ctorch.storage\nUntypedStorage\n", size=128), maker=V3, end=b"\x89" + ORDERED + b")R" + SYSTEM)
    lie("typed_float8", "unsupported_dtype", of=storage(kind=b"ctorch.storage\nUntypedStorage\n", size=128), maker=V3, end=b"\x89" + ORDERED + b")Rctorch\nfloat8_e5m2\n")
    lie("negated", "unsupported_dtype", end=b"\x89" + ORDERED + b")R}" + text("neg") + b"\x88s")
    put("torch/no_strides.pt", torch(pickle(V1 + b"(" + storage() + b"K\x00)tR")), "malformed")
    put("torch/sparse.pt", torch(pickle(b"ctorch._utils\n_rebuild_sparse_tensor\n)R")), "unsupported_dtype")
    two = b"}(" + text("x") + tensor((4, 4)) + text("\x1b[2J\u202e") + tensor((4, 4), offset=16) + b"u"
    put("torch/two_matrices.pt", torch(pickle(two)), "several_arrays")
    put("torch/only_vectors.pt", torch(pickle(b"](" + tensor((32,), (1,)) * 2 + b"e")), "no_matrix")


def archives():
    fine = Entry("a/data.pkl", FINE)
    storage_0 = Entry("a/data/0", DATA)
    for order, code in {"middle": "malformed", "": "malformed", "little\n": "malformed", "big": "all_rows_equal"}.items():
        name = {"": "empty", "little\n": "with_a_line_end"}.get(order, order[:6])
        put(f"torch_zip/order_{name}.pt", torch(fine, FLAT, order=order.encode()), code)
    for name, data, code in (
        ("pickle_deflated", torch(Entry("a/data.pkl", FINE, True)), "unsupported_compression"),
        ("storage_deflated", archive(fine, Entry("a/data/0", DATA, True)), "unsupported_compression"),
        ("storage_encrypted", archive(fine, Entry("a/data/0", DATA, flags=1)), "unsupported_format"),
        ("pickle_of_9_mib_announced", torch(Entry("a/data.pkl", FINE, packed=9 << 20, unpacked=9 << 20)), ["malformed", "header_too_long"]),
        ("pickle_twice", archive(fine, fine, storage_0), "malformed"),
        ("two_pickles", archive(fine, Entry("a/data/0", FLAT), Entry("b/data.pkl", pickle(CALL)), Entry("b/data/0", DATA)), [*LENIENT, "unsafe_pickle", "several_arrays"]),
        ("pickle_alone", archive(fine), "malformed"),
        ("storage_twice", archive(fine, storage_0, storage_0), "malformed"),
        ("storage_of_another_folder", archive(fine, Entry("b/data/0", DATA)), "malformed"),
        ("storage_past_the_file", archive(fine, Entry("a/data/0", DATA, packed=10**6, unpacked=10**6)), "malformed"),
        ("storage_is_the_pickles_entry", archive(fine, Entry("a/data/0", FINE, only_listed=True, at=0)), "malformed"),
        ("arrays_too", torch(fine, FLAT, Entry("x.npy", npy(ROWS))), ["all_rows_equal", "several_arrays"]),
    ):
        put(f"torch_zip/{name}.pt", data, code)
    # The storage's bytes hold the pickle with its header, and the directory lists both.
    inner = fine.before() + fine.body
    outer = Entry("a/data/0", inner + bytes(128))
    listed = Entry("a/data.pkl", FINE, only_listed=True, at=len(outer.before()))
    put("torch_zip/pickle_within_a_storage.pt", archive(outer, listed), "any")


def make():
    for part in (calls, shapes_of_pickles, damaged, lies, archives):
        part()
