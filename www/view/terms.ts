/** What each word on the page means: short and exact. The key is the number's name in the report. */
export const terms = {
  alpha: {
    word: "α",
    meaning:
      "The exponent of the power law λₖ ∝ k^−α, fitted to the eigenvalues in the window. Larger: the variance sits in fewer directions. It is not the α of WeightWatcher, which is the exponent of a density.",
  },
  r2: {
    word: "R²",
    meaning:
      "How closely log λ follows the fitted line inside the window, all ranks counting alike. Values above 0.99 are common even where no power law holds.",
  },
  window: {
    word: "ranks",
    meaning:
      "The line is fitted to these ranks only. Ranks 11 to 100 are the default of the authors of α-ReQ. Another window gives another α: always say which.",
  },
  weight: {
    word: "weights 1/k",
    meaning:
      "Rank k counts with weight 1/k in the fit, so that each decade of ranks counts about alike.",
  },
  r2_100: {
    word: "R² to rank 100",
    meaning:
      "R² as the authors' code reports it: unweighted, from one rank after the window's first to rank 100, whatever the window's last.",
  },
  r2_500: {
    word: "R² to rank 500",
    meaning:
      "R² as the authors' code reports it: unweighted, from one rank after the window's first to rank 500 (to d − 10 where d is below 512), whatever the window's last. It can be negative.",
  },
  n: { word: "n", meaning: "Rows of the matrix: the samples." },
  d: {
    word: "d",
    meaning: "Columns of the matrix: the features. Further axes are flattened into columns.",
  },
  dtype: {
    word: "type",
    meaning:
      "The type of the numbers in the file and their order in memory: C is row after row, Fortran is column after column.",
  },
  total_variance: {
    word: "total variance",
    meaning:
      "The sum of all eigenvalues, which is the sum of the columns' variances (centred, divided by n − 1).",
  },
  rank_ceiling: {
    word: "rank ceiling",
    meaning:
      "No more eigenvalues than this can differ from zero: n − 1 or d, whichever is smaller.",
  },
  usable_ranks: {
    word: "usable ranks",
    meaning:
      "Eigenvalues above the numerical floor and within the rank ceiling. Only these take part in a fit.",
  },
  floor: {
    word: "numerical floor",
    meaning: "Eigenvalues at or below this are rounding, not data.",
  },
  zero_variance_columns: {
    word: "constant columns",
    meaning: "Columns that hold one value throughout. Each gives an eigenvalue of zero.",
  },
  skipped_rows: {
    word: "skipped rows",
    meaning: "Rows with NaN or infinity that were left out, as you asked.",
  },
  method: {
    word: "method",
    meaning:
      "Covariance: eigenvalues of the d × d matrix. Dual: where n < d, the n × n matrix of inner products has the same eigenvalues other than zero and is smaller.",
  },
  engine: {
    word: "engine",
    meaning:
      "What computed this. Exact: products and sums in 64 bits. Fast: products in 32 bits, sums in 64, with a higher numerical floor.",
  },
  eigenvalue: {
    word: "eigenvalue λₖ",
    meaning:
      "The variance along the k-th principal direction of the features, largest first (centred, divided by n − 1).",
  },
  participation_ratio: {
    word: "participation ratio",
    meaning:
      "(Σλ)² / Σλ²: how many directions share the variance. From 1 (one direction) to d (all alike).",
  },
  stable_rank: {
    word: "stable rank",
    meaning:
      "Σλ / λ₁, from 1 to d. Of centred features this is also called NESum (He and Ozay 2022).",
  },
  effective_rank_centred_variance: {
    word: "effective rank",
    meaning:
      "exp of the entropy of the shares of variance, of centred features, from 1 to d. Roy and Vetterli's effective rank takes singular values instead.",
  },
  rankme_eigenvalues: {
    word: "RankMe, as reptrix",
    meaning:
      "What the package reptrix calls RankMe: of eigenvalues of centred features. RankMe as published takes singular values of uncentred ones and comes out larger.",
  },
  condition_number: {
    word: "condition number",
    meaning: "√(λ₁ / λ_last), the last usable rank.",
  },
  first_component_share: {
    word: "share of λ₁",
    meaning: "The part of the total variance along the first principal direction.",
  },
  components_for: {
    word: "80, 90, 95, 99 %",
    meaning: "How many leading components hold so many percent of the variance.",
  },
  iso_score: {
    word: "IsoScore",
    meaning:
      "1 where all directions have equal variance, 0 where one has all (Rudman et al. 2022).",
  },
  renyi2_entropy: {
    word: "Rényi-2 entropy",
    meaning: "−log Σp², with p the shares of variance; the logarithm of the participation ratio.",
  },
  marchenko_pastur_edge: {
    word: "noise edge",
    meaning:
      "The largest eigenvalue that independent noise of this total variance, n and d would have (Marchenko and Pastur 1967). Features are not independent noise, so it is a landmark, not a test.",
  },
  eigenvalues_above_edge: {
    word: "above the noise edge",
    meaning: "Eigenvalues larger than the noise edge.",
  },
  gamma: {
    word: "density exponent γ",
    meaning:
      "Maximum-likelihood exponent of the density of the top 100 eigenvalues (Clauset et al. 2009): what WeightWatcher calls α. As an exponent of ranks it is 1 / (γ − 1).",
  },
  rank: { word: "rank k", meaning: "The place of an eigenvalue in descending order, from 1." },
} as const;

export type TermName = keyof typeof terms;
