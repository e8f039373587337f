/*! Rows of features, and the bytes of a file of them. */

use super::Recipe;
use super::half;
use super::random::Random;
use super::rotation::Rotation;
use crate::error::Result;
use crate::source::Number;

/// Makes the rows of a recipe, any of them at any time.
#[derive(Clone, Debug)]
pub struct Features {
    recipe: Recipe,
    /// Standard deviations of the signal along the population's directions.
    deviations: Vec<f64>,
    rotation: Option<Rotation>,
    mean: Vec<f64>,
    /// Seeds of the streams of z and ε.
    signal: u64,
    noise: u64,
    spare: Vec<f64>,
}

impl Features {
    /// # Errors
    ///
    /// As [`Recipe::check`].
    pub fn new(recipe: Recipe) -> Result<Features> {
        recipe.check()?;
        let d = recipe.columns as usize;
        let mut seeds = Random::new(u64::from(recipe.seed));
        let [signal, noise, rotation, mean] = [0; 4].map(|_| seeds.bits());
        let variances = recipe.law.variances(d);
        let spread = (variances.iter().sum::<f64>() / d as f64 + recipe.noise).sqrt();
        let mut means = Random::new(mean);
        Ok(Features {
            recipe,
            deviations: variances.iter().map(|value| value.sqrt()).collect(),
            rotation: recipe.rotated.then(|| Rotation::new(d, &mut Random::new(rotation))),
            mean: (0..d).map(|_| recipe.mean * spread * means.normal()).collect(),
            signal,
            noise,
            spare: vec![0.0; d],
        })
    }

    /// What is made.
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// A row, counted from 0, into d numbers, before they are rounded to the file's type.
    pub fn row(&mut self, row: u64, out: &mut [f64]) {
        // A pair of normal numbers takes two of the stream.
        let start = row * 2 * self.recipe.columns.div_ceil(2);
        normals(self.signal, start, out);
        out.iter_mut().zip(&self.deviations).for_each(|(number, deviation)| *number *= deviation);
        if let Some(rotation) = &self.rotation {
            rotation.turn(out, &mut self.spare);
        }
        if self.recipe.noise > 0.0 {
            normals(self.noise, start, &mut self.spare);
            let deviation = self.recipe.noise.sqrt();
            out.iter_mut().zip(&self.spare).for_each(|(number, noise)| *number += deviation * noise);
        }
        if self.recipe.mean > 0.0 {
            out.iter_mut().zip(&self.mean).for_each(|(number, mean)| *number += mean);
        }
    }

    /// The bytes of `count` rows from `first` on, as they stand in the file.
    pub fn bytes(&mut self, first: u64, count: u64) -> Vec<u8> {
        let d = self.recipe.columns as usize;
        let number = self.recipe.number;
        let mut bytes = Vec::with_capacity(count as usize * d * number.size());
        let mut numbers = vec![0.0; d];
        for row in first..first + count {
            self.row(row, &mut numbers);
            match number {
                Number::Float16 => bytes.extend(numbers.iter().flat_map(|&n| half::from_f64(n).to_le_bytes())),
                Number::Float32 => bytes.extend(numbers.iter().flat_map(|&n| (n as f32).to_le_bytes())),
                _ => bytes.extend(numbers.iter().flat_map(|n| n.to_le_bytes())),
            }
        }
        bytes
    }

    /// The header of the .npy file: version 1, C order, little-endian, 128 bytes, as NumPy writes it.
    pub fn header(&self) -> Vec<u8> {
        let Recipe { rows, columns, number, .. } = self.recipe;
        let descr = format!("<f{}", number.size());
        let dictionary = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
        let mut header = b"\x93NUMPY\x01\x00\x76\x00".to_vec();
        // 0x76 = 118 = 128 − 10: the dictionary, padded, and a line's end.
        header.extend(format!("{dictionary:<117}\n").bytes());
        header
    }
}

/// Normal numbers of a stream from a position on.
fn normals(seed: u64, position: u64, out: &mut [f64]) {
    let mut random = Random::from_position(seed, position);
    let mut pairs = out.chunks_mut(2);
    for pair in &mut pairs {
        let two = random.pair();
        pair.copy_from_slice(&two[..pair.len()]);
    }
}
