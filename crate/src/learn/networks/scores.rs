/*!
Whether α, or how far it is from 1, goes with what networks can do.

A *setting* is a network of one kind and width, trained in one way. It was trained from several seeds, and stands for one model here, with the means over them: runs
that differ in their seed alone are near copies, and as models of their own they would make any relation look surer than it is.
*/

use super::{Table, cell, number, word};
use crate::compare::relation::{Estimate, Relation, caveat, distance_from_one, relation};
use crate::fit::map::decimal;
use crate::plot::{Alphas, Dot, Figure, PlotOptions, Titles, scatter};

/// What was done with a network before it was scored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Logistic regression on its features.
    Probe,
    /// All of it was trained on.
    Tuned,
}

/// A score: the share of held-out images that are told right after labels of which so many per cent were wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Score {
    /// What was done.
    pub task: Task,
    /// Per cent of the labels that were replaced by another digit: 0, 20, 40, 60 or 80.
    pub noise: u8,
}

impl Score {
    /// Its column in the table.
    fn heading(self) -> String {
        let task = match self.task {
            Task::Probe => "probe",
            Task::Tuned => "tuned",
        };
        format!("{task}_{}", self.noise)
    }

    /// In words.
    pub fn name(self) -> String {
        let task = match self.task {
            Task::Probe => "accuracy of a linear probe",
            Task::Tuned => "accuracy after fine-tuning",
        };
        match self.noise {
            0 => task.to_owned(),
            noise => format!("{task} with {noise} % wrong labels"),
        }
    }
}

/// A network of one kind and width, trained in one way, with the means over its seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// "vgg", "resnet" or "vit".
    pub network: String,
    /// "untrained", "supervised", "simclr", "barlow" or "byol".
    pub method: String,
    /// Features.
    pub width: usize,
    /// Seeds.
    pub runs: usize,
    /// Mean α; NaN where one of the runs has none.
    pub alpha: f64,
    /// Mean score.
    pub score: f64,
    /// Smallest and largest score.
    pub range: (f64, f64),
}

/// The settings of the table of all runs, with one score of theirs, in the order in which they first come.
pub fn settings(results: &str, score: Score) -> Vec<Setting> {
    let table = Table::new(results);
    let [network, method, width, alpha] = ["network", "method", "width", "alpha"].map(|heading| table.column(heading));
    let score = table.column(&score.heading());
    let mut settings: Vec<Setting> = Vec::new();
    for row in &table.rows {
        let (alpha, score) = (number(row, alpha), number(row, score));
        let (name, way, features) = (cell(row, network), cell(row, method), cell(row, width).parse().unwrap_or(0));
        let is_same = |s: &&mut Setting| s.network == name && s.method == way && s.width == features;
        if let Some(known) = settings.iter_mut().find(is_same) {
            // Sums at first.
            known.runs += 1;
            known.alpha += alpha;
            known.score += score;
            known.range = (known.range.0.min(score), known.range.1.max(score));
        } else {
            settings.push(Setting {
                network: name.to_owned(),
                method: way.to_owned(),
                width: features,
                runs: 1,
                alpha,
                score,
                range: (score, score),
            });
        }
    }
    for setting in &mut settings {
        setting.alpha /= setting.runs as f64;
        setting.score /= setting.runs as f64;
    }
    settings
}

/// Which settings are looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Among {
    /// All.
    All,
    /// One kind of network.
    Network(String),
    /// One way of training.
    Method(String),
}

impl Among {
    /// "all", a network or a method.
    pub fn new(name: &str) -> Among {
        match name {
            "all" => Among::All,
            "vgg" | "resnet" | "vit" => Among::Network(name.to_owned()),
            _ => Among::Method(name.to_owned()),
        }
    }

    /// Whether a setting is among them.
    pub fn holds(&self, setting: &Setting) -> bool {
        match self {
            Among::All => true,
            Among::Network(name) => setting.network == *name,
            Among::Method(name) => setting.method == *name,
        }
    }

    /// In words.
    pub fn name(&self) -> &str {
        match self {
            Among::All => "all",
            Among::Network(name) | Among::Method(name) => word(name),
        }
    }
}

/// What there is to choose, in the order of the table of relations.
pub const AMONG: [&str; 9] = ["all", "vgg", "resnet", "vit", "untrained", "supervised", "simclr", "barlow", "byol"];

/// How α, and its distance from 1, go with a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Relations {
    /// Of α itself.
    pub alpha: Relation,
    /// Of |α − 1|.
    pub distance: Relation,
}

/// The relations of some settings.
pub fn relations(settings: &[Setting], among: &Among) -> Relations {
    let (alphas, scores): (Vec<f64>, Vec<f64>) =
        settings.iter().filter(|setting| among.holds(setting)).map(|setting| (setting.alpha, setting.score)).unzip();
    Relations { alpha: relation(&alphas, &scores), distance: relation(&distance_from_one(&alphas), &scores) }
}

/// All settings as dots: their colour is of the network, their form of the width, and those that are looked at are large. What they show in words is beside it:
/// its intervals take longer than a picture.
pub fn picture(settings: &[Setting], among: &Among, options: PlotOptions) -> Figure {
    let mut networks: Vec<&str> = Vec::new();
    let mut widths: Vec<usize> = Vec::new();
    for setting in settings {
        if !networks.contains(&setting.network.as_str()) {
            networks.push(&setting.network);
        }
        if !widths.contains(&setting.width) {
            widths.push(setting.width);
        }
    }
    let dots: Vec<Dot> = settings
        .iter()
        .filter(|setting| setting.alpha.is_finite())
        .map(|setting| Dot {
            name: word(&setting.method).to_owned(),
            x: setting.alpha,
            y: setting.score,
            interval: Some(setting.range),
            style: style(setting, &networks, &widths),
            strong: *among != Among::All && among.holds(setting),
        })
        .collect();
    scatter(&dots, Titles { x: "α", y: "held-out accuracy" }, Alphas::Across, options)
}

/// Colours go round after six, forms every six.
fn style(setting: &Setting, networks: &[&str], widths: &[usize]) -> usize {
    const COLOURS: usize = 6;
    let place = |found: Option<usize>| found.unwrap_or(0);
    place(networks.iter().position(|name| *name == setting.network))
        + COLOURS * place(widths.iter().position(|width| *width == setting.width))
}

/// The relations of some settings in sentences.
pub fn said(settings: &[Setting], score: Score, among: &Among) -> String {
    let Relations { alpha, distance } = relations(settings, among);
    let of = match among {
        Among::All => "All networks".to_owned(),
        _ => format!("{} networks", among.name()),
    };
    let coefficients = |relation: &Relation| match (&relation.spearman, &relation.kendall) {
        (Some(rho), Some(tau)) => format!("Spearman’s ρ is {}, Kendall’s τ {}", estimate(rho), estimate(tau)),
        _ => "there is no coefficient".to_owned(),
    };
    let above = |setting: &Setting| !among.holds(setting) || setting.alpha > 1.0;
    let distance = if settings.iter().all(above) {
        "|α − 1| puts them in the same order, because every α is above 1".to_owned()
    } else {
        format!("Of |α − 1| with it, {}", coefficients(&distance))
    };
    format!(
        "{of}: of α with the {}, {}. {distance}. {}",
        score.name(),
        coefficients(&alpha),
        caveat(alpha.models).message,
    )
}

/// A coefficient with its interval.
pub fn estimate(estimate: &Estimate) -> String {
    let value = decimal(estimate.value, 2);
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => format!("{value} ({} to {})", decimal(low, 2), decimal(high, 2)),
        _ => value,
    }
}
