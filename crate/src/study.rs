/*!
Everything that follows the first spectrum: the same rows by blocks, and the same features prepared in other ways.

A [`Study`] says which spectra are wanted ([`Task`]s), in the order in which a careful reader asks for them, and takes their eigenvalues as they
come in. Whoever has the moments computes them ([`solve`]): threads of the command, workers of the page.
*/

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::decompose::Decomposed;
use crate::error::Result;
use crate::evidence::{Aside, Evidence};
use crate::given::{Given, Origin};
use crate::metrics::Uncentred;
use crate::metrics::noise::{self, Noise};
use crate::moments::{Gathered, Part, Preparation, RowSums, SecondMoment};
use crate::report::{Sentence, Spectrum};
use crate::uncertainty::{Replicate, Replicates};

/// One spectrum that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Of which rows.
    pub part: Part,
    /// Of which features.
    pub preparation: Preparation,
}

/// What came of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Solved {
    /// The eigenvalues.
    Decomposed(Decomposed),
    /// Why there are none: too few rows in a part, sums that were not gathered.
    Refused(Sentence),
}

/// Numbers that need no spectrum of these features.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Beside {
    /// From sums over rows, where there are rows.
    pub row_sums: Option<RowSums>,
    /// What pure noise of this n and d gives, where both are known.
    pub noise: Option<Noise>,
}

impl Beside {
    /// Of what there is. Noise of some thousand features takes tenths of a second.
    pub fn new(sums: &Sums) -> Beside {
        let (row_sums, n, d) = match sums {
            Sums::Rows(gathered) => (Some(gathered.row_sums()), Some(gathered.rows()), Some(gathered.plan().source.d)),
            Sums::Given(given) => (None, given.n(), given.d()),
        };
        let noise = n.zip(d).and_then(|(n, d)| noise::spectrum(n, d).ok());
        Beside { row_sums, noise }
    }
}

/// What spectra are made from.
pub enum Sums {
    /// Rows that were read.
    Rows(Box<Gathered>),
    /// What somebody else has made of rows.
    Given(Box<Given>),
}

impl Sums {
    /// The matrix of a task.
    ///
    /// # Errors
    ///
    /// As [`Gathered::second_moment`] and [`Given::second_moment`].
    pub fn second_moment(&self, task: Task) -> Result<SecondMoment> {
        match self {
            Sums::Rows(gathered) => gathered.second_moment(task.part, task.preparation),
            Sums::Given(given) => given.second_moment(task.preparation),
        }
    }

    /// Solves one task.
    pub fn solve(&self, task: Task) -> Solved {
        solved(self.second_moment(task).and_then(Decomposed::new))
    }
}

/// A result as the study takes it.
pub fn solved(result: Result<Decomposed>) -> Solved {
    match result {
        Ok(decomposed) => Solved::Decomposed(decomposed),
        Err(error) => Solved::Refused(Sentence::from(&error)),
    }
}

/// The features as they are, and prepared in each other way that has a number of its own or shows what a choice does to α.
const ASIDES: [Preparation; 4] = [
    Preparation { centred: false, unit_rows: false, standardized: false },
    Preparation { centred: true, unit_rows: true, standardized: false },
    Preparation { centred: false, unit_rows: true, standardized: false },
    Preparation { centred: true, unit_rows: false, standardized: true },
];

/// The spectra of one matrix, as far as they are known.
#[derive(Clone, Debug)]
pub struct Study {
    origin: Origin,
    views: Vec<View>,
    /// What needs no spectrum, once it is known.
    beside: Option<Rc<Beside>>,
}

/// The spectra of one preparation.
#[derive(Clone, Debug)]
struct View {
    preparation: Preparation,
    /// Of all rows.
    whole: Option<Whole>,
    without: Vec<Option<Solved>>,
    first: Vec<Option<Solved>>,
}

#[derive(Clone, Debug)]
enum Whole {
    Spectrum(Box<Spectrum>),
    Refused(Sentence),
}

impl Study {
    /// Nothing but the spectrum of all rows.
    pub fn new(origin: Origin, spectrum: Spectrum) -> Study {
        let mut study = Study { origin, views: Vec::new(), beside: None };
        let view = study.view(spectrum.preparation);
        study.views[view].whole = Some(Whole::Spectrum(Box::new(spectrum)));
        if let Origin::Given(_) = study.origin {
            // What cannot be had of it is known from the beginning.
            for preparation in ASIDES.into_iter().chain([Preparation::default()]) {
                study.view(preparation);
            }
        }
        study
    }

    /// Blocks of rows, or 1 where none are kept apart.
    pub fn blocks(&self) -> usize {
        match &self.origin {
            Origin::Rows(plan) => plan.blocks_of_rows(),
            Origin::Given(_) => 1,
        }
    }

    /// The tasks of a preparation that are still open: its own spectrum, then its blocks; for the features as α-ReQ takes them also the other preparations'.
    pub fn open_tasks(&mut self, preparation: Preparation) -> Vec<Task> {
        let mut tasks = self.open_tasks_of(preparation, true);
        if preparation == self.usual() {
            tasks.extend(ASIDES.iter().flat_map(|&aside| self.open_tasks_of(aside, false)));
        }
        tasks
    }

    /// The preparation that comes first: as in α-ReQ, or the one that a matrix was given in.
    pub fn usual(&self) -> Preparation {
        match &self.origin {
            Origin::Rows(_) => Preparation::default(),
            Origin::Given(facts) => facts.preparation,
        }
    }

    fn open_tasks_of(&mut self, preparation: Preparation, blocks: bool) -> Vec<Task> {
        let index = self.view(preparation);
        let view = &self.views[index];
        let task = |part: Part| Task { part, preparation };
        let mut tasks = Vec::new();
        match &view.whole {
            None => tasks.push(task(Part::All)),
            // What has no spectrum as a whole has none in parts.
            Some(Whole::Refused(_)) => return tasks,
            Some(Whole::Spectrum(_)) => {}
        }
        if blocks {
            let open = |(i, solved): (usize, &Option<Solved>)| solved.is_none().then_some(i);
            tasks.extend(view.without.iter().enumerate().filter_map(open).map(|j| task(Part::Without(j))));
            tasks.extend(view.first.iter().enumerate().filter_map(open).map(|i| task(Part::First(i + 1))));
        }
        tasks
    }

    /// Takes the numbers that need no spectrum.
    pub fn take_beside(&mut self, beside: Beside) {
        self.beside = Some(Rc::new(beside));
    }

    /// Takes what came of a task.
    pub fn take(&mut self, task: Task, solved: Solved) {
        let index = self.view(task.preparation);
        let origin = &self.origin;
        let view = &mut self.views[index];
        match task.part {
            Part::All => {
                view.whole = Some(match solved {
                    Solved::Decomposed(decomposed) => match Spectrum::of(origin, decomposed, task.preparation) {
                        Ok(spectrum) => Whole::Spectrum(Box::new(spectrum)),
                        Err(error) => Whole::Refused(Sentence::from(&error)),
                    },
                    Solved::Refused(reason) => Whole::Refused(reason),
                });
            }
            Part::Without(j) => view.without[j] = Some(solved),
            Part::First(count) => view.first[count - 1] = Some(solved),
        }
    }

    /// The spectrum of all rows, of features prepared in some way, or why there is none; `None` where it is not known yet.
    pub fn spectrum(&self, preparation: Preparation) -> Option<std::result::Result<&Spectrum, &Sentence>> {
        let view = self.views.iter().find(|view| view.preparation == preparation)?;
        view.whole.as_ref().map(|whole| match whole {
            Whole::Spectrum(spectrum) => Ok(&**spectrum),
            Whole::Refused(reason) => Err(reason),
        })
    }

    /// Bytes of the sums that the open tasks are made from.
    pub fn sums_bytes(&self) -> u64 {
        let (width, triangles) = match &self.origin {
            Origin::Rows(plan) => (plan.width as u64, plan.row_blocks as u64 * (1 + u64::from(plan.scaled)) + 1),
            Origin::Given(facts) => (facts.side, 1),
        };
        width * width * 4 * triangles
    }

    /// All that is known by now of features prepared in some way, without their first `dropped` components, or why there is nothing; `None` where it is not known yet.
    pub fn evidence(
        &self,
        preparation: Preparation,
        dropped: usize,
    ) -> Option<std::result::Result<Evidence, Sentence>> {
        let spectrum = match self.spectrum(preparation)? {
            Ok(spectrum) => spectrum.clone(),
            Err(reason) => return Some(Err(reason.clone())),
        };
        let raw = |unit_rows: bool| {
            let preparation = Preparation { centred: false, unit_rows, standardized: false };
            self.spectrum(preparation).and_then(std::result::Result::ok)
        };
        let mut evidence = Evidence::of(spectrum);
        evidence.uncentred =
            Uncentred::new(raw(false), raw(true), self.beside.as_ref().and_then(|beside| beside.row_sums));
        evidence.beside.clone_from(&self.beside);
        evidence.replicates = self.replicates(preparation);
        evidence = evidence.without_first(dropped);
        evidence.asides = self.asides(preparation, dropped);
        Some(Ok(evidence))
    }

    /// Each choice made otherwise in turn: centring, rows at unit length, standardized columns; and the first component left out, or all of them left in.
    fn asides(&self, preparation: Preparation, dropped: usize) -> Vec<Aside> {
        let Preparation { centred, unit_rows, standardized } = preparation;
        let others = [
            (Preparation { centred: !centred, ..preparation }, dropped),
            (Preparation { unit_rows: !unit_rows, ..preparation }, dropped),
            (Preparation { standardized: !standardized, ..preparation }, dropped),
            (preparation, usize::from(dropped == 0)),
        ];
        others
            .into_iter()
            .map(|(preparation, dropped)| {
                let spectrum = self.spectrum(preparation).map(|known| match known {
                    Ok(spectrum) => Ok(spectrum.clone().without_first(dropped)),
                    Err(reason) => Err(reason.clone()),
                });
                Aside { preparation, dropped, spectrum }
            })
            .collect()
    }

    /// The spectra of blocks, once all of them are known.
    pub fn replicates(&self, preparation: Preparation) -> Option<std::result::Result<Replicates, Sentence>> {
        let view = self.views.iter().find(|view| view.preparation == preparation)?;
        let Some(Whole::Spectrum(whole)) = &view.whole else { return None };
        let (Origin::Rows(_), Some(n)) = (&self.origin, whole.n) else {
            let message = "An interval takes blocks of the rows themselves, and what was given was made of them.";
            return Some(Err(Sentence { code: "needs_rows".to_owned(), message: message.to_owned() }));
        };
        let all = |solved: &[Option<Solved>]| -> Option<Vec<Solved>> { solved.iter().cloned().collect() };
        let (without, first) = (all(&view.without)?, all(&view.first)?);
        let mut unions = Vec::new();
        for solved in first.into_iter().chain(without.last().cloned()) {
            // Unions that have too few rows for a spectrum say nothing, and the others need not suffer.
            if let Solved::Decomposed(decomposed) = solved {
                unions.extend(replicate(decomposed));
            }
        }
        unions.push(Replicate { n, usable_ranks: whole.usable_ranks, eigenvalues: whole.eigenvalues.clone() });
        let without: std::result::Result<Vec<Replicate>, Sentence> = without
            .into_iter()
            .filter_map(|solved| match solved {
                Solved::Decomposed(decomposed) => replicate(decomposed).map(Ok),
                Solved::Refused(reason) => Some(Err(reason)),
            })
            .collect();
        Some(without.map(|without| Replicates { blocks: self.blocks(), without, unions }))
    }

    /// The place of a preparation's view, which is made where there is none.
    fn view(&mut self, preparation: Preparation) -> usize {
        if let Some(index) = self.views.iter().position(|view| view.preparation == preparation) {
            return index;
        }
        // One block is no block. The union of all blocks is the whole, that of all but the last is what is left without it.
        let blocks = match self.blocks() {
            1 => 0,
            many => many,
        };
        let refused = match &self.origin {
            Origin::Rows(_) => None,
            Origin::Given(facts) => facts.refusal(preparation),
        };
        self.views.push(View {
            preparation,
            whole: refused.map(|error| Whole::Refused(Sentence::from(&error))),
            without: vec![None; blocks],
            first: vec![None; blocks.saturating_sub(2)],
        });
        self.views.len() - 1
    }
}

/// Parts of rows that were read have rows that were counted.
fn replicate(Decomposed { n, usable_ranks, eigenvalues, .. }: Decomposed) -> Option<Replicate> {
    Some(Replicate { n: n?, usable_ranks, eigenvalues })
}
