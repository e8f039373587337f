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
  rank: { word: "rank k", meaning: "The place of an eigenvalue in descending order, from 1." },
} as const;

export type TermName = keyof typeof terms;
