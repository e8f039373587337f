/*!
The tensors of a PyTorch file: what its data.pkl says of them, apart from their numbers.

`torch.save` writes a tensor as a call of one of a few functions, with its storage, offset, shape and strides. Those
functions, and the others that are data, are the whitelist [`Callable`]. The storages are the files data/0, data/1, …
*/

use super::pickle::{Id, Node, Pickle, load, malformed, printable};
use crate::error::Result;

/// How deep a tensor may lie within dictionaries and lists; deeper ones are not listed.
const MAX_DEPTH: u8 = 64;

/// What is kept of a name, in characters.
const MAX_NAME: usize = 512;

/// More axes than NumPy allows are a lie.
const MAX_AXES: usize = 64;

/// A tensor as it stands in data.pkl. It lies within its storage, as large as that is announced there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tensor {
    /// The keys and positions that lead to it, joined with dots: "state_dict.encoder.0.weight"; empty for a file of one
    /// tensor. Control characters are escaped, and there are at most 512 characters. Names need not differ.
    pub name: String,
    /// The storage's key: its bytes are in data/KEY. Empty for a kind of tensor that is no storage with strides.
    pub storage: String,
    /// The storage's class, such as "FloatStorage"; PyTorch's name of the dtype where that is written apart, such as
    /// "float8_e4m3fn"; or, with a space in it, a kind of tensor that cannot be read as it stands: one of [`UNREAD`],
    /// "negated tensor" or "conjugated tensor".
    pub dtype: String,
    /// Numbers in the storage. For "UntypedStorage", and for a dtype whose size is not known, they are bytes.
    pub storage_elements: u64,
    /// The tensor's first number within the storage, counted in numbers.
    pub offset: u64,
    /// The length of each axis.
    pub shape: Vec<u64>,
    /// How many numbers lie from one to the next along each axis.
    pub strides: Vec<u64>,
}

/// Functions of torch._utils that make tensors which are not just a storage with strides, and what those are.
const UNREAD: [(&[u8], &str); 5] = [
    (b"_rebuild_sparse_tensor", "sparse tensor"),
    (b"_rebuild_qtensor", "quantized tensor"),
    (b"_rebuild_nested_tensor", "nested tensor"),
    (b"_rebuild_meta_tensor_no_storage", "meta tensor"),
    (b"_rebuild_wrapper_subclass", "wrapped tensor"),
];

/// The callables that are data. There are no others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callable {
    /// A dictionary of a special class.
    Dict,
    /// A tensor: storage, offset, shape, strides, …
    Tensor,
    /// A tensor that states its dtype, over a storage that is counted in bytes.
    TypedTensor,
    /// A parameter, or whatever else is one tensor with attributes: that tensor is the first argument.
    Parameter,
    /// A tensor with attributes: the function that makes it, the class, the function's arguments, the attributes.
    FromType,
    /// One of [`UNREAD`].
    Unread(u8),
    /// A shape.
    Size,
    /// A device, a layout, bytes, a set or a complex number.
    Value,
}

impl Callable {
    /// The whitelist: module and name.
    pub fn find(global: (&[u8], &[u8])) -> Option<Callable> {
        Some(match global {
            (b"collections", b"OrderedDict" | b"Counter" | b"defaultdict") => Callable::Dict,
            (b"torch._utils", b"_rebuild_tensor" | b"_rebuild_tensor_v2") => Callable::Tensor,
            (b"torch._utils", b"_rebuild_tensor_v3") => Callable::TypedTensor,
            (b"torch._utils", b"_rebuild_parameter" | b"_rebuild_parameter_with_state") => Callable::Parameter,
            (b"torch._utils", b"_rebuild_device_tensor_from_cpu_tensor") => Callable::Parameter,
            (b"torch.nn.parameter", b"Parameter") => Callable::Parameter,
            // The module was called torch.tensor before PyTorch 1.9.
            (b"torch._tensor" | b"torch.tensor", b"_rebuild_from_type" | b"_rebuild_from_type_v2") => {
                Callable::FromType
            }
            (b"torch", b"Size") => Callable::Size,
            (b"torch", b"device") | (b"torch.serialization", b"_get_layout") => Callable::Value,
            (b"_codecs", b"encode") => Callable::Value,
            // Protocol 2 uses the name that Python 2 had.
            (b"builtins" | b"__builtin__", b"set" | b"frozenset" | b"bytearray" | b"complex") => Callable::Value,
            (b"torch._utils", name) => Callable::Unread((0..).zip(UNREAD).find(|(_, (unread, _))| *unread == name)?.0),
            _ => return None,
        })
    }

    /// Whether it makes a tensor of some kind.
    pub fn is_tensor(self) -> bool {
        !matches!(self, Callable::Dict | Callable::FromType | Callable::Size | Callable::Value)
    }
}

/// Every tensor that can be reached from the root through dictionaries, lists, tuples and parameters, in their order.
/// A value that can be reached on several ways is listed once, with the first.
pub(super) fn tensors(bytes: &[u8]) -> Result<Vec<Tensor>> {
    let pickle = load(bytes)?;
    // Names, shapes and keys can be shared in the pickle but not in the list, which must not become much longer than
    // it. An honest tensor takes 60 bytes and its key in the pickle, and about twice that here.
    let mut room = bytes.len().saturating_mul(8).saturating_add(64 << 10);
    let mut tensors = Vec::new();
    let mut walk = Walk { pickle: &pickle, seen: vec![false; pickle.len()], steps: Vec::new(), waiting: Vec::new() };
    walk.waiting.push((pickle.root, None));
    while let Some((id, step)) = walk.waiting.pop() {
        let Some((callable, args)) = walk.visit(id, step) else { continue };
        let mut tensor = walk.tensor(callable, args).map_err(|problem| walk.blame(step, problem))?;
        tensor.name = walk.name(step);
        let needed = tensor.name.len() + tensor.storage.len() + tensor.dtype.len() + 16 * tensor.shape.len();
        room = room.checked_sub(needed).ok_or_else(|| malformed("its tensors share names that are too long".into()))?;
        tensors.push(tensor);
    }
    Ok(tensors)
}

/// The way to a value: the last step, and where in the list of steps the one before is.
#[derive(Clone, Copy)]
struct Step {
    before: Option<u32>,
    depth: u8,
    /// A dictionary's key.
    key: Option<Id>,
    position: u32,
}

/// A walk from the root to every value, with a list of its own instead of recursion.
struct Walk<'p, 'a> {
    pickle: &'p Pickle<'a>,
    seen: Vec<bool>,
    steps: Vec<Step>,
    /// Values that are still to be visited, the next one last, with the index of their step.
    waiting: Vec<(Id, Option<u32>)>,
}

impl<'p, 'a> Walk<'p, 'a> {
    /// Whether a value is visited for the first time.
    fn is_new(&mut self, id: Id) -> bool {
        self.seen.get_mut(id as usize).is_some_and(|seen| !std::mem::replace(seen, true))
    }

    /// Puts what a value holds on the list; gives the callable and arguments if it is a tensor.
    fn visit(&mut self, id: Id, step: Option<u32>) -> Option<(Callable, &'p [Id])> {
        if !self.is_new(id) {
            return None;
        }
        let pickle = self.pickle;
        let first = self.waiting.len();
        match pickle.node(id) {
            Node::List(items) | Node::Tuple(items) => {
                for (position, &item) in (0..).zip(items) {
                    self.enter(item, step, None, position);
                }
            }
            Node::Dict(items) => self.enter_pairs(items, step),
            Node::Call { callable: Callable::Dict, args, items } => {
                // What it was made from: another dictionary, or pairs. However many share that, it is visited once.
                let made_from = if self.is_new(*args) { self.items(*args) } else { &[] };
                for &from in made_from {
                    match pickle.node(from) {
                        Node::Dict(_) => self.waiting.push((from, step)),
                        Node::List(pairs) if self.is_new(from) => {
                            for (position, &pair) in (0..).zip(pairs) {
                                if let [key, value] = *self.items(pair) {
                                    self.enter(value, step, Some(key), position);
                                }
                            }
                        }
                        _ => {}
                    }
                }
                self.enter_pairs(items, step);
            }
            Node::Call { callable: Callable::Parameter, args, .. } => {
                self.waiting.extend(self.items(*args).first().map(|&data| (data, step)));
            }
            Node::Call { callable, args, .. } if callable.is_tensor() => return Some((*callable, self.items(*args))),
            _ => {}
        }
        // The list is taken from its end.
        if let Some(added) = self.waiting.get_mut(first..) {
            added.reverse();
        }
        None
    }

    fn enter_pairs(&mut self, pairs: &[Id], step: Option<u32>) {
        for (position, pair) in (0..).zip(pairs.chunks_exact(2)) {
            self.enter(pair[1], step, Some(pair[0]), position);
        }
    }

    fn enter(&mut self, id: Id, before: Option<u32>, key: Option<Id>, position: u32) {
        let depth = before.and_then(|before| self.steps.get(before as usize)).map_or(0, |before| before.depth);
        // Only these can be or hold a tensor.
        let holds = matches!(self.pickle.node(id), Node::List(_) | Node::Tuple(_) | Node::Dict(_) | Node::Call { .. });
        if let (true, true, Ok(index)) = (holds, depth < MAX_DEPTH, u32::try_from(self.steps.len())) {
            self.steps.push(Step { before, depth: depth + 1, key, position });
            self.waiting.push((id, Some(index)));
        }
    }

    /// The name that the steps to a value make.
    fn name(&self, step: Option<u32>) -> String {
        let step_at = |step: &Option<u32>| step.and_then(|step| self.steps.get(step as usize));
        let way: Vec<&Step> = std::iter::successors(step_at(&step), |step| step_at(&step.before)).collect();
        let mut name = String::new();
        for (position, step) in way.iter().rev().enumerate() {
            // A key can be long, and shared by many names.
            if name.len() < MAX_NAME * 4 {
                name += if position > 0 { "." } else { "" };
                name += &self.key(step);
            }
        }
        name.chars().take(MAX_NAME).collect()
    }

    fn key(&self, step: &Step) -> String {
        let Some(key) = step.key else { return step.position.to_string() };
        match self.pickle.node(key) {
            Node::Text(text) => printable(text, MAX_NAME),
            Node::Int(value) => value.to_string(),
            Node::Float(value) => format!("{value:?}"),
            Node::Bool(true) => "True".to_owned(),
            Node::Bool(false) => "False".to_owned(),
            _ => format!("#{}", step.position),
        }
    }

    /// The items of a list or tuple.
    fn items(&self, id: Id) -> &'p [Id] {
        match self.pickle.node(id) {
            Node::List(items) | Node::Tuple(items) => items,
            _ => &[],
        }
    }

    /// The complaint about a tensor.
    fn blame(&self, step: Option<u32>, problem: &str) -> crate::error::Error {
        let name = self.name(step);
        malformed(format!("its tensor{}{name} {problem}", if name.is_empty() { "" } else { " " }))
    }

    /// A tensor without its name, from the arguments of the call that makes it.
    fn tensor(&self, callable: Callable, args: &[Id]) -> std::result::Result<Tensor, &'static str> {
        if let Callable::Unread(kind) = callable {
            let kind = UNREAD.get(usize::from(kind)).map_or("tensor of no kind", |(_, kind)| kind);
            return Ok(Tensor { dtype: kind.to_owned(), ..Tensor::default() });
        }
        let [storage, offset, shape, strides, rest @ ..] = args else { return Err("lacks its shape or strides") };
        let (storage, mut dtype, mut storage_elements) = self.storage(*storage)?;
        let metadata = if callable == Callable::TypedTensor {
            if dtype != "UntypedStorage" {
                return Err("has two types");
            }
            let global = rest.get(2).and_then(|&id| self.pickle.global(id));
            let (_, name) = global.filter(|(module, _)| *module == b"torch").ok_or("has no type")?;
            dtype = printable(name, MAX_NAME);
            storage_elements /= size(name);
            rest.get(3)
        } else {
            rest.get(2)
        };
        let number = |id: Id| match self.pickle.node(id) {
            Node::Int(value) => u64::try_from(*value).map_err(|_| "has a negative shape, stride or offset"),
            _ => Err("has a shape, strides or an offset that are no whole numbers"),
        };
        let numbers = |id: Id| -> std::result::Result<Vec<u64>, &'static str> {
            let id = match self.pickle.node(id) {
                Node::Call { callable: Callable::Size, args, .. } => self.items(*args).first().copied().unwrap_or(id),
                _ => id,
            };
            match self.pickle.node(id) {
                Node::List(items) | Node::Tuple(items) if items.len() > MAX_AXES => Err("has too many axes"),
                Node::List(items) | Node::Tuple(items) => items.iter().map(|&item| number(item)).collect(),
                _ => Err("has a shape or strides that are no list"),
            }
        };
        let (offset, shape, strides) = (number(*offset)?, numbers(*shape)?, numbers(*strides)?);
        if shape.len() != strides.len() {
            return Err("has more axes than strides, or fewer");
        }
        let count = shape.iter().try_fold(1u64, |count, &axis| count.checked_mul(axis));
        let count = count.ok_or("has a shape too large for any file")?;
        let last = shape.iter().zip(&strides).try_fold(offset, |last, (&axis, &stride)| {
            axis.saturating_sub(1).checked_mul(stride).and_then(|step| last.checked_add(step))
        });
        if count > 0 && last.is_none_or(|last| last >= storage_elements) {
            return Err("reaches beyond its storage");
        }
        if let Some(Node::Dict(metadata)) = metadata.map(|&metadata| self.pickle.node(metadata)) {
            if metadata.len() > 8 {
                return Err("has metadata that PyTorch does not write");
            }
            // The numbers of these are stored as they were before.
            for pair in metadata.chunks_exact(2) {
                match [self.pickle.node(pair[0]), self.pickle.node(pair[1])] {
                    [Node::Text(b"neg"), Node::Bool(true)] => dtype = "negated tensor".to_owned(),
                    [Node::Text(b"conj"), Node::Bool(true)] => dtype = "conjugated tensor".to_owned(),
                    _ => {}
                }
            }
        }
        Ok(Tensor { storage, dtype, storage_elements, offset, shape, strides, ..Tensor::default() })
    }

    /// Key, class and size of a storage, from ("storage", class, key, device, size). The size is in numbers of the
    /// class's type; in bytes for "UntypedStorage".
    fn storage(&self, id: Id) -> std::result::Result<(String, String, u64), &'static str> {
        let Node::Persistent(description) = self.pickle.node(id) else { return Err("has no storage") };
        let [tag, class, key, _device, size] = *self.items(*description) else { return Err("has no storage") };
        let class = self.pickle.global(class).map(|(_, class)| class).filter(|class| class.ends_with(b"Storage"));
        match (self.pickle.node(tag), class, self.pickle.node(key), self.pickle.node(size)) {
            (Node::Text(b"storage"), Some(class), Node::Text(key), Node::Int(size @ 0..)) => {
                Ok((String::from_utf8_lossy(key).into_owned(), printable(class, MAX_NAME), size.unsigned_abs()))
            }
            _ => Err("has a storage without a class, name or size"),
        }
    }
}

/// Bytes of one number of the types that PyTorch writes apart from their storage; 1 for a type that is not known.
fn size(dtype: &[u8]) -> u64 {
    match dtype {
        b"uint16" | b"int16" | b"float16" | b"bfloat16" | b"bits16" => 2,
        b"uint32" | b"int32" | b"float32" | b"complex32" | b"bcomplex32" => 4,
        b"uint64" | b"int64" | b"float64" | b"complex64" => 8,
        b"complex128" => 16,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use proptest::prelude::*;

    /// A pickle in Python's notation of bytes, where <tensor> stands for 2 × 3 floats.
    fn bytes(text: &str) -> Vec<u8> {
        let mut text = text.to_owned();
        for (short, long) in [
            ("<tensor>", r"<v2>(<storage><place>tR"),
            ("<place>", r"K\x00K\x02K\x03\x86K\x03K\x01\x86\x89<dict>)R"),
            ("<storage>", r"(\x8c\x07storagectorch\nFloatStorage\n\x8c\x010\x8c\x03cpuK\x06tQ"),
            ("<bytes>", r"(S'storage'\nctorch.storage\nUntypedStorage\nV0\nNK\x06tQ"),
            ("<dict>", r"ccollections\nOrderedDict\n"),
            ("<type>", r"ctorch._tensor\n_rebuild_from_type_v2\n"),
            ("<v1>", r"ctorch._utils\n_rebuild_tensor\n"),
            ("<v2>", r"ctorch._utils\n_rebuild_tensor_v2\n"),
            ("<v3>", r"ctorch._utils\n_rebuild_tensor_v3\n"),
        ] {
            text = text.replace(short, long);
        }
        let mut parts = text.split('\\');
        let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
        for part in parts {
            let (escape, rest) = part.split_at(if part.starts_with('n') { 1 } else { 3 });
            bytes.push(if escape == "n" { b'\n' } else { u8::from_str_radix(&escape[1..], 16).expect("hex") });
            bytes.extend(rest.bytes());
        }
        bytes
    }

    /// What comes out of a pickle, as text; `shown` for its tensors.
    fn read(pickle: &[u8], shown: impl Fn(&Tensor) -> String) -> String {
        match tensors(pickle).map_err(|error| error.kind().clone()) {
            Ok(tensors) => tensors.iter().map(shown).collect::<Vec<String>>().join(" ").trim().to_owned(),
            Err(ErrorKind::Malformed { problem, .. }) => problem.replace("its data.pkl ", ""),
            Err(ErrorKind::UnsafePickle { name }) => format!("unsafe {name}"),
            Err(other) => format!("{other:?}"),
        }
    }

    /// Compares what comes out of each line's pickle with what stands before it.
    fn check(table: &str, shown: impl Fn(&Tensor) -> String) {
        for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (expected, pickle) = line.split_once("<= ").expect("a table");
            let found = read(&[bytes(pickle).as_slice(), b"."].concat(), &shown);
            assert_eq!(found.split(" (at").next(), Some(expected.trim()), "{pickle}");
        }
    }

    #[test]
    fn tensors_are_read() {
        let table = r"
            0 FloatStorage 6 0 [2, 3] [3, 1] <= \x80\x04\x95\x01\x00\x00\x00\x00\x00\x00\x00<tensor>
            0 FloatStorage 6 2 [2] [3] <= <v1>(<storage>I2\n(L2L\ntctorch\nSize\n]\x8a\x01\x03a\x85RtR
            0 negated tensor 6 0 [2, 3] [3, 1] <= <v2>(<storage><place>}\x8c\x03neg\x88stR
            0 uint16 3 1 [2] [1] <= <v3>(<bytes>K\x01K\x02\x85K\x01\x85NNctorch\nuint16\ntR
            sparse tensor 0 0 [] [] <= ctorch._utils\n_rebuild_sparse_tensor\n)R
            quantized tensor 0 0 [] [] <= ctorch._utils\n_rebuild_qtensor\n)R
            its tensor reaches beyond its storage <= <v1>(<storage>K\x01K\x06\x85K\x01\x85tR
            its tensor has a negative shape, stride or offset <= <v1>(<storage>I-1\n))tR
            its tensor has a shape too large for any file <= <v1>(<storage>K\x00J\xff\xff\xff\x7f22\x87K\x0022\x87tR
            its tensor has two types <= <v3>(<storage><place>ctorch\nuint16\ntR
            its tensor has no storage <= <v1>(NK\x00))tR
            its tensor 0.a lacks its shape or strides <= ](}\x8c\x01a<v1>)Rse";
        check(table, |t| {
            let (elements, offset, shape, strides) = (t.storage_elements, t.offset, &t.shape, &t.strides);
            format!("{} {} {elements} {offset} {shape:?} {strides:?}", t.storage, t.dtype)
        });
    }

    #[test]
    fn names_are_ways() {
        let table = r"
            '2' '3.a' '4.0' <= ]q\x01(h\x01h\x01<tensor>}\x8c\x01a<tensor>s(<tensor>te
            '5' 'True' '0.5' '#3' <= (K\x05<tensor>\x88<tensor>G\x3f\xe0\x00\x00\x00\x00\x00\x00<tensor>)<tensor>d
            'b' <= <dict>)R(\x8c\x01b<tensor>u}\x8c\x09_metadata<tensor>sb
            'a' 'b' <= <dict>]\x8c\x01a<tensor>\x86a\x85R\x8c\x01b<tensor>s
            '' <= ctorch._utils\n_rebuild_parameter\n(<tensor>\x88<dict>)RtR}b
            '' <= <type>(<v2>ctorch\nTensor\n(<storage><place>t}tR
            '' <= <tensor>\x940(0(N1\x8f(K\x01\x90(\x91(l(dg0\n2
            '\u{1b}\u{202e}a' <= }\x8c\x05\x1b\xe2\x80\xaea<tensor>s";
        check(table, |tensor| format!("'{}'", tensor.name));
        let deep = |depth: usize| bytes(&[&"]".repeat(depth), "<tensor>", &"a".repeat(depth), "."].concat());
        assert_eq!(tensors(&deep(64)).map(|tensors| tensors[0].name.len()), Ok(127));
        assert_eq!(tensors(&deep(65)), Ok(Vec::new()));
        let long = [b"}X\0\x10\0\0".as_slice(), &[b'k'; 4096], &bytes("<tensor>s.")].concat();
        assert_eq!(tensors(&long).map(|tensors| tensors[0].name.len()), Ok(512));
    }

    #[test]
    fn other_calls_are_refused() {
        let table = r"
            unsafe os.system <= cos\nsystem\n(S'id'\ntR
            unsafe os.system <= \x8c\x02os\x8c\x06system\x93)R
            unsafe os.system <= (ios\nsystem\n
            unsafe os.system <= (cos\nsystem\no
            unsafe os.system <= cos\nsystem\n)\x81
            unsafe os.system <= cos\nsystem\n)N\x92
            unsafe os.system <= cos\nsystem\nNb
            unsafe os.system <= <type>(cos\nsystem\nctorch\nTensor\n)NtR
            unsafe my.Class <= <type>(<v2>cmy\nClass\n)NtR
            unsafe torch._utils._rebuild_from_numpy <= ctorch._utils\n_rebuild_from_numpy\n)R
            unsafe object.__setstate__ <= ctorch\ndevice\n)RNb
            unsafe a\u{1b}.b <= ca\x1b\nb\n)R
            <= cos\nsystem\n
            has a call of what is no function <= N)R
            has arguments that are no tuple <= <dict>NR
            has arguments by name <= <dict>)N\x92
            has a state for a tensor that is no dictionary <= <tensor>)b
            has items for what is no list <= NNa
            has keys for what is no dictionary <= NNNs
            has a key without a value <= }(Nu
            has a value from an empty stack <= N(
            has a MARK that is missing <= e
            has a value before it is noted <= h\x00
            has pickle protocol 6, which is none of 0 to 5 <= \x80\x06
            has opcode 0x50 (PERSID), which has no place there <= P0\n
            has opcode 0xff (unknown), which has no place there <= \xff";
        check(table, |_| "a tensor".to_owned());
        let long = [b"c".as_slice(), &[b'm'; 999], b"\nn\n)R."].concat();
        assert_eq!(read(&long, |_| String::new()), format!("unsafe {}", "m".repeat(80)));
    }

    #[test]
    fn what_is_hostile_costs_little() {
        assert!(std::mem::size_of::<Node<'_>>() <= 32);
        // Marks and lists within each other, a list within itself, and lists of which each holds the one before twice.
        assert!(tensors(&[b'('].repeat(100_000)).is_err());
        assert_eq!(tensors(&[b"]".repeat(100_000), b"a".repeat(99_999), b".".to_vec()].concat()), Ok(Vec::new()));
        assert_eq!(tensors(b"]q\0h\0a."), Ok(Vec::new()));
        assert_eq!(tensors(&[b"]".as_slice(), &b"2\x86".repeat(100_000), b"."].concat()), Ok(Vec::new()));
        // One key of 100,000 bytes for the storages of 10,000 tensors.
        let key = [b"X\xa0\x86\x01\0".as_slice(), &[b'k'; 100_000], b"q\0"].concat();
        let one = bytes(r"<v1>((\x8c\x07storagectorch\nFloatStorage\nh\x00NK\x06tQK\x00))tR");
        let shared = [b"(".as_slice(), &key, &one.repeat(10_000), b"t."].concat();
        assert_eq!(read(&shared, |_| String::new()), "its tensors share names that are too long");
        // Lengths that are not there.
        for opcode in *b"TXB\x8b\x8d\x8e\x96\x95" {
            let found = read(&[&[opcode], [0xff; 8].as_slice(), b"."].concat(), |_| String::new());
            assert_eq!(found, "ends inside of what begins at byte 0");
        }
        let honest =
            bytes(r"\x80\x02}(\x8c\x01a<tensor>\x8c\x01bctorch._utils\n_rebuild_parameter\n(<tensor>\x88NtRu.");
        assert_eq!(tensors(&honest).map(|tensors| tensors.len()), Ok(2));
        assert!((0..honest.len()).all(|end| tensors(&honest[..end]).is_err()));
    }

    proptest! {
        #[test]
        fn nothing_panics(any: Vec<u8>, changes: Vec<(prop::sample::Index, u8)>) {
            let _ = tensors(&any);
            let v3 = r"<v3>(<bytes><place>ctorch\nuint8\ntR\x8c\x01b](<tensor>\x94j\x00\x00\x00\x00eu.";
            let mut honest = bytes(&[r"\x80\x02}(\x8c\x01a<tensor>I7\n", v3].concat());
            for (at, byte) in changes.into_iter().take(4) {
                *at.get_mut(&mut honest) = byte;
            }
            let _ = tensors(&honest);
        }
    }
}
