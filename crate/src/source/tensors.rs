/*!
The tensors of a PyTorch file: what its data.pkl says of them, apart from their numbers.

`torch.save` writes a tensor as a call of one of a few functions, with its storage, offset, shape and strides. Those
functions, and the others that are data, are the whitelist [`Callable`]. The storages are the files data/0, data/1, …
*/

use super::pickle::{Id, Node, Pickle, load, malformed};
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
    /// Which list or dictionary holds it: the same number for the same one.
    pub container: u32,
    /// Bytes of its name that are the container's.
    pub container_name: usize,
    /// Whether that is a list or tuple.
    pub is_item: bool,
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
/// A value that can be reached on several ways is listed once, with the first. What depends on a value that only a program
/// could make is left out.
///
/// # Errors
///
/// `Malformed`; `UnsafePickle` where there is no tensor but something that only a program could make.
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
        let mut tensor = match walk.tensor(callable, args) {
            Ok(tensor) => tensor,
            Err(_) if args.iter().any(|&id| walk.depends_on_unknown(id)) => continue,
            Err(problem) => return Err(walk.blame(step, problem)),
        };
        tensor.name = walk.name(step);
        if let Some(last) = step.and_then(|step| walk.steps.get(step as usize)) {
            tensor.is_item = last.key.is_none();
            tensor.container = last.before.map_or(0, |before| before + 1);
            tensor.container_name = walk.name(last.before).len();
        }
        let needed = tensor.name.len() + tensor.storage.len() + tensor.dtype.len() + 16 * tensor.shape.len();
        room = room.checked_sub(needed).ok_or_else(|| malformed("its tensors share names that are too long".into()))?;
        tensors.push(tensor);
    }
    match pickle.unknown {
        Some(refusal) if tensors.is_empty() => Err(refusal),
        _ => Ok(tensors),
    }
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

    /// Whether an argument of a tensor is, or holds, what only a program could make. It is looked for only where a tensor's
    /// storage, shape and strides stand, which takes no longer than to read them.
    fn depends_on_unknown(&self, id: Id) -> bool {
        let holder = match self.pickle.node(id) {
            Node::Persistent(description) => *description,
            Node::Call { callable: Callable::Size, args, .. } => self.items(*args).first().copied().unwrap_or(*args),
            _ => id,
        };
        let is_unknown = |id: Id| matches!(self.pickle.node(id), Node::Unknown);
        is_unknown(holder) || self.items(holder).iter().take(MAX_AXES).any(|&item| is_unknown(item))
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
        let metadata = metadata.map(|&metadata| self.pickle.node(metadata));
        if matches!(metadata, Some(Node::Unknown)) {
            return Err("has metadata that PyTorch does not write");
        }
        if let Some(Node::Dict(metadata)) = metadata {
            if metadata.len() > 8 {
                return Err("has metadata that PyTorch does not write");
            }
            // The numbers of these are stored as they were before.
            for pair in metadata.chunks_exact(2) {
                match [self.pickle.node(pair[0]), self.pickle.node(pair[1])] {
                    [Node::Text(b"neg" | b"conj"), Node::Bool(false)] => {}
                    [Node::Text(b"neg"), _] => dtype = "negated tensor".to_owned(),
                    [Node::Text(b"conj"), _] => dtype = "conjugated tensor".to_owned(),
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

/// Text as it can be shown: no control characters, none that turn the direction of writing, at most `limit` characters.
pub(super) fn printable(text: &[u8], limit: usize) -> String {
    // A character has at most four bytes, so what comes after cannot be shown anyway.
    let text = text.get(..limit.saturating_mul(4)).unwrap_or(text);
    let mut shown = String::new();
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                shown.extend(c.escape_unicode());
            }
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown.chars().take(limit).collect()
}

#[cfg(test)]
mod tests;
