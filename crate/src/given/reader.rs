/*!
Finds out whether an array is what was made of features elsewhere, while somebody else reads it.

A column of numbers that fall is eigenvalues. A symmetric matrix may be a covariance or a Gram matrix, or features after all, and only a person knows which.
`n`, `mean` and `covariance` in one file are moments, and several such files those of all their rows.
*/

use super::matrix::GivenMatrix;
use super::square::{Square, Symmetric};
use super::values::{Beside, Sorted, Values};
use super::{Asked, FEWEST_EIGENVALUES, Given, GivenEigenvalues, GivenFacts, Kind, MOST_SIDE, Nature};
use crate::error::{Error, ErrorKind, Result, group};
use crate::moments::{Entries, Preparation};
use crate::source::{Axis, Block, ByteRange, Destination, FileFacts, Format, Layout, Number, Order, Source};

/// Bytes that are read at a time.
const STRIP_BYTES: u64 = 4 << 20;

/// An array of a file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Which of the things that are read holds it.
    pub at: usize,
    /// Where its numbers stand.
    pub layout: Layout,
}

/// A file, and the arrays of it that are read: the one that was selected, or the three of moments.
#[derive(Clone, Debug)]
pub struct FilePieces {
    /// Its name, without folders.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The arrays; of one array in pieces, those.
    pub pieces: Vec<Piece>,
    /// Whether they are n, mean and covariance.
    pub are_moments: bool,
}

/// What came of files.
#[derive(Debug)]
pub enum Outcome {
    /// Rows of features.
    Features(Source),
    /// What was made of such elsewhere.
    Given(Box<Given>, Box<GivenFacts>),
}

/// Finds out what files hold: says which bytes it wants to see, takes them, and comes to an [`Outcome`].
#[derive(Debug)]
pub struct Reader {
    asked: Asked,
    /// The same as features, or why they are none.
    features: Result<Source>,
    facts: GivenFacts,
    work: Vec<Work>,
    /// The piece that is read.
    current: usize,
}

/// A piece on its way.
#[derive(Debug)]
struct Work {
    file: usize,
    piece: Piece,
    /// Rows of it that were read; of columns where these are contiguous and the matrix is square.
    read: u64,
    sink: Sink,
}

#[derive(Debug)]
enum Sink {
    Values(Values),
    Square(Square),
    /// A few numbers.
    Numbers(Vec<f64>),
}

impl Reader {
    /// Of files in which one array was selected, in one piece or several, or the three of moments.
    ///
    /// # Errors
    ///
    /// `NotEigenvalues`, `NotACovariance`, `BadMoments`, `TooWide` where what was asked for cannot be in them; `TooFewRows`.
    pub fn new(
        format: Format,
        (array, loader): (&str, String),
        files: Vec<FilePieces>,
        features: Result<Source>,
        asked: Asked,
    ) -> Result<Reader> {
        if let Some(rows @ 0..2) = asked.n {
            return Err(ErrorKind::TooFewRows { rows }.into());
        }
        let first = files.first().and_then(|file| file.pieces.last());
        let Some(Piece { layout, .. }) = first else {
            return Err(ErrorKind::Internal { problem: "no file was given" }.into());
        };
        let facts = GivenFacts {
            nature: Nature { kind: Kind::Features, centred: true, has_mean: false },
            n: None,
            d: None,
            preparation: Preparation::default(),
            side: 0,
            name: crate::source::name_of(&files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>()),
            files: files
                .iter()
                .map(|file| FileFacts {
                    name: file.name.clone(),
                    bytes: file.bytes,
                    rows: file.pieces.last().map_or(0, |piece| piece.layout.rows),
                })
                .collect(),
            format,
            array: array.to_owned(),
            loader,
            shape: layout.shape.clone(),
            dtype: layout.type_name().to_owned(),
            byte_order: layout.dtype.byte_order().to_owned(),
            order: layout.order.name().to_owned(),
        };
        let name = facts.name.clone();
        let work = work(format, files, &asked).map_err(|error| error.in_file(&name))?;
        Ok(Reader { asked, features, facts, work, current: 0 })
    }

    /// What is to be read next: which of the things that are read, and where; nothing when all is known.
    pub fn reads(&self) -> Vec<(usize, ByteRange)> {
        let Some(work) = self.work.get(self.current) else { return Vec::new() };
        let block = work.block();
        work.piece.layout.ranges(&block).into_iter().map(|range| (work.piece.at, range)).collect()
    }

    /// Takes what was to be read.
    ///
    /// # Errors
    ///
    /// `OutOfMemory`; `FileChanged` where there are fewer bytes.
    pub fn take(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(work) = self.work.get_mut(self.current) else { return Ok(()) };
        let more = work.take(bytes).map_err(|error| error.in_file(&self.facts.name))?;
        if !more {
            // Whatever stands behind it does not matter any more.
            self.current = self.work.len();
        } else if work.is_through() {
            self.current += 1;
        }
        Ok(())
    }

    /// What the files hold.
    ///
    /// # Errors
    ///
    /// `WhichMatrix` where only a person knows; why it is not what it was said to be; why it is no features either.
    pub fn outcome(self) -> Result<Outcome> {
        let name = self.facts.name.clone();
        self.found().map_err(|error| if error.file().is_some() { error } else { error.in_file(&name) })
    }

    fn found(self) -> Result<Outcome> {
        let Reader { asked, features, mut facts, mut work, .. } = self;
        if work.len() >= 3 {
            let given = merged(work, &mut facts)?;
            return known(given, asked, facts);
        }
        let features = features.and_then(|source| {
            counts_agree(asked, Some(source.n), Some(source.d))?;
            Ok(source)
        });
        let Some(Work { piece, sink, .. }) = work.pop() else { return features.map(Outcome::Features) };
        match sink {
            Sink::Values(values) => {
                let may_be_unsorted = values.may_be_unsorted();
                match (values.finish(piece.layout.dtype.number), asked.given) {
                    (Ok(Sorted { values, floor }), _) => {
                        let centred = asked.centred.unwrap_or(true);
                        let eigenvalues = GivenEigenvalues { values, floor, n: asked.n, centred };
                        known(Given::Eigenvalues(eigenvalues), asked, facts)
                    }
                    (Err(problem), Some(_)) => Err(ErrorKind::NotEigenvalues { problem }.into()),
                    // Text does not say that its only column is a second axis, and as features a column has no α: such a file most likely holds something else.
                    (Err(_), None) if may_be_unsorted && matches!(facts.format, Format::Table | Format::Lines) => {
                        Err(ErrorKind::NotAMatrix { axes: 1 }.into())
                    }
                    (Err(_), None) => features.map(Outcome::Features),
                }
            }
            Sink::Square(square) => {
                let side = piece.layout.rows;
                match (square.finish(), asked.given) {
                    (Ok(symmetric), Some(kind)) => known(matrix(kind, symmetric, &piece.layout, asked), asked, facts),
                    (Ok(symmetric), None) if symmetric.entries.trace() > 0.0 => {
                        Err(ErrorKind::WhichMatrix { side }.into())
                    }
                    (Err(problem), Some(_)) => Err(ErrorKind::NotACovariance { problem }.into()),
                    (_, None) => features.map(Outcome::Features),
                }
            }
            Sink::Numbers(_) => Err(ErrorKind::Internal { problem: "numbers of no moments were read" }.into()),
        }
    }
}

/// What is to be read, if the files may hold what was made of features.
fn work(format: Format, files: Vec<FilePieces>, asked: &Asked) -> Result<Vec<Work>> {
    let are_moments = files.iter().all(|file| file.are_moments);
    if are_moments && asked.given != Some(Kind::Features) {
        return moments_work(files);
    }
    let several = files.len() > 1 || files.iter().any(|file| file.pieces.len() > 1);
    let mut pieces = files.into_iter().flat_map(|file| file.pieces);
    let Some(Piece { at, layout }) = pieces.next().filter(|_| !several) else {
        return match asked.given {
            None | Some(Kind::Features) => Ok(Vec::new()),
            Some(_) => Err(ErrorKind::BadMoments { problem: "only moments can be in several files".to_owned() }.into()),
        };
    };
    let (rows, columns) = (layout.rows, layout.columns);
    let is_float = layout.dtype.number.is_float();
    let is_square = rows == columns && rows >= FEWEST_EIGENVALUES;
    let sink = match asked.given {
        Some(Kind::Features | Kind::Points) => return Ok(Vec::new()),
        Some(Kind::Moments) => {
            let problem = "there are no three arrays n, mean and covariance in it".to_owned();
            return Err(ErrorKind::BadMoments { problem }.into());
        }
        Some(Kind::Eigenvalues) if rows != 1 && columns > 2 => {
            let problem = format!("there are {} columns of them", group(columns));
            return Err(ErrorKind::NotEigenvalues { problem }.into());
        }
        Some(Kind::Covariance | Kind::GramOfRows | Kind::GramOfColumns) => {
            if rows != columns {
                let problem = format!("it has {} rows and {} columns", group(rows), group(columns));
                return Err(ErrorKind::NotACovariance { problem }.into());
            }
            if rows > MOST_SIDE {
                return Err(ErrorKind::TooWide { columns: rows, limit: MOST_SIDE }.into());
            }
            Sink::Square(Square::new(rows))
        }
        _ if layout.is_complex() => Sink::Values(Values::new(Beside::Imaginary, asked.given.is_some())),
        Some(Kind::Eigenvalues) => {
            let beside = if rows != 1 && columns == 2 { Beside::Rank } else { Beside::Nothing };
            Sink::Values(Values::new(beside, true))
        }
        None if !is_float => return Ok(Vec::new()),
        None if is_square && rows <= MOST_SIDE => Sink::Square(Square::new(rows)),
        // A line of text is a table of one row.
        None if rows == 1 && matches!(format, Format::Table | Format::Lines) => return Ok(Vec::new()),
        None if (rows == 1 || columns == 1) && rows.max(columns) >= FEWEST_EIGENVALUES => {
            Sink::Values(Values::new(Beside::Nothing, false))
        }
        None if columns == 2 && rows >= FEWEST_EIGENVALUES => Sink::Values(Values::new(Beside::Rank, false)),
        None => return Ok(Vec::new()),
    };
    let layout = if matches!(sink, Sink::Values(_)) { layout.as_column() } else { layout };
    Ok(vec![Work { file: 0, piece: Piece { at, layout }, read: 0, sink }])
}

/// n, mean and covariance of each file.
fn moments_work(files: Vec<FilePieces>) -> Result<Vec<Work>> {
    let mut all = Vec::with_capacity(3 * files.len());
    let mut first: Option<(String, u64)> = None;
    for (file, FilePieces { name, pieces, .. }) in files.into_iter().enumerate() {
        let bad = |problem: String| Error::from(ErrorKind::BadMoments { problem }).in_file(&name);
        let Ok([n, mean, covariance]) = <[Piece; 3]>::try_from(pieces) else { continue };
        let (rows, columns) = (covariance.layout.rows, covariance.layout.columns);
        if rows != columns {
            return Err(bad(format!("the covariance has {} rows and {} columns", group(rows), group(columns))));
        }
        if rows > MOST_SIDE {
            return Err(Error::from(ErrorKind::TooWide { columns: rows, limit: MOST_SIDE }).in_file(&name));
        }
        if n.layout.rows * n.layout.columns != 1 {
            return Err(bad("n is not a single number".to_owned()));
        }
        let length = mean.layout.rows * mean.layout.columns;
        if length != rows || mean.layout.rows.min(mean.layout.columns) != 1 {
            return Err(bad(format!(
                "the mean has {} numbers and the covariance {} columns",
                group(length),
                group(columns)
            )));
        }
        if let Some((first, others)) = &first
            && *others != columns
        {
            let difference = format!("it has {} columns instead of {}", group(columns), group(*others));
            return Err(Error::from(ErrorKind::ShardsDiffer { first: first.clone(), difference }).in_file(&name));
        }
        first.get_or_insert_with(|| (name.clone(), columns));
        let numbers = |piece: Piece| {
            let layout = piece.layout.as_column();
            Work { file, piece: Piece { layout, ..piece }, read: 0, sink: Sink::Numbers(Vec::new()) }
        };
        all.push(numbers(n));
        all.push(numbers(mean));
        all.push(Work { file, piece: covariance, read: 0, sink: Sink::Square(Square::new(rows)) });
    }
    Ok(all)
}

impl Work {
    /// Rows that are read one after another: columns of a square matrix whose columns are contiguous, since both ways it is the same matrix.
    fn axis(&self) -> Axis {
        let turned = matches!(self.sink, Sink::Square(_)) && self.piece.layout.order == Order::F;
        if turned { Axis::Columns } else { Axis::Rows }
    }

    fn is_through(&self) -> bool {
        self.read == self.piece.layout.rows
    }

    /// The next strip.
    fn block(&self) -> Block {
        let layout = &self.piece.layout;
        let size = layout.dtype.size() as u64;
        let strip = (STRIP_BYTES / (layout.columns * size)).max(1);
        let outer = self.read..(self.read + strip).min(layout.rows);
        match self.axis() {
            Axis::Rows => Block { rows: outer, columns: 0..layout.columns },
            Axis::Columns => Block { rows: 0..layout.rows, columns: outer },
        }
    }

    /// Takes the bytes of a strip; whether there is a sense in going on.
    fn take(&mut self, bytes: &[u8]) -> Result<bool> {
        let (block, axis, layout) = (self.block(), self.axis(), &self.piece.layout);
        if bytes.len() as u64 != layout.block_bytes(&block) {
            return Err(ErrorKind::FileChanged.into());
        }
        let samples = match axis {
            Axis::Rows => block.rows.end - block.rows.start,
            Axis::Columns => block.columns.end - block.columns.start,
        };
        let width = layout.columns as usize;
        let mut numbers = vec![0.0; samples as usize * width];
        let to = Destination { values: &mut numbers, stride: width, feature: 0 };
        layout.decode(&block, bytes, axis, 0..samples as usize, to);
        self.read += samples;
        Ok(match &mut self.sink {
            Sink::Values(values) => values.push(&numbers),
            Sink::Square(square) => square.push(&numbers)?,
            Sink::Numbers(all) => {
                all.extend(numbers);
                true
            }
        })
    }
}

/// What rounding to its type has done to a matrix, as a Frobenius norm.
fn rounding(number: Number, entries: &Entries) -> f64 {
    let unit = match number {
        Number::Float16 => 2f64.powi(-11),
        Number::Float32 => 2f64.powi(-24),
        Number::Float64 => 2f64.powi(-53),
        _ => 0.0,
    };
    unit * entries.norm()
}

fn matrix(kind: Kind, Symmetric { entries, skew }: Symmetric, layout: &Layout, asked: Asked) -> Given {
    let error = rounding(layout.dtype.number, &entries) + skew;
    Given::Matrix(match kind {
        Kind::GramOfRows => GivenMatrix::of_rows(asked.d, entries, error),
        kind => {
            let centred = asked.centred.unwrap_or(kind == Kind::Covariance);
            let nature = Nature { kind, centred, has_mean: false };
            GivenMatrix::of_columns(nature, asked.n, entries, error)
        }
    })
}

/// The moments of all files.
fn merged(work: Vec<Work>, facts: &mut GivenFacts) -> Result<Given> {
    let mut work = work.into_iter();
    let mut all: Option<GivenMatrix> = None;
    while let (Some(n), Some(mean), Some(covariance)) = (work.next(), work.next(), work.next()) {
        let file = &mut facts.files[covariance.file];
        let name = file.name.clone();
        let moments = moments(n, mean, covariance).map_err(|error| error.in_file(&name))?;
        file.rows = moments.n.unwrap_or(0);
        match &mut all {
            None => all = Some(moments),
            Some(all) => all.merge(&moments)?,
        }
    }
    all.map(Given::Matrix).ok_or_else(|| ErrorKind::Internal { problem: "no file was given" }.into())
}

fn moments(n: Work, mean: Work, covariance: Work) -> Result<GivenMatrix> {
    let bad = |problem: String| Error::from(ErrorKind::BadMoments { problem });
    let (Sink::Numbers(n), Sink::Numbers(mean), Sink::Square(square)) = (n.sink, mean.sink, covariance.sink) else {
        return Err(ErrorKind::Internal { problem: "moments were not read as such" }.into());
    };
    let rows = match n.as_slice() {
        [n] if n.fract() == 0.0 && (0.0..2f64.powi(53)).contains(n) => *n as u64,
        [n] => return Err(bad(format!("n is {n}, which is no number of rows"))),
        _ => return Err(bad("n was not read".to_owned())),
    };
    if rows < 2 {
        return Err(ErrorKind::TooFewRows { rows }.into());
    }
    if let Some(column) = mean.iter().position(|value| !value.is_finite()) {
        return Err(bad(format!("the mean of column {} (counted from 0) is {}", group(column as u64), mean[column])));
    }
    let Symmetric { entries, skew } =
        square.finish().map_err(|problem| bad(format!("of the covariance, {problem}")))?;
    let error = rounding(covariance.piece.layout.dtype.number, &entries) + skew;
    Ok(GivenMatrix::of_moments(rows, mean, entries, error))
}

/// With where it comes from, and no contradiction to what was said of it.
fn known(given: Given, asked: Asked, facts: GivenFacts) -> Result<Outcome> {
    counts_agree(asked, given.n(), given.d())?;
    let facts = given.facts(facts);
    Ok(Outcome::Given(Box::new(given), Box::new(facts)))
}

fn counts_agree(asked: Asked, n: Option<u64>, d: Option<u64>) -> Result<()> {
    for (what, asked, found) in [("rows", asked.n, n), ("columns", asked.d, d)] {
        if let (Some(asked), Some(found)) = (asked, found)
            && asked != found
        {
            return Err(ErrorKind::CountsDiffer { what, asked, found }.into());
        }
    }
    Ok(())
}
