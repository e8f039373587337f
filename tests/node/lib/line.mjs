// A weighted straight line through log λ on −log k, as reference.py's `fit` has it (tests/data).

/**
 * The line through ranks first … last. "1/k" weighs rank k by 1/k, "none" all alike; "log-binned" takes a point for each tenth of a
 * decade from the first rank on, the mean of its ranks, where there are any.
 */
export function lineOf(eigenvalues, first, last, weight) {
  const ranks = [];
  for (let k = first; k <= last; k += 1)
    ranks.push({
      k,
      x: -Math.log(k),
      y: Math.log(eigenvalues[k - 1]),
      w: weight === "1/k" ? 1 / k : 1,
    });
  const points = weight === "log-binned" ? bins(ranks, first) : ranks;
  // The normal equations, (Σw Σwx; Σwx Σwx²)(b α)ᵀ = (Σwy Σwxy)ᵀ, by Cramer's rule.
  const sum = (of) => points.reduce((total, point) => total + point.w * of(point), 0);
  const [s, sx, sy] = [sum(() => 1), sum(({ x }) => x), sum(({ y }) => y)];
  const [sxx, sxy] = [sum(({ x }) => x * x), sum(({ x, y }) => x * y)];
  const determinant = s * sxx - sx * sx;
  const alpha = (s * sxy - sx * sy) / determinant;
  const log_prefactor = (sxx * sy - sx * sxy) / determinant;
  const r2 = (points, w) => {
    const total = points.reduce((sum, point) => sum + w(point), 0);
    const mean = points.reduce((sum, point) => sum + w(point) * point.y, 0) / total;
    const left = ({ x, y }) => y - log_prefactor - alpha * x;
    const squares = (of) => points.reduce((sum, point) => sum + w(point) * of(point) ** 2, 0);
    return 1 - squares(left) / squares(({ y }) => y - mean);
  };
  return {
    alpha,
    log_prefactor,
    r2: r2(ranks, () => 1),
    r2_weighted: r2(points, ({ w }) => w),
    points: points.length,
  };
}

/** Rank k is in bin i where first·10^(i/10) ≤ k < first·10^((i+1)/10). An edge may be a rank: 10, 100 times the first. */
function bins(ranks, first) {
  const groups = new Map();
  for (const rank of ranks) {
    const bin = Math.floor(10 * Math.log10(rank.k / first) + 1e-9);
    groups.set(bin, [...(groups.get(bin) ?? []), rank]);
  }
  const mean = (of) => of.reduce((sum, value) => sum + value, 0) / of.length;
  return [...groups.values()].map((ranks) => ({
    x: mean(ranks.map(({ x }) => x)),
    y: mean(ranks.map(({ y }) => y)),
    w: 1,
  }));
}
