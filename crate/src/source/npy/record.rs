/*! Arrays of records with named fields, such as np.genfromtxt makes of a table with names. */

use super::{Parser, dtype, syntax};
use crate::error::{ErrorKind, Result, shown};
use crate::source::contents::Array;
use crate::source::{ByteRange, Dtype, Layout, Order};

/// Deeper nesting does not hold features, and each level costs a call.
const DEEPEST: usize = 8;

/// A field of a record.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name, its type and, if it has one, its shape: "x (<f4)", "y (<f4, 3 × 2)".
    description: String,
    /// The type of its number; `None` where it is no single float.
    float: Option<Dtype>,
}

/// Records as an array whose last axis are their fields, if these are floats of one type. Bytes that NumPy puts between fields count as a field of their own.
pub(super) fn array(name: &str, fields: &[Field], mut shape: Vec<u64>, order: Order, bytes: ByteRange) -> Array {
    let first = fields.first().and_then(|field| field.float);
    let are_alike = fields.iter().all(|field| field.float == first);
    // In Fortran order the fields of a record still stand beside each other, and the records of a column do not.
    let is_plain = shape.len() == 1 || !shape.is_empty() && order == Order::C;
    match first.filter(|_| are_alike && is_plain && fields.len() > 1) {
        Some(dtype) => {
            shape.push(fields.len() as u64);
            let layout = Layout::dense(bytes, &shape, dtype, Order::C);
            Array::plain(name, shape, dtype.number.name(), layout)
        }
        None => {
            let fields = fields.iter().map(|field| field.description.clone()).collect();
            Array::plain(name, shape, "record", Err(ErrorKind::StructuredDtype { fields }.into()))
        }
    }
}

impl Parser<'_> {
    /// The fields of a record: [('x', '<f4'), (('title', 'y'), '<f4', (3, 2)), ('z', [('u', '<f4')])].
    ///
    /// # Errors
    ///
    /// `HeaderSyntax`.
    pub(super) fn fields(&mut self, depth: usize) -> Result<Vec<Field>> {
        if depth > DEEPEST {
            return Err(syntax("its records are in records too deep"));
        }
        let mut fields = Vec::new();
        self.expect('[')?;
        while !self.take(']') {
            fields.push(self.field(depth)?);
            if !self.take(',') {
                self.expect(']')?;
                break;
            }
        }
        Ok(fields)
    }

    fn field(&mut self, depth: usize) -> Result<Field> {
        self.expect('(')?;
        let name = if self.take('(') {
            self.string()?;
            self.expect(',')?;
            let name = self.string()?;
            self.expect(')')?;
            name
        } else {
            self.string()?
        };
        self.expect(',')?;
        self.skip_space();
        let (type_name, mut float) = if self.rest.starts_with('[') {
            self.fields(depth + 1)?;
            ("record".to_owned(), None)
        } else {
            let descr = self.string()?;
            let float = dtype(&descr, 1).ok().filter(|dtype| dtype.number.is_float());
            (descr, float)
        };
        let mut axes = String::new();
        if self.take(',') {
            self.skip_space();
            if self.rest.starts_with('(') {
                let shape = self.shape()?;
                axes = format!(", {}", shape.iter().map(u64::to_string).collect::<Vec<_>>().join(" × "));
                float = None;
                self.take(',');
            }
        }
        self.expect(')')?;
        Ok(Field { description: format!("{} ({}{axes})", shown(&name), shown(&type_name)), float })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Number;

    fn fields(text: &str) -> Result<Vec<Field>> {
        Parser { rest: text }.fields(0)
    }

    fn descriptions(text: &str) -> Vec<String> {
        fields(text).unwrap().into_iter().map(|field| field.description).collect()
    }

    #[test]
    fn fields_are_those_that_numpy_writes() {
        // As NumPy 2.4.6 wrote them: np.dtype([...]).descr.
        let text = "[('x', '<f4', (2,)), ('y', [('p', '<i2'), ('q', '<U3')]), (('title', 'z'), '<f4'), ('', '|V4')]";
        assert_eq!(descriptions(text), ["x (<f4, 2)", "y (record)", "z (<f4)", " (|V4)"]);
        for bad in ["[", "[('x')]", "[('x', '<f4'", "[('x', 4)]", "[('x', '<f4', 2)]", "['x']", "[(('t',), '<f4')]"] {
            assert_eq!(fields(bad).unwrap_err().code(), "header_syntax", "{bad}");
        }
        let deep = "[('x', ".repeat(30_000);
        assert_eq!(fields(&deep).unwrap_err().code(), "header_syntax");
    }

    #[test]
    fn records_of_like_floats_are_a_matrix() {
        let bytes = ByteRange { offset: 128, length: 6 * 8 };
        let read = |text: &str, shape: &[u64], order| array("", &fields(text).unwrap(), shape.to_vec(), order, bytes);
        let two = "[('x', '>f8'), ('y', '>f8')]";
        let found = read(two, &[3], Order::C);
        assert_eq!((found.shape.as_slice(), found.dtype.as_str()), (&[3, 2][..], "float64"));
        let layout = found.form.unwrap().layout().unwrap().clone();
        assert_eq!((layout.rows, layout.columns, layout.pitch, layout.offset), (3, 2, 2, 128));
        assert_eq!(layout.dtype, Dtype { number: Number::Float64, big_endian: true });
        // What shape and order a record array of two axes has is what its fields have.
        assert_eq!(read(two, &[1, 3], Order::C).shape, [1, 3, 2]);
        let refused = [
            read(two, &[1, 3], Order::F),
            read(two, &[], Order::C),
            read("[('x', '<f8')]", &[6], Order::C),
            read("[('x', '<f8'), ('y', '>f8')]", &[3], Order::C),
            read("[('x', '<f8'), ('y', '<i8')]", &[3], Order::C),
            read("[('x', '<f8'), ('y', '<f8', (1,))]", &[3], Order::C),
        ];
        for array in refused {
            assert_eq!(array.form.unwrap_err().code(), "structured_dtype", "{:?}", array.shape);
        }
    }
}
