/*!
Python's pickle format, protocols 0 to 5, as far as the files of `torch.save` need it.

A pickle is a program for a small machine with a stack. Here it is read as a description of data: lists, dictionaries,
numbers and text become [`Node`]s, and a call of one of the few callables that stand for data becomes a [`Node::Call`].
Nothing is looked up, imported or called. What a call of anything else would make is a [`Node::Unknown`]: it takes what is put
into it and gives nothing.

The nodes lie in one arena and refer to each other by [`Id`], so a value that is used often, or within itself, costs one
node. There are never more nodes than bytes, nor more than [`MOST_NODES`], and text is borrowed: memory stays below some 80 times
the pickle and some hundred bytes a value, whatever lengths it declares. Source: CPython's `Lib/pickletools.py` and PyTorch's `torch/_weights_only_unpickler.py`.
The tests are those of `tensors`.
*/

use std::collections::HashMap;

use super::tensors::{Callable, printable};
use crate::error::{Error, ErrorKind, Result};

/// The place of a node in its arena.
pub(super) type Id = u32;

/// A tensor takes some 25 values.
const MOST_NODES: usize = 8 << 20;

/// One value of a pickle.
#[derive(Debug)]
pub(super) enum Node<'a> {
    /// What only a program could make: of a class or function that is no data.
    Unknown,
    /// None, bytes, or a whole number of more than 64 bits: nothing that a tensor depends on.
    Opaque,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// Text as it stands in the file, mostly UTF-8. The escapes of protocol 0 are left as they are.
    Text(&'a [u8]),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    /// Keys and values in turn.
    Dict(Vec<Id>),
    /// A set or frozenset, of which no item is kept.
    Set,
    /// A function or class by the texts of its module and its name. It is only ever compared.
    Global {
        module: Id,
        name: Id,
    },
    /// A storage outside of the pickle, by the tuple that describes it.
    Persistent(Id),
    /// What a callable would make of a tuple of arguments, and the keys and values that were set afterwards in turn.
    Call {
        callable: Callable,
        args: Id,
        items: Vec<Id>,
    },
}

/// A pickle that has been read.
#[derive(Debug)]
pub(super) struct Pickle<'a> {
    nodes: Vec<Node<'a>>,
    /// The value as a whole.
    pub root: Id,
    /// The refusal of the first class or function that is no data, if one is called.
    pub unknown: Option<Error>,
}

impl<'a> Pickle<'a> {
    /// The node of an id.
    pub fn node(&self, id: Id) -> &Node<'a> {
        self.nodes.get(id as usize).unwrap_or(&Node::Opaque)
    }

    /// How many nodes there are; every id is below.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Module and name of a global.
    pub fn global(&self, id: Id) -> Option<(&'a [u8], &'a [u8])> {
        let Node::Global { module, name } = self.node(id) else { return None };
        match (self.node(*module), self.node(*name)) {
            (Node::Text(module), Node::Text(name)) => Some((module, name)),
            _ => None,
        }
    }
}

/// Reads a pickle up to its STOP. What comes after is left alone, as Python does.
pub(super) fn load(bytes: &[u8]) -> Result<Pickle<'_>> {
    let pickle = Pickle { nodes: Vec::new(), root: 0, unknown: None };
    let mut machine =
        Machine { bytes, at: 0, opcode_at: 0, pickle, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new() };
    loop {
        machine.opcode_at = machine.at;
        match machine.array()? {
            [b'.'] => {
                machine.pickle.root = machine.pop()?;
                return Ok(machine.pickle);
            }
            [opcode] => {
                if let Some(node) = machine.step(opcode)? {
                    machine.push(node)?;
                }
            }
        }
    }
}

/// The machine that a pickle is a program for.
struct Machine<'a> {
    bytes: &'a [u8],
    /// The next byte.
    at: usize,
    /// The opcode that is being read, for complaints.
    opcode_at: usize,
    pickle: Pickle<'a>,
    stack: Vec<Id>,
    /// How high the stack was at each MARK that is still open.
    marks: Vec<usize>,
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    /// Carries out one opcode; gives the value that it puts on the stack, if it makes one.
    fn step(&mut self, opcode: u8) -> Result<Option<Node<'a>>> {
        Ok(Some(match opcode {
            // NONE, NEWTRUE, NEWFALSE
            b'N' => Node::Opaque,
            0x88 => Node::Bool(true),
            0x89 => Node::Bool(false),
            // INT, LONG, BININT, BININT1, BININT2, LONG1, LONG4, FLOAT, BINFLOAT
            b'I' | b'L' => self.decimal(opcode)?,
            b'J' => Node::Int(i32::from_le_bytes(self.array()?).into()),
            b'K' => Node::Int(u8::from_le_bytes(self.array()?).into()),
            b'M' => Node::Int(u16::from_le_bytes(self.array()?).into()),
            0x8a => long(self.sized::<1>()?),
            0x8b => long(self.sized::<4>()?),
            b'F' => {
                let line = std::str::from_utf8(self.line()?).ok();
                Node::Float(line.and_then(|line| line.parse().ok()).ok_or_else(|| self.malformed("no number"))?)
            }
            b'G' => Node::Float(f64::from_be_bytes(self.array()?)),
            // UNICODE, STRING; BINSTRING, BINUNICODE; SHORT_BINSTRING, SHORT_BINUNICODE; BINUNICODE8
            b'V' => Node::Text(self.line()?),
            b'S' => match self.line()? {
                [b'\'', text @ .., b'\''] | [b'"', text @ .., b'"'] => Node::Text(text),
                _ => return Err(self.malformed("a text without quotes")),
            },
            b'T' | b'X' => Node::Text(self.sized::<4>()?),
            b'U' | 0x8c => Node::Text(self.sized::<1>()?),
            0x8d => Node::Text(self.sized::<8>()?),
            // SHORT_BINBYTES; BINBYTES; BINBYTES8, BYTEARRAY8
            b'C' => opaque(self.sized::<1>()?),
            b'B' => opaque(self.sized::<4>()?),
            0x8e | 0x96 => opaque(self.sized::<8>()?),
            // EMPTY_LIST, LIST, EMPTY_TUPLE, TUPLE, TUPLE1 to TUPLE3
            b']' => Node::List(Vec::new()),
            b'l' => Node::List(self.pop_mark()?),
            b')' => Node::Tuple(Vec::new()),
            b't' => Node::Tuple(self.pop_mark()?),
            0x85..=0x87 => {
                let mut items = (0x85..=opcode).map(|_| self.pop()).collect::<Result<Vec<Id>>>()?;
                items.reverse();
                Node::Tuple(items)
            }
            // EMPTY_DICT, DICT, EMPTY_SET, FROZENSET
            b'}' => Node::Dict(Vec::new()),
            b'd' => Node::Dict(self.pop_pairs()?),
            0x8f => Node::Set,
            0x91 => self.pop_mark().map(|_| Node::Set)?,
            // GLOBAL, STACK_GLOBAL, BINPERSID
            b'c' => self.global_lines()?,
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (self.pickle.node(module), self.pickle.node(name)) {
                    (Node::Text(_), Node::Text(_)) => Node::Global { module, name },
                    _ => return Err(self.malformed("a function's name that is no text")),
                }
            }
            b'Q' => Node::Persistent(self.pop()?),
            // REDUCE and NEWOBJ, NEWOBJ_EX, INST, OBJ
            b'R' | 0x81 => {
                let (args, callable) = (self.pop()?, self.pop()?);
                self.call(callable, args)?
            }
            0x92 => {
                let (named, args, callable) = (self.pop()?, self.pop()?, self.pop()?);
                let is_empty = matches!(self.pickle.node(named), Node::Dict(named) if named.is_empty());
                match self.call(callable, args)? {
                    Node::Call { .. } if !is_empty => return Err(self.malformed("arguments by name")),
                    made => made,
                }
            }
            b'i' => {
                let args = self.pop_mark()?;
                let callable = self.global_lines()?;
                let callable = self.add(callable)?;
                let args = self.add(Node::Tuple(args))?;
                self.call(callable, args)?
            }
            b'o' => {
                let mut args = self.pop_mark()?;
                if args.is_empty() {
                    return Err(self.malformed("an object without a class"));
                }
                let callable = args.remove(0);
                let args = self.add(Node::Tuple(args))?;
                self.call(callable, args)?
            }
            _ => return self.step_without_value(opcode).map(|()| None),
        }))
    }

    /// Carries out an opcode that makes no value.
    fn step_without_value(&mut self, opcode: u8) -> Result<()> {
        match opcode {
            // PROTO, FRAME
            0x80 => {
                let [protocol] = self.array()?;
                if protocol > 5 {
                    return Err(self.malformed(&format!("pickle protocol {protocol}, which is none of 0 to 5")));
                }
            }
            0x95 => {
                let length = u64::from_le_bytes(self.array()?);
                if length > (self.bytes.len() - self.at) as u64 {
                    return Err(self.truncated());
                }
            }
            // MARK, POP_MARK, POP, DUP. A POP right after a MARK takes the MARK, as in Python.
            b'(' => self.marks.push(self.stack.len()),
            b'1' => drop(self.pop_mark()?),
            b'0' => {
                if self.pop().is_err() {
                    self.pop_mark()?;
                }
            }
            b'2' => self.stack.push(self.top()?),
            // APPEND, APPENDS, SETITEM, SETITEMS, ADDITEMS
            b'a' => self.pop().and_then(|item| self.append(&[item]))?,
            b'e' => self.pop_mark().and_then(|items| self.append(&items))?,
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set_items(&[key, value])?;
            }
            b'u' => self.pop_pairs().and_then(|items| self.set_items(&items))?,
            0x90 => {
                self.pop_mark()?;
                if !matches!(self.pickle.node(self.top()?), Node::Set | Node::Unknown) {
                    return Err(self.malformed("items for what is no set"));
                }
            }
            // BUILD
            b'b' => self.build()?,
            // PUT, BINPUT, LONG_BINPUT, MEMOIZE
            b'p' | b'q' | b'r' | 0x94 => {
                let slot = self.slot(opcode)?;
                if self.memo.len() == MOST_NODES {
                    return Err(self.malformed("more values than can be noted"));
                }
                self.memo.insert(slot, self.top()?);
            }
            // GET, BINGET, LONG_BINGET
            b'g' | b'h' | b'j' => {
                let slot = self.slot(opcode)?;
                let noted = self.memo.get(&slot).copied();
                self.stack.push(noted.ok_or_else(|| self.malformed("a value before it is noted"))?);
            }
            _ => {
                let names = [(b'P', "PERSID"), (0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x97, "NEXT_BUFFER")];
                let name = names.iter().find(|(named, _)| *named == opcode).map_or("unknown", |(_, name)| name);
                return Err(self.malformed(&format!("opcode 0x{opcode:02x} ({name}), which has no place there")));
            }
        }
        Ok(())
    }

    /// Notes a call of a callable of the whitelist; what any other would make is not known.
    fn call(&mut self, callable: Id, args: Id) -> Result<Node<'a>> {
        let Some(global) = self.pickle.global(callable) else {
            return match self.pickle.node(callable) {
                Node::Unknown => Ok(Node::Unknown),
                _ => Err(self.malformed("a call of what is no function")),
            };
        };
        let Some(found) = Callable::find(global) else { return Ok(self.unknown(global)) };
        let items = match self.pickle.node(args) {
            Node::Tuple(items) => items,
            Node::Unknown => return Ok(Node::Unknown),
            _ => return Err(self.malformed("arguments that are no tuple")),
        };
        if found != Callable::FromType {
            return Ok(Node::Call { callable: found, args, items: Vec::new() });
        }
        // A tensor of a class of its own would be made by the class, except if the class is PyTorch's.
        let (Some(maker), Some(class), Some(&args)) = (
            items.first().and_then(|&id| self.pickle.global(id)),
            items.get(1).and_then(|&id| self.pickle.global(id)),
            items.get(2).filter(|&&id| matches!(self.pickle.node(id), Node::Tuple(_))),
        ) else {
            let is_unknown = |&id: &Id| matches!(self.pickle.node(id), Node::Unknown);
            return if items.iter().any(is_unknown) {
                Ok(Node::Unknown)
            } else {
                Err(self.malformed("a tensor of no class"))
            };
        };
        let Some(callable) = Callable::find(maker).filter(|maker| maker.is_tensor()) else {
            return Ok(self.unknown(maker));
        };
        match class {
            (b"torch", b"Tensor") | (b"torch.nn.parameter", b"Parameter" | b"Buffer") => {
                Ok(Node::Call { callable, args, items: Vec::new() })
            }
            _ => Ok(self.unknown(class)),
        }
    }

    /// What a class or function that is no data would make. The first one is kept, for a pickle with nothing else in it.
    fn unknown(&mut self, global: (&[u8], &[u8])) -> Node<'a> {
        self.pickle.unknown.get_or_insert_with(|| refusal(global));
        Node::Unknown
    }

    /// Attributes for a dictionary or tensor change no numbers; anything else would run code of its own.
    fn build(&mut self) -> Result<()> {
        let (state, object) = (self.pop()?, self.top()?);
        match self.pickle.node(object) {
            Node::Call { callable: Callable::Dict, .. } | Node::Unknown => Ok(()),
            Node::Call { callable, .. } if callable.is_tensor() => match self.pickle.node(state) {
                Node::Dict(_) | Node::Opaque | Node::Unknown => Ok(()),
                // PyTorch before 0.4 gave a tensor its storage in this way.
                _ => Err(self.malformed("a state for a tensor that is no dictionary")),
            },
            Node::Call { .. } | Node::Global { .. } => {
                let global = self.pickle.global(object).unwrap_or((b"object", b"__setstate__"));
                let unknown = self.unknown(global);
                // Wherever else the object is used, its state has changed it.
                if let Some(node) = self.pickle.nodes.get_mut(object as usize) {
                    *node = unknown;
                }
                Ok(())
            }
            _ => Err(self.malformed("a state for what is no object")),
        }
    }

    fn append(&mut self, items: &[Id]) -> Result<()> {
        let list = self.top()?;
        match self.pickle.nodes.get_mut(list as usize) {
            Some(Node::List(list)) => list.extend(items),
            Some(Node::Unknown) => {}
            _ => return Err(self.malformed("items for what is no list")),
        }
        Ok(())
    }

    fn set_items(&mut self, pairs: &[Id]) -> Result<()> {
        let dictionary = self.top()?;
        match self.pickle.nodes.get_mut(dictionary as usize) {
            Some(Node::Dict(items) | Node::Call { callable: Callable::Dict, items, .. }) => items.extend(pairs),
            Some(Node::Unknown) => {}
            _ => return Err(self.malformed("keys for what is no dictionary")),
        }
        Ok(())
    }

    /// Puts a new node into the arena.
    fn add(&mut self, node: Node<'a>) -> Result<Id> {
        let id = Id::try_from(self.pickle.len()).ok().filter(|_| self.pickle.len() < MOST_NODES);
        self.pickle.nodes.push(node);
        id.ok_or_else(|| self.malformed("more values than can be counted"))
    }

    fn push(&mut self, node: Node<'a>) -> Result<()> {
        let id = self.add(node)?;
        self.stack.push(id);
        Ok(())
    }

    /// The value on top of the stack, if there is one since the last MARK.
    fn top(&self) -> Result<Id> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let above = self.stack.get(floor..).and_then(|above| above.last().copied());
        above.ok_or_else(|| self.malformed("a value from an empty stack"))
    }

    fn pop(&mut self) -> Result<Id> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    /// All values since the last MARK, and the MARK.
    fn pop_mark(&mut self) -> Result<Vec<Id>> {
        match self.marks.pop() {
            Some(mark) => Ok(self.stack.drain(mark..).collect()),
            None => Err(self.malformed("a MARK that is missing")),
        }
    }

    fn pop_pairs(&mut self) -> Result<Vec<Id>> {
        let items = self.pop_mark()?;
        if items.len() % 2 == 0 { Ok(items) } else { Err(self.malformed("a key without a value")) }
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(length);
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or_else(|| self.truncated())?;
        self.at += length;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.take(N)?.first_chunk().copied().ok_or_else(|| self.truncated())
    }

    /// An argument that has its length, of N bytes, in front.
    fn sized<const N: usize>(&mut self) -> Result<&'a [u8]> {
        let length = self.array::<N>()?.iter().rev().fold(0, |length, &byte| length << 8 | u64::from(byte));
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// An argument up to the end of its line.
    fn line(&mut self) -> Result<&'a [u8]> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == b'\n').ok_or_else(|| self.truncated())?;
        self.take(length + 1).map(|line| &line[..length])
    }

    /// The two lines of a GLOBAL or INST.
    fn global_lines(&mut self) -> Result<Node<'a>> {
        let (module, name) = (self.line()?, self.line()?);
        Ok(Node::Global { module: self.add(Node::Text(module))?, name: self.add(Node::Text(name))? })
    }

    /// The whole number of an INT, where 00 and 01 stand for False and True, or of a LONG, which may end with an L.
    fn decimal(&mut self, opcode: u8) -> Result<Node<'a>> {
        let line = self.line()?;
        if opcode == b'I' && matches!(line, b"00" | b"01") {
            return Ok(Node::Bool(line == b"01"));
        }
        let digits = std::str::from_utf8(line.strip_suffix(b"L").unwrap_or(line)).unwrap_or_default();
        let unsigned = digits.strip_prefix(['-', '+']).unwrap_or(digits);
        match digits.parse() {
            Ok(value) => Ok(Node::Int(value)),
            Err(_) if !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Node::Opaque),
            Err(_) => Err(self.malformed("no number")),
        }
    }

    /// The place in the memo that an opcode of the PUT or GET family means.
    fn slot(&mut self, opcode: u8) -> Result<u32> {
        Ok(match opcode {
            b'q' | b'h' => u8::from_le_bytes(self.array()?).into(),
            b'r' | b'j' => u32::from_le_bytes(self.array()?),
            0x94 => self.memo.len() as u32,
            _ => {
                let line = std::str::from_utf8(self.line()?).ok();
                line.and_then(|line| line.parse().ok()).ok_or_else(|| self.malformed("no number"))?
            }
        })
    }

    fn malformed(&self, problem: &str) -> Error {
        malformed(format!("its data.pkl has {problem} (at byte {})", self.opcode_at))
    }

    fn truncated(&self) -> Error {
        malformed(format!("its data.pkl ends inside of what begins at byte {}", self.opcode_at))
    }
}

/// A number of up to 64 bits, in two's complement and little-endian; longer ones are not kept.
fn long<'a>(bytes: &[u8]) -> Node<'a> {
    let fill = if bytes.last().is_some_and(|byte| byte & 0x80 != 0) { 0xff } else { 0 };
    let mut wide = [fill; 8];
    match wide.get_mut(..bytes.len()) {
        Some(low) => low.copy_from_slice(bytes),
        None => return Node::Opaque,
    }
    Node::Int(i64::from_le_bytes(wide))
}

fn opaque<'a>(_: &[u8]) -> Node<'a> {
    Node::Opaque
}

/// The refusal of a callable.
fn refusal((module, name): (&[u8], &[u8])) -> Error {
    let name = format!("{}.{}", printable(module, 80), printable(name, 80));
    ErrorKind::UnsafePickle { name: name.chars().take(80).collect() }.into()
}

pub(super) fn malformed(problem: String) -> Error {
    ErrorKind::Malformed { format: "a PyTorch file", problem }.into()
}
