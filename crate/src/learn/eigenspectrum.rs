/*!
Lesson 1, *What is an eigenspectrum?*: a few points that a hand moves, and everything from there to α.

The covariance is S = Σ (x − x̄)(x − x̄)ᵀ / (n − 1), as everywhere here. Its eigenvectors are the principal axes, its eigenvalues λ₁ ≥ λ₂ ≥ … the variances along them (Jolliffe
and Cadima 2016). The ellipse is the set of x with (x − x̄)ᵀ S⁻¹ (x − x̄) = 4: two standard deviations along each axis. Seen from a side, an ellipsoid has the ellipse of the
covariance of what is seen, P S Pᵀ, as its outline.

α is the slope of the line through log λ against −log k: of two eigenvalues log₂(λ₁/λ₂), of three that of [`power_law`] over all ranks.
*/

use std::f64::consts::TAU;

use serde::Serialize;

use crate::error::Result;
use crate::fit::map::decimal;
use crate::fit::{Weight, Window, power_law};
use crate::plot::{self, Figure, PlotOptions, Scene};
use crate::source::Number;
use crate::synth::{Features, Law, Recipe};

/// n.
pub const POINTS: usize = 12;

/// No feature of a point goes further from 0.
pub const REACH: f64 = 2.0;

/// What the picture shows around 0, of two and of three features.
const SEEN: [f64; 2] = [2.2, 2.6];

/// The exponent of the population that the points are drawn from.
const ALPHA: f64 = 2.0;

/// The eye looks down at three features by this angle, in degrees.
const LIFT: f64 = 20.0;

/// And stands aside of the second by this, lest it looks along it.
const ASIDE: f64 = 30.0;

/// The ellipse has so many standard deviations.
const DEVIATIONS: f64 = 2.0;

/// Corners of a drawn ellipse.
const CORNERS: usize = 72;

/// An eigenvalue below this part of the first is 0 but for rounding.
const ROUNDING: f64 = 1e-12;

type Vector = [f64; 3];

/// The numbers of the cloud as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Numbers {
    /// Of the covariance, largest first: as many as there are features.
    pub eigenvalues: Vec<f64>,
    /// The slope; none where an eigenvalue is 0.
    pub alpha: Option<f64>,
    /// All of it in words, as far as a step shows it.
    pub summary: String,
}

/// A cloud of [`POINTS`] points of two or three features. Of two, the third is 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Cloud {
    features: usize,
    points: Vec<Vector>,
}

impl Cloud {
    /// Draws the points of a seed.
    ///
    /// # Errors
    ///
    /// Those of [`Recipe::check`], where there are fewer than two features.
    pub fn new(features: usize, seed: u32) -> Result<Cloud> {
        let features = features.min(3);
        let mut drawn = Features::new(Recipe {
            law: Law::PowerLaw { alpha: ALPHA },
            rows: POINTS as u64,
            columns: features as u64,
            noise: 0.0,
            mean: 0.0,
            rotated: true,
            number: Number::Float64,
            seed,
        })?;
        let points = (0..POINTS as u64).map(|row| {
            let mut point = [0.0; 3];
            drawn.row(row, &mut point[..features]);
            point.map(|value| value.clamp(-REACH, REACH))
        });
        Ok(Cloud { features, points: points.collect() })
    }

    /// A cloud of given points.
    pub fn of(features: usize, points: Vec<Vector>) -> Cloud {
        Cloud { features, points }
    }

    /// The points.
    pub fn points(&self) -> &[Vector] {
        &self.points
    }

    /// Moves a point to the right, upwards and towards the eye, as the cloud is seen from a turn in degrees; within [`REACH`].
    pub fn nudge(&mut self, index: usize, by: Vector, turn: f64) {
        let view = self.view(turn);
        let Some(point) = self.points.get_mut(index) else { return };
        for (coordinate, value) in point.iter_mut().enumerate().take(self.features) {
            let moved: f64 = *value + by.iter().zip(&view).map(|(by, axis)| by * axis[coordinate]).sum::<f64>();
            *value = moved.clamp(-REACH, REACH);
        }
    }

    /// Moves a point to where a pixel of the picture is, as far from the eye as it was.
    pub fn drag(&mut self, index: usize, pixel: [f64; 2], turn: f64, options: PlotOptions) {
        let Some(point) = self.points.get(index) else { return };
        let [right, up, _] = self.view(turn).map(|axis| dot(&axis, point));
        let [x, y] = plot::place_at(pixel, self.seen(), options);
        self.nudge(index, [x - right, y - up, 0.0], turn);
    }

    /// Where a point is, in words.
    pub fn place_in_words(&self, index: usize) -> String {
        let Some(point) = self.points.get(index) else { return String::new() };
        let names = ["first feature", "second", "third"];
        let values: Vec<String> = names
            .iter()
            .zip(point)
            .take(self.features)
            .map(|(name, value)| format!("{name} {}", decimal(*value, 1)))
            .collect();
        format!("Point {} of {}: {}", index + 1, self.points.len(), values.join(", "))
    }

    /// What is found up to a step: 1 points, 2 axes, 3 eigenvalues, 4 α. A turn in degrees changes none of it.
    pub fn numbers(&self, step: u32, turn: f64) -> Numbers {
        let (eigenvalues, axes) = self.principal();
        let alpha = alpha(&eigenvalues);
        let total: f64 = eigenvalues.iter().sum();
        let mut summary = format!("{} points of {} features", self.points.len(), self.features);
        if turn != 0.0 {
            summary.push_str(&format!(", turned by {} degrees", decimal(turn, 0)));
        }
        summary.push('.');
        if step >= 2 {
            let longest = axes[0];
            let along: Vec<String> = longest.iter().take(self.features).map(|part| decimal(*part, 2)).collect();
            let lengths: Vec<String> = eigenvalues.iter().map(|value| decimal(value.sqrt(), 2)).collect();
            summary.push_str(&format!(
                " The longest axis points along {}; the standard deviations along the axes are {}.",
                along.join(", "),
                lengths.join(", ")
            ));
        }
        if step >= 3 {
            let parts: Vec<String> = eigenvalues
                .iter()
                .map(|value| {
                    format!(
                        "{} ({} percent)",
                        decimal(*value, 2),
                        decimal(if total > 0.0 { 100.0 * value / total } else { 0.0 }, 0)
                    )
                })
                .collect();
            summary.push_str(&format!(" Eigenvalues {}.", parts.join(", ")));
        }
        if step >= 4 {
            summary.push_str(&match alpha {
                Some(alpha) => format!(" α = {}.", decimal(alpha, 2)),
                None => " An eigenvalue is 0, so there is no α.".to_owned(),
            });
        }
        Numbers { eigenvalues, alpha, summary }
    }

    /// The cloud as seen from a turn, with its ellipse and axes from step 2 on.
    pub fn picture(&self, chosen: usize, turn: f64, step: u32, options: PlotOptions) -> Figure {
        let view = self.view(turn);
        let see = |point: &Vector| [dot(&view[0], point), dot(&view[1], point)];
        let names = ["feature 1", "feature 2", "feature 3"];
        let features = (0..self.features).map(|index| {
            let mut end = [0.0; 3];
            end[index] = REACH;
            ([see(&end.map(|value: f64| -value)), see(&end)], names[index])
        });
        let mean = self.mean();
        let mut scene = Scene {
            points: self.points.iter().map(|point| view.map(|axis| dot(&axis, point))).collect(),
            chosen,
            features: features.collect(),
            mean: see(&mean),
            reach: self.seen(),
            ..Scene::default()
        };
        if step >= 2 {
            let (eigenvalues, axes) = self.principal();
            let arms: Vec<Vector> = eigenvalues
                .iter()
                .zip(&axes)
                .map(|(value, axis)| axis.map(|part| part * DEVIATIONS * value.sqrt()))
                .collect();
            let around = |a: [f64; 2], b: [f64; 2]| -> Vec<[f64; 2]> {
                let corner = |corner: usize| (TAU * corner as f64 / CORNERS as f64).sin_cos();
                let place =
                    |(sin, cos): (f64, f64)| [0, 1].map(|index| scene.mean[index] + cos * a[index] + sin * b[index]);
                (0..=CORNERS).map(|index| place(corner(index))).collect()
            };
            let seen: Vec<[f64; 2]> = arms.iter().map(see).collect();
            let outline = outline(&seen);
            let rings = if self.features == 3 {
                vec![around(seen[0], seen[1]), around(seen[0], seen[2]), around(seen[1], seen[2])]
            } else {
                Vec::new()
            };
            let ends =
                |arm: &[f64; 2]| [-1.0, 1.0].map(|sign| [0, 1].map(|index| scene.mean[index] + sign * arm[index]));
            let axes = seen.iter().map(ends).collect();
            scene = Scene { outline: around(outline[0], outline[1]), rings, axes, ..scene };
        }
        plot::cloud(&scene, self.numbers(step, turn).summary, options)
    }

    /// The eigenvalues as bars.
    pub fn bars(&self, options: PlotOptions) -> Figure {
        let Numbers { eigenvalues, summary, .. } = self.numbers(3, 0.0);
        plot::eigenvalue_bars(&eigenvalues, format!("Bars. {summary}"), options)
    }

    /// The same on logarithmic axes, with the line whose slope is −α.
    pub fn ranks(&self, options: PlotOptions) -> Figure {
        let Numbers { eigenvalues, alpha, summary } = self.numbers(4, 0.0);
        let positive: Vec<f64> =
            eigenvalues.iter().copied().filter(|value| *value > ROUNDING * eigenvalues[0]).collect();
        let line = alpha.map(|alpha| (alpha, prefactor(&eigenvalues, alpha)));
        plot::few_ranks(&positive, line, format!("Eigenvalue against rank, both logarithmic. {summary}"), options)
    }

    fn seen(&self) -> f64 {
        SEEN[usize::from(self.features == 3)]
    }

    /// To the right, upwards and towards the eye, as unit vectors of features.
    fn view(&self, turn: f64) -> [Vector; 3] {
        if self.features < 3 {
            let (sin, cos) = turn.to_radians().sin_cos();
            return [[cos, sin, 0.0], [-sin, cos, 0.0], [0.0, 0.0, 1.0]];
        }
        let turn = turn + ASIDE;
        let ((sin, cos), (rise, run)) = (turn.to_radians().sin_cos(), LIFT.to_radians().sin_cos());
        [[cos, sin, 0.0], [-rise * sin, rise * cos, run], [run * sin, -run * cos, rise]]
    }

    fn mean(&self) -> Vector {
        let count = self.points.len() as f64;
        [0, 1, 2].map(|index| self.points.iter().map(|point| point[index]).sum::<f64>() / count)
    }

    /// Eigenvalues and eigenvectors of the covariance, as many as there are features, the largest first.
    pub fn principal(&self) -> (Vec<f64>, Vec<Vector>) {
        let mean = self.mean();
        let mut covariance = [[0.0; 3]; 3];
        for point in &self.points {
            for (row, line) in covariance.iter_mut().enumerate() {
                for (column, entry) in line.iter_mut().enumerate() {
                    *entry += (point[row] - mean[row]) * (point[column] - mean[column]);
                }
            }
        }
        let over = self.points.len() as f64 - 1.0;
        let (values, vectors) = jacobi(covariance.map(|line| line.map(|entry| entry / over)));
        // Of two features the third direction has nothing, and comes last.
        (values[..self.features].to_vec(), vectors[..self.features].to_vec())
    }
}

/// The slope of log λ against −log k.
fn alpha(eigenvalues: &[f64]) -> Option<f64> {
    let last = *eigenvalues.last()?;
    if last <= ROUNDING * eigenvalues[0] {
        return None;
    }
    if let [first, second] = eigenvalues {
        return Some((first / second).log2());
    }
    let count = eigenvalues.len();
    power_law(eigenvalues, count, Window { first: 1, last: count }, Weight::InverseRank).ok().map(|fit| fit.alpha)
}

/// The line's value at rank 1: it goes through the weighted mean of the logarithms.
fn prefactor(eigenvalues: &[f64], alpha: f64) -> f64 {
    let (mut total, mut sum) = (0.0, 0.0);
    for (value, rank) in eigenvalues.iter().zip(1..) {
        let rank = f64::from(rank);
        total += 1.0 / rank;
        sum += (value.ln() + alpha * rank.ln()) / rank;
    }
    (sum / total).exp()
}

fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The two arms of the ellipse that is the outline of an ellipsoid with some arms, all as they are seen: those of the sum of their squares.
fn outline(arms: &[[f64; 2]]) -> [[f64; 2]; 2] {
    let sum = |row: usize, column: usize| arms.iter().map(|arm| arm[row] * arm[column]).sum::<f64>();
    let (values, vectors) = jacobi([[sum(0, 0), sum(0, 1), 0.0], [sum(1, 0), sum(1, 1), 0.0], [0.0; 3]]);
    [0, 1].map(|index| [0, 1].map(|part| vectors[index][part] * values[index].sqrt()))
}

/// Eigenvalues and unit eigenvectors of a symmetric matrix without negative eigenvalues, largest first, by Jacobi's rotations (Golub and Van Loan, *Matrix Computations*, 8.5).
fn jacobi(mut matrix: [Vector; 3]) -> (Vector, [Vector; 3]) {
    // Converges quadratically: three by three is done in five or six.
    const SWEEPS: usize = 12;
    let mut vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    for (p, q) in [(0, 1), (0, 2), (1, 2)].into_iter().cycle().take(3 * SWEEPS) {
        if matrix[p][q] == 0.0 {
            continue;
        }
        let half = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
        let tangent = half.signum() / (half.abs() + half.hypot(1.0));
        let cos = 1.0 / tangent.hypot(1.0);
        let sin = tangent * cos;
        for line in &mut matrix {
            (line[p], line[q]) = (cos * line[p] - sin * line[q], sin * line[p] + cos * line[q]);
        }
        for rows in [&mut matrix, &mut vectors] {
            let (upper, lower) = (rows[p], rows[q]);
            rows[p] = [0, 1, 2].map(|index| cos * upper[index] - sin * lower[index]);
            rows[q] = [0, 1, 2].map(|index| sin * upper[index] + cos * lower[index]);
        }
    }
    let mut order: Vec<usize> = (0..3).collect();
    crate::order::by_key(&mut order, |&index| -matrix[index][index]);
    // An axis has no sign; this one is the same wherever it is computed.
    let upright = |vector: Vector| {
        let largest = vector.iter().copied().fold(0.0, |a: f64, b| if b.abs() > a.abs() + 1e-9 { b } else { a });
        if largest < 0.0 { vector.map(|part| -part) } else { vector }
    };
    let order = [order[0], order[1], order[2]];
    (order.map(|index| matrix[index][index].max(0.0)), order.map(|index| upright(vectors[index])))
}
