/*! What Arrow says of its columns: their types, and where each stands in what is said of a batch. */

use super::flat::{Outside, Record, Vector};
use super::malformed;
use crate::error::Result;
use crate::native::foreign::{Column, Kind};
use crate::source::Number;

/// Types within types that are followed.
const DEEPEST: usize = 32;

/// Structures around a column that is read.
const MOST_AROUND: usize = 4;

/// Fields of a schema, those within others too.
const MOST_FIELDS: usize = 1 << 20;

/// Where a column stands in what is said of a batch.
#[derive(Clone, Copy)]
pub(super) struct Place {
    /// Its first node.
    pub node: usize,
    /// Its first buffer.
    pub buffer: usize,
    /// Columns of views before it, which have as many more buffers as each batch says.
    pub views: usize,
    pub lists: Lists,
    /// How its texts stand, as lists of letters.
    pub texts: Lists,
    /// The nodes and buffers of the structures that it lies within.
    pub within: [Option<(usize, usize)>; MOST_AROUND],
}

/// How the lists of a column stand.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Lists {
    /// There are none.
    None,
    /// Of a length that all rows have.
    Fixed(u64),
    /// Between ends of so many bytes.
    Ends(u64),
}

impl Place {
    /// The first buffer of the column itself, or of the items of its lists.
    pub fn item_buffer(self, item: bool) -> usize {
        match self.lists {
            Lists::Fixed(_) if item => 1,
            Lists::Ends(_) if item => 2,
            _ => 0,
        }
    }
}

/// The columns of a schema, and where each stands. Columns within structures are columns by themselves, with the names on the way between points.
pub(super) fn columns(schema: Record<'_>) -> Result<(Vec<Column>, Vec<Place>)> {
    let fields = schema.vector(1, 4)?;
    let mut found = Found { columns: Vec::new(), places: Vec::new(), counted: Counted::default() };
    for index in 0..fields.len {
        found.add(fields.record(index)?, "", &[])?;
    }
    Ok((found.columns, found.places))
}

/// The columns so far.
struct Found {
    columns: Vec<Column>,
    places: Vec<Place>,
    counted: Counted,
}

impl Found {
    /// Adds a field that lies within structures, of which the nodes and buffers are given.
    fn add(&mut self, field: Record<'_>, before: &str, around: &[(usize, usize)]) -> Result<()> {
        let name = format!("{before}{}", field.text(0)?);
        let (kind, lists) = kind(field)?;
        let Counted { nodes: node, buffers: buffer, views, .. } = self.counted;
        if matches!(&kind, Kind::Other(name) if name == "struct") && around.len() < MOST_AROUND {
            self.counted.nodes += 1;
            self.counted.buffers += 1;
            let around = [around, &[(node, buffer)]].concat();
            let children = field.vector(5, 4)?;
            return (0..children.len)
                .try_for_each(|index| self.add(children.record(index)?, &format!("{name}."), &around));
        }
        let texts = match (&kind, field.u8(2)?) {
            (Kind::Text, 5) if field.record(4)?.is_none() => Lists::Ends(4),
            (Kind::Text, 20) if field.record(4)?.is_none() => Lists::Ends(8),
            _ => Lists::None,
        };
        let mut within = [None; MOST_AROUND];
        within.iter_mut().zip(around).for_each(|(place, &of)| *place = Some(of));
        self.columns.push(Column { name, kind });
        self.places.push(Place { node, buffer, views, lists, texts, within });
        self.counted.add(field, 0)
    }
}

/// What a column holds.
fn kind(field: Record<'_>) -> Result<(Kind, Lists)> {
    let children = field.vector(5, 4)?;
    let of = field.record(3)?;
    let is_dictionary = field.record(4)?.is_some();
    let lists = match field.u8(2)? {
        _ if is_dictionary => Lists::None,
        12 => Lists::Ends(4),
        21 => Lists::Ends(8),
        16 => Lists::Fixed(u64::try_from(of.ok_or(Outside)?.i32(0)?).map_err(|_| Outside)?),
        _ => Lists::None,
    };
    if lists != Lists::None {
        return Ok(match number(item(children)?)? {
            Some(number) => (Kind::List(number), lists),
            None => (Kind::Other("list".to_owned()), Lists::None),
        });
    }
    let kind = match (number(field)?, field.u8(2)?) {
        _ if is_dictionary => Kind::Text,
        (Some(number), _) => Kind::Number(number),
        (None, 5 | 20 | 24) => Kind::Text,
        (None, other) => Kind::Other(NAMES.get(usize::from(other)).unwrap_or(&"unknown").to_string()),
    };
    Ok((kind, lists))
}

/// What types are called, in the order of their numbers.
const NAMES: [&str; 27] = [
    "none",
    "null",
    "integer",
    "float",
    "binary",
    "text",
    "bool",
    "decimal",
    "date",
    "time",
    "timestamp",
    "interval",
    "list",
    "struct",
    "union",
    "binary",
    "list",
    "map",
    "duration",
    "binary",
    "text",
    "list",
    "run-end encoded",
    "binary",
    "text",
    "list",
    "list",
];

fn item(children: Vector<'_>) -> Result<Record<'_>> {
    Ok(children.record(0)?)
}

/// The type of a field's numbers, if it has any.
fn number(field: Record<'_>) -> Result<Option<Number>> {
    if field.record(4)?.is_some() {
        return Ok(None);
    }
    let Some(of) = field.record(3)? else { return Ok(None) };
    Ok(match field.u8(2)? {
        2 => match (of.i32(0)?, of.u8(1)? != 0) {
            (8, true) => Some(Number::Int8),
            (16, true) => Some(Number::Int16),
            (32, true) => Some(Number::Int32),
            (64, true) => Some(Number::Int64),
            (8, false) => Some(Number::Uint8),
            (16, false) => Some(Number::Uint16),
            (32, false) => Some(Number::Uint32),
            (64, false) => Some(Number::Uint64),
            _ => None,
        },
        3 => match of.i16(0)? {
            0 => Some(Number::Float16),
            1 => Some(Number::Float32),
            2 => Some(Number::Float64),
            _ => None,
        },
        6 => Some(Number::Bool),
        _ => None,
    })
}

/// Nodes and buffers of the fields so far.
#[derive(Clone, Copy, Default)]
struct Counted {
    nodes: usize,
    buffers: usize,
    views: usize,
    fields: usize,
}

impl Counted {
    fn add(&mut self, field: Record<'_>, depth: usize) -> Result<()> {
        self.fields += 1;
        if depth > DEEPEST || self.fields > MOST_FIELDS {
            return Err(malformed("its types lie too deep within one another"));
        }
        self.nodes += 1;
        if field.record(4)?.is_some() {
            self.buffers += 2;
            return Ok(());
        }
        let kind = field.u8(2)?;
        self.buffers += match kind {
            1 | 22 => 0,
            13 | 16 => 1,
            4 | 5 | 19 | 20 | 25 | 26 => 3,
            // A dense union has two.
            14 => 1 + usize::from(field.record(3)?.ok_or(Outside)?.i16(0)? == 1),
            _ => 2,
        };
        self.views += usize::from(matches!(kind, 23 | 24));
        let children = field.vector(5, 4)?;
        (0..children.len).try_for_each(|index| self.add(children.record(index)?, depth + 1))
    }
}
