//! The command: the page's analysis for files on a machine without a browser, or too large for one.

#[path = "eigenscope/summary.rs"]
mod summary;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use eigenscope::engine::{Adapter, Engine};
use eigenscope::evidence::Evidence;
use eigenscope::fit::{Weight, Window};
use eigenscope::given::{Asked, Kind};
use eigenscope::link::Writer;
use eigenscope::moments::{Precision, Preparation, Scaled};
use eigenscope::native::{self, Choices, Given, GpuSpeeds, NonFiniteRows, Timings, analyze};
use eigenscope::plot::{self, Overlays, PlotOptions, Theme};
use eigenscope::report::{FitOutcome, Report};
use serde::Serialize;
use summary::summary;

/// Eigenspectra of learned features and the power-law exponent α.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Computes the eigenspectrum of a feature matrix and fits a power law to it.
    Analyze {
        /// Files of features (.npy, .npz, .safetensors, .pt): one matrix, or its parts (put in the natural order of their names). Rows are samples.
        /// Or what was made of features elsewhere: eigenvalues, a covariance, a Gram matrix, moments.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The files are the parts of one matrix, whatever their names say.
        #[arg(long)]
        one_matrix: bool,
        /// The array to read, where a file has several.
        #[arg(long, value_name = "NAME")]
        array: Option<String>,
        /// What the file holds, where it does not say so itself: a symmetric matrix may be any of them but eigenvalues.
        #[arg(long, value_enum, value_name = "KIND")]
        given: Option<GivenArgument>,
        /// How many rows a covariance, a Gram matrix of columns or eigenvalues are of, if you know it.
        #[arg(long, value_name = "ROWS")]
        n: Option<u64>,
        /// How many columns a Gram matrix of rows is of, if you know it.
        #[arg(long, value_name = "COLUMNS")]
        d: Option<u64>,
        /// Ranks of the fit, first:last.
        #[arg(long, default_value = "11:100", value_parser = window)]
        window: Window,
        /// How much rank k counts in the fit: 1/k, none (all alike), or log-binned (each tenth of a decade alike).
        #[arg(long, default_value = "1/k", value_parser = weight)]
        weights: Weight,
        /// What computes the second moment: this machine's threads, or its GPU (in 32-bit floats; a program that poses as one will do).
        #[arg(long, value_enum, default_value_t = EngineArgument::Cpu)]
        engine: EngineArgument,
        /// Products in 64-bit floats (exact, what threads do if not told otherwise) or in 32-bit floats summed in 64 (fast, all that a GPU does).
        #[arg(long, value_enum)]
        precision: Option<PrecisionArgument>,
        /// Don't remove the mean of each column. Of a covariance, a Gram matrix of columns and eigenvalues it says that it was not removed.
        #[arg(long)]
        uncentred: bool,
        /// Of a Gram matrix of columns: the mean was removed.
        #[arg(long, conflicts_with = "uncentred")]
        centred: bool,
        /// Divide each row by its Euclidean length first.
        #[arg(long)]
        unit_rows: bool,
        /// Divide each column by its standard deviation.
        #[arg(long)]
        standardize: bool,
        /// Leave out so many leading components: rank 1 is the first after them.
        #[arg(long, value_name = "COMPONENTS", default_value_t = 0)]
        drop: usize,
        /// What to do with rows that hold NaN or infinity.
        #[arg(long, value_enum, default_value_t = NonFiniteArgument::Refuse)]
        non_finite: NonFiniteArgument,
        /// Number of threads, 1 to 1024; one a processor if not given.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
        threads: Option<u16>,
        /// Print the Report as JSON.
        #[arg(long)]
        json: bool,
        /// Print a NumPy script that gives the same α instead.
        #[arg(long, conflicts_with_all = ["json", "timings"])]
        python: bool,
        /// Print a link that opens the analysis in the page instead: its numbers and some of its eigenvalues, no data.
        #[arg(long, conflicts_with_all = ["json", "python", "timings"])]
        link: bool,
        /// The page's address in the link; if not given, where `npm start` serves it.
        #[arg(long, value_name = "ADDRESS", requires = "link", default_value = PAGE, value_parser = address)]
        base: String,
        /// Put the name of the file into the link.
        #[arg(long, requires = "link")]
        names: bool,
        /// Save the plot, with the Report inside: the page opens it.
        #[arg(long, value_name = "FILE")]
        svg: Option<PathBuf>,
        /// Say how long each stage took.
        #[arg(long)]
        timings: bool,
    },
    /// Saves n, mean and covariance of a feature matrix as .npz: from such files, of one part of the rows each, `analyze` and the page make the spectrum of all.
    Moments {
        /// Files of features, one matrix or its parts; or moments, which are merged.
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The file to write.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
        /// The files are the parts of one matrix, whatever their names say.
        #[arg(long)]
        one_matrix: bool,
        /// The array to read, where a file has several.
        #[arg(long, value_name = "NAME")]
        array: Option<String>,
        /// What to do with rows that hold NaN or infinity.
        #[arg(long, value_enum, default_value_t = NonFiniteArgument::Refuse)]
        non_finite: NonFiniteArgument,
        /// Number of threads, 1 to 1024; one a processor if not given.
        #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
        threads: Option<u16>,
    },
    /// Says which GPU this machine has, and how fast it is.
    Gpu {
        /// Print it as JSON.
        #[arg(long)]
        json: bool,
    },
}

/// Where `npm start` serves the page.
const PAGE: &str = "http://localhost:4173/";

/// A saved picture, as wide as a column of text and half as large again as in the page.
const PICTURE: PlotOptions = PlotOptions { width: 960.0, height: 600.0, theme: Theme::Light };

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum EngineArgument {
    Cpu,
    Gpu,
}

#[derive(Clone, Copy, ValueEnum)]
enum PrecisionArgument {
    Exact,
    Fast,
}

#[derive(Clone, Copy, ValueEnum)]
enum GivenArgument {
    /// Rows of features.
    Features,
    /// One column of eigenvalues.
    Eigenvalues,
    /// d × d, divisor n − 1.
    Covariance,
    /// XXᵀ, n × n.
    #[value(alias = "gram")]
    GramOfRows,
    /// XᵀX, d × d.
    GramOfColumns,
    /// n, mean and covariance.
    Moments,
}

impl From<GivenArgument> for Kind {
    fn from(given: GivenArgument) -> Kind {
        match given {
            GivenArgument::Features => Kind::Features,
            GivenArgument::Eigenvalues => Kind::Eigenvalues,
            GivenArgument::Covariance => Kind::Covariance,
            GivenArgument::GramOfRows => Kind::GramOfRows,
            GivenArgument::GramOfColumns => Kind::GramOfColumns,
            GivenArgument::Moments => Kind::Moments,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum NonFiniteArgument {
    Refuse,
    Skip,
}

impl From<NonFiniteArgument> for NonFiniteRows {
    fn from(argument: NonFiniteArgument) -> NonFiniteRows {
        match argument {
            NonFiniteArgument::Refuse => NonFiniteRows::Refuse,
            NonFiniteArgument::Skip => NonFiniteRows::Skip,
        }
    }
}

fn window(text: &str) -> Result<Window, String> {
    let (first, last) =
        text.split_once(':').ok_or("a window is two ranks with a colon between them, such as 11:100")?;
    let rank = |text: &str| text.trim().parse::<usize>().map_err(|_| format!("{text:?} is not a rank"));
    Window::new(rank(first)?, rank(last)?).map_err(|error| error.to_string())
}

fn address(text: &str) -> Result<String, String> {
    let is_one = (text.starts_with("https://") || text.starts_with("http://")) && !text.contains('#');
    is_one.then(|| text.to_owned()).ok_or_else(|| format!("{text:?} is not an address such as {PAGE}"))
}

fn weight(text: &str) -> Result<Weight, String> {
    let names = || Weight::ALL.map(Weight::name).join(", ");
    Weight::ALL
        .into_iter()
        .find(|weight| weight.name() == text)
        .ok_or_else(|| format!("weights are one of {}", names()))
}

fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let command = match command {
        Command::Gpu { json } => return gpu(json),
        Command::Moments { files, output, one_matrix, array, non_finite, threads } => {
            if !one_matrix && let Err(error) = native::check_one_matrix(&files) {
                eprintln!("eigenscope: {error} [{}]", error.code());
                return ExitCode::FAILURE;
            }
            let choices = Choices {
                non_finite: non_finite.into(),
                threads: threads.map(usize::from),
                asked: Asked::NOTHING,
                ..Choices::default()
            };
            return save_moments(Given { paths: &files, array: array.as_deref() }, choices, &output);
        }
        analyze => analyze,
    };
    let Command::Analyze {
        files,
        one_matrix,
        array,
        given,
        n,
        d,
        window,
        weights,
        engine,
        precision,
        uncentred,
        centred,
        unit_rows,
        standardize,
        drop,
        non_finite,
        threads,
        json,
        python,
        link,
        base,
        names,
        svg,
        timings,
    } = command
    else {
        return ExitCode::FAILURE;
    };
    if !one_matrix && let Err(error) = native::check_one_matrix(&files) {
        eprintln!("eigenscope: {error} [{}]", error.code());
        return ExitCode::FAILURE;
    }
    // Where nothing is asked for, the preparation that comes first is taken: most often as in α-ReQ.
    let is_asked = uncentred || centred || unit_rows || standardize;
    let preparation = is_asked.then_some(Preparation { centred: !uncentred, unit_rows, standardized: standardize });
    let said = if centred { Some(true) } else { uncentred.then_some(false) };
    let asked = Asked { given: given.map(Kind::from), n, d, centred: said };
    let (engine, precision) = match (engine, precision) {
        (EngineArgument::Gpu, Some(PrecisionArgument::Exact)) => {
            eprintln!(
                "eigenscope: A GPU computes in 32-bit floats, which is not exact. Leave out --precision, or --engine gpu. [gpu_not_exact]"
            );
            return ExitCode::FAILURE;
        }
        (EngineArgument::Gpu, _) => (Engine::Gpu, Precision::Fast),
        (EngineArgument::Cpu, Some(PrecisionArgument::Fast)) => (Engine::Workers, Precision::Fast),
        (EngineArgument::Cpu, _) => (Engine::Workers, Precision::Exact),
    };
    // Sums of samples at unit length cost time; whoever asks for what needs them gets them.
    let scaled = if unit_rows || standardize { Scaled::Always } else { Scaled::Auto };
    let non_finite = non_finite.into();
    let choices = Choices { engine, precision, non_finite, scaled, threads: threads.map(usize::from), asked };
    let (study, took) = match analyze(Given { paths: &files, array: array.as_deref() }, choices, preparation) {
        Ok(result) => result,
        Err(error) => {
            eprintln!("eigenscope: {error} [{}]", error.code());
            return ExitCode::FAILURE;
        }
    };
    let evidence = match study.evidence(preparation.unwrap_or(study.usual()), drop) {
        Some(Ok(evidence)) => evidence,
        Some(Err(reason)) => {
            eprintln!("eigenscope: {} [{}]", reason.message, reason.code);
            return ExitCode::FAILURE;
        }
        None => return ExitCode::FAILURE,
    };
    let output = Output { report: evidence.report(window, weights), timings: timings.then(|| Seconds::from(took)) };
    if let Some(path) = svg
        && let Err(problem) = save_picture(&evidence, &output.report, (window, weights), &path)
    {
        eprintln!("eigenscope: {} could not be written: {problem}", path.display());
        return ExitCode::FAILURE;
    }
    let text = if link {
        let name = names.then_some(evidence.spectrum.name.as_str());
        match fragment(&evidence, window, weights, name) {
            Ok(fragment) => format!("{base}{fragment}\n"),
            Err(error) => {
                eprintln!("eigenscope: {error} [{}]", error.code());
                return ExitCode::FAILURE;
            }
        }
    } else if python {
        match &output.report.in_view {
            FitOutcome { fit: Some(fit), .. } => {
                eigenscope::reproduce::python(&evidence.spectrum, fit).unwrap_or_default()
            }
            FitOutcome { reason, .. } => {
                eprintln!("eigenscope: there is no α to reproduce. {}", reason.as_ref().map_or("", |r| &r.message));
                return ExitCode::FAILURE;
            }
        }
    } else if json {
        match serde_json::to_string_pretty(&output) {
            Ok(text) => text + "\n",
            Err(error) => {
                eprintln!("eigenscope: the Report could not be written as JSON: {error}");
                return ExitCode::FAILURE;
            }
        }
    } else {
        summary(&output)
    };
    // A reader that has seen enough (`| head`) closes the pipe: no reason to complain.
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("eigenscope: the result could not be written: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn fragment(evidence: &Evidence, window: Window, weight: Weight, name: Option<&str>) -> eigenscope::Result<String> {
    let mut writer = Writer::new();
    writer.add(evidence, window, weight, name)?;
    writer.fragment()
}

/// Draws the spectrum, and puts a list of its one Report inside.
fn save_picture(evidence: &Evidence, report: &Report, seen: (Window, Weight), path: &Path) -> std::io::Result<()> {
    let (window, weight) = seen;
    let svg = plot::spectrum(evidence, window, weight, Overlays::default(), PICTURE).svg;
    std::fs::write(path, plot::with_metadata(&svg, &serde_json::to_string(&[report])?))
}

/// What is printed: the Report and, if asked for, how long it took.
#[derive(Serialize)]
struct Output {
    #[serde(flatten)]
    report: Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    timings: Option<Seconds>,
}

#[derive(Serialize)]
struct Seconds {
    read_and_moments_seconds: f64,
    eigenvalues_seconds: f64,
    study_seconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu_teraflops: Option<f64>,
}

impl From<Timings> for Seconds {
    fn from(took: Timings) -> Self {
        Seconds {
            read_and_moments_seconds: took.moments.as_secs_f64(),
            eigenvalues_seconds: took.eigenvalues.as_secs_f64(),
            study_seconds: took.study.as_secs_f64(),
            gpu_teraflops: took.gpu_teraflops,
        }
    }
}

/// Writes the moments of files, and says how many rows they are of.
fn save_moments(given: Given<'_>, choices: Choices, output: &Path) -> ExitCode {
    let (bytes, n, d) = match native::moments(given, choices) {
        Ok(moments) => moments,
        Err(error) => {
            eprintln!("eigenscope: {error} [{}]", error.code());
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = std::fs::write(output, &bytes) {
        eprintln!("eigenscope: {} could not be written: {error}", output.display());
        return ExitCode::FAILURE;
    }
    println!("{}: the moments of n = {n} rows of d = {d} columns", output.display());
    ExitCode::SUCCESS
}

/// Prints the adapter, what its f32 units can do at best, and what each kernel makes of that.
fn gpu(json: bool) -> ExitCode {
    let speeds = match native::gpu_speeds() {
        Ok(speeds) => speeds,
        Err(failure) => {
            eprintln!("eigenscope: {failure}. [{}]", failure.code());
            return ExitCode::FAILURE;
        }
    };
    if json {
        return match serde_json::to_string_pretty(&speeds) {
            Ok(text) => {
                println!("{text}");
                ExitCode::SUCCESS
            }
            Err(_) => ExitCode::FAILURE,
        };
    }
    let GpuSpeeds { adapter: Adapter { name, backend, software }, peak_teraflops: peak, kernels } = speeds;
    println!("{name} ({backend}{})", if software { ", no hardware but a program" } else { "" });
    println!("  multiply-adds alone    {peak:.3} TFLOP/s");
    for (kernel, teraflops) in kernels {
        println!("  kernel {kernel:<15} {teraflops:.3} TFLOP/s, {:.0} %", 100.0 * teraflops / peak);
    }
    ExitCode::SUCCESS
}
