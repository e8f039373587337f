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
  weight_none: {
    word: "no weights",
    meaning: "Every rank counts alike, so the many ranks of the last decade decide.",
  },
  weight_log_binned: {
    word: "log-binned",
    meaning:
      "The window is cut into bins of a tenth of a decade. Each is one point, the mean of its log k and log λ, and all points count alike.",
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
  format: {
    word: "file",
    meaning:
      "How the file is written, and the array in it that holds the features. Recognised by its bytes, whatever its name.",
  },
  columns: {
    word: "columns",
    meaning:
      "The columns of the table that were read as features. All rows of all files were looked at to decide it.",
  },
  labels: {
    word: "left out",
    meaning:
      "What stands beside the features and takes no part in the spectrum: whole numbers that name a class or the row, and columns of text, dates or nothing.",
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
      "What computed the second moment, and why that. Exact: products and sums in 64 bits. Fast, as on a GPU: products in 32 bits, with a higher numerical floor that is measured and drawn.",
  },
  eigenvalue: {
    word: "eigenvalue λₖ",
    meaning:
      "The variance along the k-th principal direction of the features, largest first (centred, divided by n − 1).",
  },
  interval: {
    word: "interval",
    meaning:
      "Where α would lie, in 95 of 100 samples of as many rows, if rows are independent: α ± t · standard error, t from Student's distribution. It says nothing of other windows.",
  },
  standard_error: {
    word: "standard error",
    meaning:
      "From a jackknife: α is computed again without each block of rows in turn, and the spread of those tells how far α would move with other rows. The error that a regression reports assumes independent eigenvalues and is far too small.",
  },
  blocks: {
    word: "blocks of rows",
    meaning:
      "Row i is in block i mod 10. Where memory does not allow ten blocks, there are fewer; where there are too few, there is no interval.",
  },
  alpha_of_n: {
    word: "α(n)",
    meaning: "α of the first blocks of rows together: how it settles as rows are added.",
  },
  local_slope: {
    word: "local slope",
    meaning:
      "−d log λ / d log k around a rank r: of a weighted line through the ranks from r/2 to 2r, near ones counting more (local linear regression, Cleveland 1979). One power law is a level line.",
  },
  slope_change: {
    word: "change of slope",
    meaning:
      "From the first rank of the window to the last, by the quadratic term of log λ in log k. After ±: its standard error for independent rows.",
  },
  change_by_sampling: {
    word: "of it by sampling",
    meaning: "The change of slope that a single power law shows in a sample of this n and d.",
  },
  curvature: {
    word: "quadratic term",
    meaning:
      "The coefficient of (log k)² in the window, weights 1/k, with its sign turned: positive where the spectrum steepens.",
  },
  break_rank: {
    word: "break",
    meaning:
      "The rank at which two power laws, joined there, fit best. They are chosen over one when their BIC is clearly lower.",
  },
  bic: {
    word: "BIC",
    meaning:
      "Bayesian information criterion: misfit plus a price for each number fitted. Lower is better; here as the difference to the best.",
  },
  preset: {
    word: "window",
    meaning: "The usual windows of the field, each by who uses it. A click puts it in view.",
  },
  map_curvature: {
    word: "curvature",
    meaning: "The coefficient of (log k)² over a window: 0 for a power law.",
  },
  noise_alpha: {
    word: "α of pure noise",
    meaning:
      "What independent Gaussian noise of this n and d gives in this window, with its standard deviation over draws (simulated from the bidiagonal model of Dumitriu and Edelman 2002). An α is not zero for noise, because a sample spreads equal eigenvalues.",
  },
  participation_ratio: {
    word: "of this sample",
    meaning:
      "(Σλ)² / Σλ² of centred features: how many directions share the variance. From 1 (one direction) to d (all alike).",
  },
  participation_ratio_row_corrected: {
    word: "corrected for n",
    meaning:
      "The participation ratio of the population, without the bias of sampling n rows (γ_row of Chun et al.). From 1 to d and, by chance, beyond.",
  },
  stable_rank: {
    word: "of centred features",
    meaning:
      "Σλ / λ₁, from 1 to d. Of centred features this is also called NESum (He and Ozay 2022).",
  },
  stable_rank_uncentred: {
    word: "as they are",
    meaning:
      "Σσ² / σ₁², the squared Frobenius norm over the squared spectral norm, of features that are not centred. From 1 to min(n, d); a large mean makes it small.",
  },
  effective_rank_centred_variance: {
    word: "of shares of variance",
    meaning:
      "exp of the entropy of λ / Σλ, of centred features, from 1 to d. Roy and Vetterli's effective rank takes singular values instead.",
  },
  effective_rank: {
    word: "Roy and Vetterli",
    meaning:
      "exp of the entropy of σ / Σσ, σ the singular values of features that are not centred (Roy and Vetterli 2007). From 1 to min(n, d).",
  },
  rankme_eigenvalues: {
    word: "as reptrix",
    meaning:
      "What the package reptrix calls RankMe: of eigenvalues of centred features, from 1 to d. RankMe as published takes singular values of uncentred ones and comes out larger.",
  },
  rankme: {
    word: "as published",
    meaning:
      "exp(−Σ q log q) with q = σ / Σσ + 10⁻⁷, σ the singular values of features that are not centred (Garrido et al. 2023). From 1 to min(n, d).",
  },
  condition_number: {
    word: "condition number",
    meaning: "√(λ₁ / λ_last), the last usable rank. From 1.",
  },
  first_component_share: {
    word: "share of λ₁",
    meaning: "The part of the total variance along the first principal direction, from 1/d to 1.",
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
    meaning:
      "−log Σp², with p the shares of variance; the logarithm of the participation ratio. From 0 to log d.",
  },
  mean_cosine: {
    word: "mean cosine",
    meaning:
      "The mean cosine of two different rows: (‖Σu‖² − n) / (n(n − 1)), u the rows at unit length, not centred. From −1/(n − 1) to 1; near 0 where directions cancel.",
  },
  coding_rate_unit_rows: {
    word: "coding rate",
    meaning:
      "½ log det(I + d/(n ε²) UᵀU) in nats, ε² = 0.01, U the rows at unit length, not centred (Yu et al. 2020). From 0; larger where directions fill the space.",
  },
  self_clustering: {
    word: "self-clustering",
    meaning:
      "0 where directions are uniform on the sphere, 1 where all rows are parallel: from the squared inner products of rows at unit length (Tsitsulin et al. 2023).",
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
    word: "γ, top 100",
    meaning:
      "Maximum-likelihood exponent of the density of the top 100 eigenvalues (Clauset et al. 2009). As an exponent of ranks it is 1 / (γ − 1).",
  },
  density_gamma: {
    word: "density exponent γ",
    meaning:
      "The exponent of the density of eigenvalues, p(λ) ∝ λ^−γ, by maximum likelihood above x_min: what WeightWatcher and the package powerlaw call α. γ = 1 + 1/α, so α = 1 is γ = 2.",
  },
  x_min: {
    word: "x_min",
    meaning:
      "The eigenvalue above which the fitted density is closest to the observed one (Clauset, Shalizi and Newman 2009).",
  },
  ks: {
    word: "KS",
    meaning:
      "Kolmogorov–Smirnov distance of the fitted density from the observed one: 0 is perfect.",
  },
  exponential_decay: {
    word: "exponential decay",
    meaning:
      "What code for graph embeddings calls “alpha_req”: log σ regressed on a ramp that falls linearly along the ranks. It is the rate of an exponential, no exponent of a power law: an exact α = 1 gives 1.485 at d = 768.",
  },
  rank: { word: "rank k", meaning: "The place of an eigenvalue in descending order, from 1." },
} as const;

export type TermName = keyof typeof terms;
