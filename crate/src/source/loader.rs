/*!
The Python that reads what was read here, with the library that people have for each format: a definition of `load(name)`, which gives
the array of a file. Empty where np.load is all it takes.
*/

use super::contents::{Form, Format, Labels};
use super::lines::{self, Framing, Lines};
use super::table::{Chosen, Kind, Separator, Table};
use super::{Number, Text};
use crate::reproduce::literal;

/// For an array of a file that has these labels beside it; one of several parts of a matrix, or alone.
pub(super) fn loader(format: Format, array: &str, form: &Form, labels: &[Labels], is_part: bool) -> String {
    let name = literal(array);
    let number = form.number();
    match (format, form) {
        (_, Form::Text(Text::Table(table))) => of_table(table, is_part),
        (_, Form::Text(Text::Lines(lines))) => of_lines(lines),
        (Format::Npy, _) if number == Number::BFloat16 => {
            "import ml_dtypes\nload = lambda name: np.load(name).view(ml_dtypes.bfloat16)".to_owned()
        }
        (Format::Npy | Format::Link, _) => String::new(),
        (Format::Npz, _) => format!("load = lambda name: np.load(name)[{name}]"),
        (Format::Safetensors, _) => {
            let (module, end) = if number == Number::BFloat16 { ("torch", ".double().numpy()") } else { ("numpy", "") };
            format!("from safetensors.{module} import load_file\nload = lambda name: load_file(name)[{name}]{end}")
        }
        (Format::Torch, _) => of_torch(array, matches!(form, Form::Pieces(_))),
        (Format::Mat, _) => {
            let way: Vec<String> = array.split('.').map(|part| format!("[{}]", literal(part))).collect();
            format!("import scipy.io\nload = lambda name: scipy.io.loadmat(name){}", way.join("[0, 0]"))
        }
        (Format::Hdf5, _) => {
            // MATLAB names fields with points, and turns arrays around.
            let is_matlab = array.contains('.') || form.layout().is_some_and(|layout| layout.order == super::Order::F);
            let way = if is_matlab { literal(&array.replace('.', "/")) } else { name };
            let turn = if is_matlab { ".T" } else { "" };
            format!("import h5py\nload = lambda name: h5py.File(name)[{way}][()]{turn}")
        }
        (Format::Parquet, _) => {
            let read = "import pyarrow.parquet as pq\nread = lambda name: pq.read_table(name)";
            of_columns(read, array, form, labels)
        }
        (Format::Arrow, _) => {
            let read = "import pyarrow as pa
def read(name):
    try:
        return pa.ipc.open_file(name).read_all()
    except pa.ArrowInvalid:  # a stream
        return pa.ipc.open_stream(name).read_all()";
            of_columns(read, array, form, labels)
        }
        (Format::Vectors, _) => of_vectors(form),
        (Format::Table | Format::Lines, _) => String::new(),
    }
}

fn of_table(table: &Table, is_part: bool) -> String {
    let separator = match table.separator {
        Separator::Comma => "\",\"",
        Separator::Tab => "\"\\t\"",
        Separator::Semicolon => "\";\"",
        Separator::Spaces => "r\"\\s+\"",
    };
    let mut how = format!("sep={separator}");
    if table.decimal_comma {
        how.push_str(", decimal=\",\"");
    }
    if !table.quoted {
        how.push_str(", quoting=3");
    }
    let features: Vec<usize> = match table.chosen {
        Chosen::Vector(index) => vec![index],
        Chosen::Columns => (0..table.columns.len()).filter(|&i| table.columns[i].kind == Kind::Feature).collect(),
    };
    // Parts may have their columns in another order, which names tell.
    let by_name = is_part && table.has_header && table.chosen == Chosen::Columns;
    let read = if by_name {
        let beside: Vec<String> = (table.columns.iter().enumerate())
            .filter(|(_, column)| column.kind != Kind::Feature)
            .map(|(i, column)| column.name.as_deref().map_or_else(|| format!("\"Unnamed: {i}\""), literal))
            .collect();
        format!("pd.read_csv(name, {how}).drop(columns=[{}]).sort_index(axis=1)", beside.join(", "))
    } else {
        format!("pd.read_csv(name, {how}, header=None, skiprows={}, usecols={})", table.lines, ranges(&features))
    };
    match table.chosen {
        Chosen::Columns => format!(
            "import pandas as pd
number = lambda column: column if column.dtype.kind in \"biuf\" else column.str.strip(\"[] \").str.replace(\"D\", \"e\").astype(float)
load = lambda name: {read}.apply(number).to_numpy()"
        ),
        Chosen::Vector(_) => format!(
            "import re\nimport pandas as pd
numbers = lambda cell: [float(number) for number in re.findall(r\"[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?|nan|inf\", cell)]
load = lambda name: np.array([numbers(cell) for cell in {read}.iloc[:, 0]])"
        ),
    }
}

/// Whole numbers as Python has them: a range where they follow one another.
fn ranges(numbers: &[usize]) -> String {
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) if last - first + 1 == numbers.len() => format!("range({first}, {})", last + 1),
        _ => format!("{numbers:?}"),
    }
}

fn of_lines(lines: &Lines) -> String {
    let rows = match lines.framing {
        Framing::Lines => {
            "rows = lambda name: [json.loads(line) for line in open(name, encoding=\"utf-8-sig\") if line.strip()]"
        }
        Framing::Document => {
            "def rows(name):
    def found(value):  # the first list of lists or objects
        if isinstance(value, list):
            return value if value and isinstance(value[0], (list, dict)) else None
        inner = (found(inner) for inner in value.values()) if isinstance(value, dict) else ()
        return next((rows for rows in inner if rows is not None), None)
    return found(json.load(open(name, encoding=\"utf-8-sig\")))"
        }
    };
    let name = |field: &lines::Field| literal(field.name.as_deref().unwrap_or_default());
    let load = match lines.chosen {
        lines::Chosen::Line => "np.array(rows(name))".to_owned(),
        lines::Chosen::Field(index) => {
            format!("np.array([row[{}] for row in rows(name)])", lines.fields.get(index).map(name).unwrap_or_default())
        }
        lines::Chosen::Numbers => {
            let names: Vec<String> = lines.fields.iter().filter(|field| !field.is_label).map(name).collect();
            format!("np.array([[row[key] for key in [{}]] for row in rows(name)], dtype=float)", names.join(", "))
        }
    };
    format!("import json\n{rows}\nload = lambda name: {load}")
}

fn of_torch(array: &str, is_stacked: bool) -> String {
    let (way, of) = if is_stacked {
        let before = if array == "all" { String::new() } else { format!("{array}.") };
        ("np.vstack([np.atleast_2d(tensor) for way, tensor in found if way.startswith(", literal(&before))
    } else {
        ("dict(found)[", literal(array))
    };
    let end = if is_stacked { ")])" } else { "]" };
    format!(
        "import torch
def load(name):
    def tensors(value, way):
        if torch.is_tensor(value):
            yield way, value.detach().double().numpy()
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, (list, tuple)) else ()
        for key, inner in items:
            yield from tensors(inner, f\"{{way}}.{{key}}\" if way else str(key))
    # Whatever is in the file may run: open only files that you trust.
    found = list(tensors(torch.load(name, map_location=\"cpu\", weights_only=False), \"\"))
    return {way}{of}{end}"
    )
}

fn of_columns(read: &str, array: &str, form: &Form, labels: &[Labels]) -> String {
    // Fields of structures are columns by themselves.
    let flat = "\ndef flat(table):
    while any(str(field.type).startswith(\"struct\") for field in table.schema):
        table = table.flatten()
    return table";
    let is_list = matches!(form, Form::Foreign(foreign) if foreign.columns.is_empty());
    let load = if is_list {
        format!("load = lambda name: np.array(flat(read(name))[{}].to_pylist())", literal(array))
    } else {
        let beside: Vec<String> = labels.iter().map(|label| literal(&label.name)).collect();
        format!(
            "def load(name):
    table = flat(read(name))
    names = sorted(set(table.column_names) - {{{}}})
    return np.stack([table[name].to_numpy().astype(float) for name in names], axis=1)",
            if beside.is_empty() { "*()".to_owned() } else { beside.join(", ") }
        )
    };
    format!("{read}{flat}\n{load}")
}

fn of_vectors(form: &Form) -> String {
    let Some(layout) = form.layout() else { return String::new() };
    let (number, d) = (layout.dtype.number, layout.columns);
    let code = if number.is_float() { "<f4" } else { "u1" };
    let head = if number.is_float() { 1 } else { 4 };
    if layout.pitch == d {
        format!("load = lambda name: np.fromfile(name, \"{code}\", offset=8).reshape(-1, {d})")
    } else {
        format!("load = lambda name: np.fromfile(name, \"{code}\").reshape(-1, {head} + {d})[:, {head}:]")
    }
}
