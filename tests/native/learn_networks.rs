//! Lesson 8: its tables hold what its pictures and sentences say.

use std::fs;
use std::path::PathBuf;

use eigenscope::learn::networks::scores::{AMONG, Among, Score, Setting, Task, estimate, relations, said, settings};
use eigenscope::learn::networks::series::Series;
use eigenscope::plot::{PlotOptions, Theme};

const OPTIONS: PlotOptions = PlotOptions { width: 640.0, height: 400.0, theme: Theme::Light };
/// α of MiniLM's layers as NumPy has it of the features themselves.
const LAYERS: [f64; 7] =
    [0.7869868228, 0.8856601881, 0.9131807270, 0.9455473330, 0.9587470006, 1.0266056065, 0.7097183856];
const SCORES: [(Task, &str); 2] = [(Task::Probe, "probe"), (Task::Tuned, "tuned")];

fn text(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/learn/networks");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn layers() -> Series {
    Series::of_layers(&text("minilm/spectra.csv"), &text("minilm/results.csv"))
}

fn rows(name: &str) -> Vec<Vec<String>> {
    text(name).lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

#[test]
fn spectra_of_minilm_have_the_alpha_of_its_features() {
    let series = layers();
    assert_eq!(series.members.len(), LAYERS.len());
    for (member, alpha) in series.members.iter().zip(LAYERS) {
        let fit = member.fit().unwrap();
        assert!((fit.alpha - alpha).abs() < 1e-5, "{} {alpha}", fit.alpha);
        let (low, high) = member.interval.unwrap();
        assert!(low < fit.alpha && fit.alpha < high && high - low < 0.05);
        assert_eq!(member.eigenvalues.len(), 384);
    }
    let said = series.said(6);
    assert!(said.contains("α = 0.710 over ranks 11 to 100, 95 % interval 0.692 to 0.728; 3,000 rows"), "{said}");
}

#[test]
fn spectra_through_training_have_the_alpha_of_the_table() {
    let progress = text("experiment/progress.csv");
    for network in ["vgg", "resnet", "vit"] {
        for method in ["untrained", "supervised", "simclr", "barlow", "byol"] {
            let spectra = text(&format!("experiment/spectra/{network}-{method}.csv"));
            let series = Series::of_steps(network, method, &spectra, &progress);
            assert_eq!(series.members.len(), if method == "untrained" { 1 } else { 6 }, "{network} {method}");
            let table = rows("experiment/progress.csv");
            let mut found = table.iter().filter(|row| row[..4] == [network, method, "128", "0"].map(str::to_owned));
            for member in &series.members {
                let alpha: f64 = found.next().unwrap()[5].parse().unwrap();
                // Eigenvalues and α were written with five and six digits.
                assert!((member.fit().unwrap().alpha - alpha).abs() < 1e-4, "{network} {method} {}", member.place);
            }
        }
    }
}

#[test]
fn a_spectrum_becomes_a_file_of_eigenvalues() {
    let (name, text) = layers().file(3).unwrap();
    assert_eq!(name, "minilm-layer3.csv");
    let values: Vec<f64> = text.lines().skip(1).map(|line| line.parse().unwrap()).collect();
    assert_eq!(values, layers().members[3].eigenvalues);
    assert!(layers().file(7).is_none());
}

/// SciPy's coefficients, of means that Python has taken.
#[test]
fn relations_are_those_of_scipy() {
    let results = text("experiment/results.csv");
    let table = rows("experiment/relations.csv");
    let mut compared = 0;
    for row in &table {
        let (task, noise) = row[3].split_once('_').unwrap();
        let task = SCORES.iter().find(|(_, name)| *name == task).unwrap().0;
        let settings = settings(&results, Score { task, noise: noise.parse().unwrap() });
        let found = relations(&settings, &Among::new(&row[0]));
        let relation = if row[2] == "alpha" { found.alpha } else { found.distance };
        assert_eq!(relation.models.to_string(), row[1]);
        let of = if row[4] == "spearman" { relation.spearman } else { relation.kendall }.unwrap();
        let [value, low, high] = [5, 6, 7].map(|column| row[column].parse::<f64>().unwrap());
        assert!((of.value - value).abs() < 6e-5, "{row:?} {of:?}");
        // Other resamples; of the fewest models the ends jump from one value to the next.
        let reach = if relation.models > 10 { 0.05 } else { 0.35 };
        assert!((of.low.unwrap() - low).abs() < reach && (of.high.unwrap() - high).abs() < reach, "{row:?} {of:?}");
        compared += 1;
    }
    assert_eq!(compared, AMONG.len() * 10 * 4);
}

#[test]
fn all_settings_were_run() {
    let settings = settings(&text("experiment/results.csv"), Score { task: Task::Probe, noise: 0 });
    assert_eq!(settings.len(), 30);
    for Setting { runs, alpha, score, range, .. } in &settings {
        assert!(*runs == 2 && alpha.is_finite());
        assert!(range.0 <= *score && *score <= range.1 && range.1 <= 1.0);
    }
}

#[test]
fn sentences_and_pictures_follow_what_is_looked_at() {
    let results = text("experiment/results.csv");
    let mut heard = Vec::new();
    for (task, _) in SCORES {
        for noise in [0, 80] {
            let score = Score { task, noise };
            let settings = settings(&results, score);
            for among in AMONG {
                let among = Among::new(among);
                let figure = eigenscope::learn::networks::scores::picture(&settings, &among, OPTIONS);
                assert!(figure.svg.ends_with("</svg>\n") && !figure.svg.contains("NaN"));
                assert_eq!(figure.xs.len(), settings.len());
                let said = said(&settings, score, &among);
                assert!(!figure.summary.is_empty() && !heard.contains(&said));
                heard.push(said);
            }
        }
    }
    let series = layers();
    assert_ne!(series.picture(0, OPTIONS).svg, series.picture(1, OPTIONS).svg);
    assert!(series.alphas(0, OPTIONS).summary.contains("highest 1.027 at layer 5"));
}

#[test]
fn the_answer_has_the_coefficients_of_the_table() {
    let answer = text("lesson.ts");
    for (noise, among) in [(0, "all"), (0, "vgg"), (60, "all")] {
        let settings = settings(&text("experiment/results.csv"), Score { task: Task::Probe, noise });
        let rho = estimate(&relations(&settings, &Among::new(among)).alpha.spearman.unwrap());
        assert!(answer.contains(&rho), "{noise} {among}: {rho}");
    }
}

/// What else the answer says.
#[test]
fn kinds_of_networks_are_in_another_order_than_all() {
    let settings = settings(&text("experiment/results.csv"), Score { task: Task::Probe, noise: 0 });
    let rho = |among: &str| relations(&settings, &Among::new(among)).alpha.spearman.unwrap();
    let (all, vgg, resnet) = (rho("all"), rho("vgg"), rho("resnet"));
    assert!((all.value + 0.54).abs() < 0.005 && all.high.unwrap() < 0.0, "{all:?}");
    assert!((vgg.value - 0.77).abs() < 0.005 && vgg.low.unwrap() > 0.0, "{vgg:?}");
    assert!(resnet.low.unwrap() < -0.5 && resnet.high.unwrap() > 0.5, "{resnet:?}");
    assert!(settings.iter().all(|setting| setting.alpha > 1.4));
    let is_vit = |setting: &&Setting| setting.network == "vit";
    assert!(settings.iter().filter(is_vit).all(|setting| setting.alpha > 2.2 && setting.score < 0.92));
}
