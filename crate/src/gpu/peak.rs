/*! What an adapter can do at best: multiply-adds in f32 that wait for no memory. */

use super::sums::{bind, submit};
use super::{Gpu, Kernel, Result, bytes_of};

/// Vectors of four sums that each invocation has: enough to hide how long one multiply-add takes, few enough for registers.
const VECTORS: usize = 8;

/// Multiply-adds of each sum between two looks at the loop's end.
const UNROLLED: usize = 16;

/// Invocations of a workgroup, and workgroups: more than any adapter runs at a time.
const INVOCATIONS: usize = 256;
const GROUPS: u32 = 2048;

/// Milliseconds that a timing should take at least.
const LONG_ENOUGH: f64 = 20.0;

/// The loop. What it computes is written, so that no compiler may leave it out.
fn source() -> String {
    let mut text = format!(
        "struct Task {{ rounds: u32, factor: f32 }}
@group(0) @binding(0) var<uniform> task: Task;
@group(0) @binding(1) var<storage, read_write> out: array<vec4<f32>>;
@compute @workgroup_size({INVOCATIONS})
fn products(@builtin(global_invocation_id) id: vec3<u32>) {{
  let a = vec4<f32>(task.factor);
  let b = vec4<f32>(f32(id.x & 7u));
"
    );
    for i in 0..VECTORS {
        text += &format!("  var s{i} = vec4<f32>({i}.0);\n");
    }
    text += "  for (var round = 0u; round < task.rounds; round++) {\n";
    for _ in 0..UNROLLED {
        for i in 0..VECTORS {
            text += &format!("    s{i} = fma(s{i}, a, b);\n");
        }
    }
    let sum: Vec<String> = (0..VECTORS).map(|i| format!("s{i}")).collect();
    text + &format!("  }}\n  out[id.x % {INVOCATIONS}u] = {};\n}}\n", sum.join(" + "))
}

impl Gpu {
    /// 10¹² floating-point operations a second (a multiply-add is two) that this adapter's f32 units do.
    ///
    /// # Errors
    ///
    /// Any [`Failure`](super::Failure).
    pub async fn peak_teraflops(&mut self) -> Result<f64> {
        let Kernel { pipeline, layout } = self.compile("peak", &source()).await?;
        let out = self.buffer("peak", (INVOCATIONS * 16) as u64, wgpu::BufferUsages::STORAGE).await?;
        let (mut rounds, mut best) = (1u32, 0.0_f64);
        for _ in 0..24 {
            let task = [[rounds, 0.5f32.to_bits(), 0, 0]];
            let task = self.filled("peak", &bytes_of(&task), wgpu::BufferUsages::UNIFORM).await?;
            let group = bind(self, &layout, &[(0, &task), (1, &out)]);
            let started = self.now();
            submit(self, &pipeline, &group, GROUPS);
            self.done().await;
            self.check()?;
            let took = self.now() - started;
            let each = f64::from(rounds) * (UNROLLED * VECTORS * 4 * 2) as f64;
            best = best.max(each * f64::from(GROUPS) * INVOCATIONS as f64 / (took / 1000.0) / 1e12);
            if took < LONG_ENOUGH {
                rounds *= 2;
            }
        }
        Ok(best)
    }
}
