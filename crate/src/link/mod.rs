/*!
The comparison in the fragment of an address: `#s=` and base64url.

A link carries results, no data: of each spectrum the numbers that were shown, and about a hundred of its eigenvalues, from which the others are interpolated.
It is a fixed binary record with a version and a checksum. Nothing in it is unpacked, executed or loaded, and there is no address in it. docs/link.md describes every
byte, and why it is there.
*/

mod points;
mod record;
mod text;

pub use points::{MOST_POINTS, Points};
pub use record::{Interval, Line, MOST_EIGENVALUES, Numbers, Record};

use record::{Bytes, MOST_RANK};
use text::KEY;

use crate::error::{ErrorKind, Result};
use crate::evidence::Evidence;
use crate::fit::{Weight, Window};

/// The version of the format.
pub const VERSION: u8 = 1;

/// Characters of a link after its key.
pub const MOST_TEXT: usize = 16_384;

/// Spectra in a link.
pub const MOST_SPECTRA: usize = 32;

/// Up to so many spectra have [`MOST_POINTS`] points each; from one more on each has fewer, so that four of them and an address of 80 characters stay within the 2,000 characters
/// that chats and mail programs leave whole.
const FEW_SPECTRA: usize = 3;
const POINTS_OF_MANY: usize = 112;

/// Spectra on their way into a link.
#[derive(Default)]
pub struct Writer(Vec<Entry>);

/// A spectrum whose points wait for the number of spectra. Its record has [`MOST_POINTS`].
struct Entry {
    record: Record,
    /// log λ of the usable ranks.
    logs: Vec<f64>,
    off: Off,
}

/// How far log λ of a rank is off by itself, where that is known: it is where it came by a link.
type Off = Box<dyn Fn(usize) -> Option<f64>>;

impl Writer {
    /// None yet.
    pub fn new() -> Writer {
        Writer::default()
    }

    /// Adds a spectrum with what is known of it in a window. What came by a link is passed on as it came, in its own window.
    ///
    /// # Errors
    ///
    /// `LinkTooLong` past [`MOST_SPECTRA`], or where a spectrum has more usable ranks than fit; `Overflow`, `Underflow`.
    pub fn add(&mut self, evidence: &Evidence, window: Window, weight: Weight, name: Option<&str>) -> Result<()> {
        if self.0.len() == MOST_SPECTRA {
            return Err(too_long("no more than 32 spectra"));
        }
        let spectrum = &evidence.spectrum;
        let logs: Vec<f64> = spectrum.eigenvalues[..spectrum.usable_ranks].iter().map(|value| value.ln()).collect();
        let came = evidence.recorded.as_ref();
        let (mut record, off) = match came.and_then(|recorded| recorded.record()) {
            Some(record) => (record.clone(), Box::new(record.points.deviation()) as Off),
            None => {
                // A Report of what came by a link has exact numbers in its own window alone, and nobody knows any more how far its eigenvalues are off.
                let approximate = came.filter(|recorded| recorded.is_approximate());
                let (window, weight) = approximate.map_or((window, weight), |recorded| recorded.window());
                let known = approximate.is_none().then_some(0.0);
                let off = Box::new(move |_| known) as Off;
                (recorded(evidence, &logs, &off, window, weight)?, off)
            }
        };
        record.name = name.map(text::clean).filter(|name| !name.is_empty());
        self.0.push(Entry { record, logs, off });
        Ok(())
    }

    /// The fragment, from its # on.
    ///
    /// # Errors
    ///
    /// `LinkTooLong`.
    pub fn fragment(&self) -> Result<String> {
        let most = if self.0.len() <= FEW_SPECTRA { MOST_POINTS } else { POINTS_OF_MANY };
        let mut bytes = vec![VERSION, self.0.len() as u8];
        for Entry { record, logs, off } in &self.0 {
            let mut record = record.clone();
            if record.points.count() > most {
                record.points = Points::of(logs, most, off)?;
            }
            record.write(&mut bytes);
        }
        bytes.extend(text::checksum(&bytes).to_le_bytes());
        let text = text::encode(&bytes);
        if text.len() > MOST_TEXT {
            return Err(too_long("no more than 16,384 characters"));
        }
        Ok(format!("#{KEY}{text}"))
    }
}

fn too_long(what: &'static str) -> crate::Error {
    ErrorKind::LinkTooLong { what }.into()
}

/// What a link says of a spectrum that came by none.
fn recorded(evidence: &Evidence, logs: &[f64], off: &Off, window: Window, weight: Weight) -> Result<Record> {
    let spectrum = &evidence.spectrum;
    let (n, d) = (spectrum.n.unwrap_or(0), spectrum.d.unwrap_or(0));
    let is_small = n >> 48 == 0 && u32::try_from(d).is_ok() && u16::try_from(spectrum.dropped_components).is_ok();
    if logs.is_empty() || logs.len() > MOST_EIGENVALUES || !is_small {
        return Err(too_long("spectra of 1 to 65,536 usable ranks"));
    }
    let Window { first, last } = Window::new(window.first, window.last)?;
    let fit = evidence.fit(window, weight).fit;
    let interval = fit.as_ref().and_then(|fit| evidence.interval(window, weight, fit).ok()?);
    let metrics = evidence.metrics();
    Ok(Record {
        name: None,
        preparation: spectrum.preparation,
        dropped: spectrum.dropped_components,
        precision: spectrum.precision,
        n: spectrum.n,
        d: spectrum.d,
        eigenvalues: spectrum.eigenvalues.len().min(MOST_EIGENVALUES),
        // Past the last rank that there is, all last ranks are alike.
        window: Window { first: first.min(MOST_RANK - 1), last: last.min(MOST_RANK) },
        weight,
        numbers: Numbers {
            line: fit.map(|fit| Line { alpha: fit.alpha, r2: fit.r2, r2_weighted: fit.r2_weighted }),
            interval: interval.map(|found| Interval {
                standard_error: found.standard_error,
                low: found.low,
                high: found.high,
                blocks: found.blocks as u8,
            }),
            rankme: evidence.uncentred.rankme,
            participation_ratio: metrics.participation_ratio,
            effective_rank: metrics.effective_rank_centred_variance,
            stable_rank: metrics.stable_rank,
            total_variance: spectrum.total_variance,
        },
        floor: (spectrum.floor > 0.0).then(|| (spectrum.floor.ln() - logs[0]) as f32),
        points: Points::of(logs, MOST_POINTS, off)?,
    })
}

/// The spectra of a fragment, with its # or without.
///
/// # Errors
///
/// `LinkDamaged`, `LinkNewer`, `LinkTooLong`, `BadLink`.
pub fn read(fragment: &str) -> Result<Vec<Record>> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let text = fragment.strip_prefix(KEY).unwrap_or(fragment);
    if text.len() > MOST_TEXT {
        return Err(too_long("no more than 16,384 characters"));
    }
    let damaged = || ErrorKind::LinkDamaged { characters: text.chars().count() as u64 };
    let bytes = text::decode(text).ok_or_else(damaged)?;
    let (bytes, sum) = bytes.split_last_chunk::<4>().ok_or_else(damaged)?;
    if text::checksum(bytes) != u32::from_le_bytes(*sum) {
        return Err(damaged().into());
    }
    let bad = |problem| ErrorKind::BadLink { problem };
    let (&[version, spectra], records) = bytes.split_first_chunk::<2>().ok_or_else(|| bad("it says nothing"))?;
    if version > VERSION {
        return Err(ErrorKind::LinkNewer { version, known: VERSION }.into());
    }
    if version != VERSION || !(1..=MOST_SPECTRA).contains(&usize::from(spectra)) {
        return Err(bad("it has no version, or no spectra").into());
    }
    let mut rest = Bytes(records);
    let records = (0..spectra).map(|_| Record::read(&mut rest)).collect::<Result<Vec<Record>>>()?;
    if !rest.0.is_empty() {
        return Err(bad("it goes on after its last spectrum").into());
    }
    Ok(records)
}
