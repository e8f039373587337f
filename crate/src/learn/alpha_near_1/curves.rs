/*! Both figures of the lesson: what a fit is worth along n, and along α, in theory and with draws. */

use serde::{Deserialize, Serialize};

use super::simulate::Draw;
use super::theory::{best_ridge, worths};
use super::{FEATURES, Labels, Problem, Ridge, Worth};

/// α of the lesson, least and most.
pub const ALPHAS: (f64, f64) = (0.0, 3.0);
/// Rows of the lesson, least and most.
pub const ROWS: (usize, usize) = (8, 1024);
/// Draws that are made.
pub const DRAWS: usize = 3;

/// Steps of the theory's curves.
const ALPHA_STEPS: usize = 60;
const ROW_STEPS: usize = 64;
/// Where draws are made along α and along n. Of the latter more where the peak is.
const DRAWN_ALPHAS: usize = 13;
const DRAWN_ROWS: [usize; 18] = [8, 12, 16, 24, 32, 48, 64, 96, 128, 176, 220, 245, 256, 268, 300, 400, 600, 1024];

/// What is wrong with the labels, three levels of it each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Numbers with noise.
    Numbers,
    /// Classes with flipped labels.
    Classes,
}

impl Kind {
    /// The levels, cleanest first.
    pub fn levels(self) -> [Labels; 3] {
        match self {
            Kind::Numbers => [0.0, 0.25, 1.0].map(|noise| Labels::Numbers { noise }),
            Kind::Classes => [0.0, 0.2, 0.4].map(|flipped| Labels::Classes { flipped }),
        }
    }
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// α of the figure along n.
    pub alpha: f64,
    /// n of the figure along α.
    pub rows: usize,
    /// s of the target.
    pub smoothness: f64,
    /// The fit.
    pub ridge: Ridge,
    /// The labels.
    pub labels: Kind,
    /// Of the draws.
    pub seed: u32,
}

/// One of the two axes that the figures run along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Along {
    Rows,
    Alpha,
}

/// What a fit is worth at a place of an axis, at each level of noise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Place {
    pub at: f64,
    pub worth: [Worth; 3],
}

/// The theory's curve.
pub fn theory(settings: &Settings, along: Along) -> Vec<Place> {
    let place = |at: f64, problem: &Problem, n: f64| Place {
        at,
        worth: worths(problem, settings.labels.levels(), n, settings.ridge),
    };
    match along {
        Along::Alpha => (0..=ALPHA_STEPS)
            .map(|i| {
                let alpha = ALPHAS.0 + (ALPHAS.1 - ALPHAS.0) * i as f64 / ALPHA_STEPS as f64;
                place(alpha, &Problem::new(FEATURES, alpha, settings.smoothness), settings.rows as f64)
            })
            .collect(),
        Along::Rows => {
            let problem = Problem::new(FEATURES, settings.alpha, settings.smoothness);
            let (low, high) = (libm::log(ROWS.0 as f64), libm::log(ROWS.1 as f64));
            let step = (high - low) / ROW_STEPS as f64;
            let mut rows: Vec<f64> = (0..=ROW_STEPS).map(|i| libm::exp(low + step * i as f64)).collect();
            // The peak is narrow.
            let d = FEATURES as f64;
            rows.extend([0.95, 0.975, 0.99, 0.997, 1.003, 1.01, 1.025, 1.05].map(|part| part * d));
            crate::order::by_key(&mut rows, |n| *n);
            rows.into_iter().map(|n| place(n, &problem, n)).collect()
        }
    }
}

/// Both curves of the theory, of which only those are computed again that a change concerns.
pub struct Curves {
    settings: Settings,
    along_rows: Vec<Place>,
    along_alpha: Vec<Place>,
}

impl Curves {
    /// Of settings.
    pub fn new(settings: Settings) -> Curves {
        Curves { settings, along_rows: theory(&settings, Along::Rows), along_alpha: theory(&settings, Along::Alpha) }
    }

    /// Goes to other settings.
    pub fn set(&mut self, settings: Settings) {
        let old = std::mem::replace(&mut self.settings, settings);
        // n and the draws are nothing to the curve along n, α is nothing to that along α.
        if (Settings { rows: settings.rows, seed: settings.seed, ..old }) != settings {
            self.along_rows = theory(&settings, Along::Rows);
        }
        if (Settings { alpha: settings.alpha, seed: settings.seed, ..old }) != settings {
            self.along_alpha = theory(&settings, Along::Alpha);
        }
    }

    /// What they are of.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// One of them.
    pub fn along(&self, along: Along) -> &[Place] {
        match along {
            Along::Rows => &self.along_rows,
            Along::Alpha => &self.along_alpha,
        }
    }
}

/// Draws for both figures, one fit after the other.
pub struct Draws {
    settings: Settings,
    draw: Option<Draw>,
    done: usize,
    along_rows: Vec<Place>,
    along_alpha: Vec<Place>,
}

impl Draws {
    /// None yet.
    pub fn new(settings: Settings) -> Draws {
        Draws { settings, draw: None, done: 0, along_rows: Vec::new(), along_alpha: Vec::new() }
    }

    /// Places of one draw: first those along α, which are the quicker.
    const PLACES: usize = DRAWN_ALPHAS + DRAWN_ROWS.len();

    /// Makes the fits of one more place of a figure; whether there are more.
    pub fn step(&mut self) -> bool {
        if self.done >= DRAWS * Self::PLACES {
            return false;
        }
        let index = self.done % Self::PLACES;
        let seed = (u64::from(self.settings.seed) << 8) + (self.done / Self::PLACES) as u64;
        self.done += 1;
        let draw = match &mut self.draw {
            Some(draw) if index > 0 => draw,
            draw => draw.insert(Draw::new(ROWS.1, FEATURES, seed)),
        };
        let Settings { smoothness, ridge, labels, .. } = self.settings;
        let (at, alpha, n) = if index < DRAWN_ALPHAS {
            let alpha = ALPHAS.0 + (ALPHAS.1 - ALPHAS.0) * index as f64 / (DRAWN_ALPHAS - 1) as f64;
            (alpha, alpha, self.settings.rows)
        } else {
            let n = DRAWN_ROWS[index - DRAWN_ALPHAS];
            (n as f64, self.settings.alpha, n)
        };
        let problem = Problem::new(FEATURES, alpha, smoothness);
        let levels = labels.levels();
        let worth = match ridge {
            Ridge::Fixed(ridge) => draw.worth(&problem, &levels, n, ridge),
            Ridge::Best => levels
                .iter()
                .map(|&labels| draw.worth(&problem, &[labels], n, best_ridge(&problem, labels, n as f64)))
                .collect::<Option<Vec<_>>>()
                .map(|each| each.concat()),
        };
        if let Some(worth) = worth.and_then(|worth| worth.try_into().ok()) {
            let places = if index < DRAWN_ALPHAS { &mut self.along_alpha } else { &mut self.along_rows };
            places.push(Place { at, worth });
        }
        self.done < DRAWS * Self::PLACES
    }

    /// Those made so far.
    pub fn along(&self, along: Along) -> &[Place] {
        match along {
            Along::Rows => &self.along_rows,
            Along::Alpha => &self.along_alpha,
        }
    }
}

/// Where along α a level of noise does least harm: α, and what the fit is worth there.
pub fn best_alpha(curve: &[Place], level: usize, labels: Kind) -> (f64, Worth) {
    let loss = |place: &&Place| match labels {
        Kind::Numbers => place.worth[level].error,
        Kind::Classes => -place.worth[level].accuracy,
    };
    let best = curve.iter().min_by(|a, b| loss(a).total_cmp(&loss(b)));
    best.map_or((f64::NAN, Worth { error: f64::NAN, accuracy: f64::NAN }), |place| (place.at, place.worth[level]))
}
