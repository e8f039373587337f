/*!
The kernel in WGSL: one square tile of Σxxᵀ over the runs of a slot.

A workgroup of 256 invocations computes a tile of 64 × 64 or 128 × 128 sums, each invocation 4 × 4 or 8 × 8 of them in registers. Panels are copied a few
samples at a time into workgroup memory (or read straight from the buffer, which some adapters prefer), as vectors of four features. The loop over
those samples is unrolled in the text, because compilers of WGSL don't unroll it (gpu.cpp measured 2.7 times the speed for that alone).

Products are summed in f32 over one run only. WGSL lets a compiler reassociate floats, so nothing here relies on the order of additions: the sum of a run is turned
into a 64-bit integer by its bits (sign, exponent, mantissa) and added to one, which is exact on every adapter. See [`fixed`](super::fixed).
*/

use std::fmt::Write as _;

/// Invocations of a workgroup: 16 × 16.
const INVOCATIONS: usize = 256;

/// Features of a panel, and vectors of four features.
const PANEL: usize = 16;
const QUADS: usize = PANEL / 4;

/// One way of computing a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Its name, under which its speed is remembered.
    pub name: &'static str,
    /// Vectors of four features a side that each invocation has in registers.
    quads: usize,
    /// Samples that are copied into workgroup memory at a time, or read between two looks at the loop's end.
    depth: usize,
    /// Whether panels go through workgroup memory.
    shared: bool,
}

/// Those that are tried. Which is best differs: many registers suit large discrete adapters, few suit mobile ones; where reads are cached well, workgroup memory is a
/// detour (jax-js).
pub const VARIANTS: [Variant; 3] = [
    Variant { name: "4x4", quads: 1, depth: 16, shared: true },
    Variant { name: "8x8", quads: 2, depth: 8, shared: true },
    Variant { name: "4x4 direct", quads: 1, depth: 4, shared: false },
];

/// What the numbers of a run are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// f32, shifted and scaled.
    Floats,
    /// Pairs of float16 as they are in the file.
    Halves,
}

impl Variant {
    /// Side of a tile.
    pub const fn side(&self) -> usize {
        64 * self.quads
    }

    /// Vectors of a panel in workgroup memory, with a gap that keeps neighbouring panels out of each other's banks.
    const fn panel_stride(&self) -> usize {
        (self.depth + 1) * QUADS
    }

    /// Bytes of workgroup memory.
    #[cfg(test)]
    const fn workgroup_bytes(&self) -> usize {
        if self.shared { 2 * (self.side() / PANEL) * self.panel_stride() * 16 } else { 0 }
    }

    /// The kernel's text. Its entry point is `products`.
    pub fn source(&self, numbers: Numbers) -> String {
        let mut text = declarations(numbers);
        if self.shared {
            let vectors = self.side() / PANEL * self.panel_stride();
            for name in ["left", "right"] {
                let _ = writeln!(text, "var<workgroup> {name}: array<vec4<f32>, {vectors}>;");
            }
        }
        let _ = write!(
            text,
            "
@compute @workgroup_size({INVOCATIONS})
fn products(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) me: u32) {{
  let number = task.first + group.x;
  let slot = work[number % task.slots];
  let tile_number = number / task.slots;
  let tile = tiles[tile_number] * {panels}u;
  let row = me / 16u;
  let column = me % 16u;
  for (var r = slot.y; r < slot.z; r++) {{
    let run = work[r];
",
            panels = self.side() / PANEL,
        );
        for (i, j) in self.sums() {
            let _ = writeln!(text, "    var s{i}_{j} = vec4<f32>();");
        }
        let _ = writeln!(text, "    for (var k = 0u; k < run.y; k += {}u) {{", self.depth);
        if self.shared {
            self.shared_steps(&mut text)
        } else {
            self.direct_steps(&mut text)
        }
        text += "    }\n";
        let side = self.side();
        let _ = writeln!(
            text,
            "    let to = ((slot.x * task.band_tiles + tile_number) * {side}u + row * 4u) * {side}u + column * 4u;"
        );
        for (i, j) in self.sums() {
            // Rows and columns 64 to 127 of a large tile are the second half of what an invocation has.
            let at = (64 * (i / 4) + i % 4) * side + 64 * j;
            let _ = writeln!(text, "    add((to + {at}u) / 2u, s{i}_{j}, bitcast<i32>(slot.w));");
        }
        text += "  }\n}\n";
        text
    }

    /// The row and the vector of columns of each sum.
    fn sums(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let quads = self.quads;
        (0..4 * quads).flat_map(move |i| (0..quads).map(move |j| (i, j)))
    }

    /// Copies `depth` samples of the panels of both sides, then multiplies them.
    fn shared_steps(&self, text: &mut String) {
        let each = self.depth * QUADS;
        let stride = self.panel_stride();
        assert_eq!(self.side() / PANEL * each, INVOCATIONS, "each invocation copies one vector of a side");
        let _ = writeln!(
            text,
            "      let panel = me / {each}u;
      let vector = me % {each}u;
      left[panel * {stride}u + vector] = load(run, tile.x + panel, k, vector);
      right[panel * {stride}u + vector] = load(run, tile.y + panel, k, vector);
      workgroupBarrier();"
        );
        // Vector `q` of a side is vector q % 4 of panel q / 4; invocations have vectors `row` and `row + 16`.
        let at = |index: &str, half: usize, k: usize| {
            format!("({index} / 4u + {}u) * {stride}u + {index} % 4u + {}u", half * 4, k * QUADS)
        };
        for k in 0..self.depth {
            for q in 0..self.quads {
                let _ = writeln!(text, "      let a{q}_{k} = left[{}];", at("row", q, k));
                let _ = writeln!(text, "      let b{q}_{k} = right[{}];", at("column", q, k));
            }
            self.multiply(text, k);
        }
        text.push_str("      workgroupBarrier();\n");
    }

    /// Reads the vectors of this invocation where they stand.
    fn direct_steps(&self, text: &mut String) {
        for k in 0..self.depth {
            for q in 0..self.quads {
                for (name, side, index) in [("a", "x", "row"), ("b", "y", "column")] {
                    let panel = format!("tile.{side} + {index} / 4u + {}u", q * 4);
                    let _ = writeln!(text, "      let {name}{q}_{k} = load(run, {panel}, k + {k}u, {index} % 4u);");
                }
            }
            self.multiply(text, k);
        }
    }

    fn multiply(&self, text: &mut String, k: usize) {
        for (i, j) in self.sums() {
            let factor = format!("a{}_{k}.{}", i / 4, ["x", "y", "z", "w"][i % 4]);
            let _ = writeln!(text, "      s{i}_{j} = fma(vec4<f32>({factor}), b{j}_{k}, s{i}_{j});");
        }
    }
}

/// Bindings, and the functions that load numbers and add sums.
fn declarations(numbers: Numbers) -> String {
    let (vector, shift, load) = match numbers {
        Numbers::Floats => ("vec4<f32>", "", "samples[at]"),
        Numbers::Halves => (
            "vec2<u32>",
            "@group(0) @binding(6) var<storage, read> shift: array<vec4<f32>>;",
            "(vec4<f32>(unpack2x16float(samples[at].x), unpack2x16float(samples[at].y)) - shift[panel * 4u + vector % 4u]) * task.scale",
        ),
    };
    format!(
        "struct Task {{
  // The first tile of this dispatch: tile number · slots + slot.
  first: u32,
  slots: u32,
  panels: u32,
  band_tiles: u32,
  scale: f32,
}}
@group(0) @binding(0) var<uniform> task: Task;
@group(0) @binding(1) var<storage, read> samples: array<{vector}>;
// Of each slot: its number, its first run and the one past its last, as places in this list, and the power of two that its sums are kept times.
// Of each run: its first vector, and its samples.
@group(0) @binding(2) var<storage, read> work: array<vec4<u32>>;
@group(0) @binding(3) var<storage, read> tiles: array<vec2<u32>>;
// Two 64-bit sums a vector, low words first.
@group(0) @binding(4) var<storage, read_write> sums: array<vec4<u32>>;
{shift}

// Four features of a sample; zero past the last sample and the last panel. `vector` counts from sample k of the panel on.
fn load(run: vec4<u32>, panel: u32, k: u32, vector: u32) -> vec4<f32> {{
  if (panel >= task.panels || k + vector / 4u >= run.y) {{
    return vec4<f32>();
  }}
  let at = run.x + (panel * run.y + k) * 4u + vector;
  return {load};
}}

// The integer nearest to value · 2^exponent, as low and high word in two's complement.
fn fixed(value: f32, exponent: i32) -> vec2<u32> {{
  let bits = bitcast<u32>(value);
  let biased = (bits >> 23u) & 255u;
  if (biased == 0u) {{
    return vec2<u32>();
  }}
  let mantissa = (bits & 0x7fffffu) | 0x800000u;
  let shift = i32(biased) - 150 + exponent;
  var words = vec2<u32>();
  if (shift >= 32) {{
    words.y = mantissa << (u32(shift) & 31u);
  }} else if (shift > 0) {{
    words = vec2<u32>(mantissa << u32(shift), mantissa >> (32u - u32(shift)));
  }} else if (shift == 0) {{
    words.x = mantissa;
  }} else if (shift >= -24) {{
    words.x = (mantissa + (1u << u32(-shift - 1))) >> u32(-shift);
  }}
  if ((bits >> 31u) == 1u) {{
    words = ~words;
    words.x += 1u;
    words.y += select(0u, 1u, words.x == 0u);
  }}
  return words;
}}

fn plus(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {{
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < b.x));
}}

fn add(at: u32, sum: vec4<f32>, exponent: i32) {{
  let first = sums[at];
  let second = sums[at + 1u];
  sums[at] = vec4<u32>(plus(first.xy, fixed(sum.x, exponent)), plus(first.zw, fixed(sum.y, exponent)));
  sums[at + 1u] = vec4<u32>(plus(second.xy, fixed(sum.z, exponent)), plus(second.zw, fixed(sum.w, exponent)));
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variant_stays_within_what_every_adapter_has() {
        for variant in VARIANTS {
            assert!(variant.workgroup_bytes() <= 16 << 10, "{variant:?}");
        }
    }
}
