/*!
Lesson 8, real networks: spectra through depth and through training ([`series`]), and whether α goes with what networks can do ([`scores`]).

All numbers come from tables that two scripts have written, which stand beside them in `www/learn/networks/`: seven layers of MiniLM, and a small experiment
with three kinds of networks, trained in four ways or not at all. The page hands the text of these tables over; nothing is computed here that the
analyzer would compute otherwise.
*/

pub mod scores;
pub mod series;

/// A table of comma-separated values with a line of headings, in which nothing is quoted.
struct Table<'a> {
    headings: Vec<&'a str>,
    rows: Vec<Vec<&'a str>>,
}

impl<'a> Table<'a> {
    fn new(text: &'a str) -> Table<'a> {
        let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<&str>>());
        Table { headings: lines.next().unwrap_or_default(), rows: lines.collect() }
    }

    /// The place of a column; one past the end where there is none.
    fn column(&self, heading: &str) -> usize {
        self.headings.iter().position(|other| *other == heading).unwrap_or(self.headings.len())
    }
}

/// What stands in a row; nothing where it ends before.
fn cell<'a>(row: &[&'a str], column: usize) -> &'a str {
    row.get(column).copied().unwrap_or_default()
}

/// A number of a row; NaN where there is none.
fn number(row: &[&str], column: usize) -> f64 {
    cell(row, column).parse().unwrap_or(f64::NAN)
}

/// What a network, or a way to train it, is called in words.
pub fn word(name: &str) -> &str {
    match name {
        "vgg" => "VGG-like",
        "resnet" => "ResNet-like",
        "vit" => "tiny ViT",
        "untrained" => "untrained",
        "supervised" => "supervised",
        "simclr" => "SimCLR",
        "barlow" => "Barlow Twins",
        "byol" => "BYOL",
        other => other,
    }
}
